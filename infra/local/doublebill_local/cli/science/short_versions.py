"""Versions on the command line: whole, or by their first digits, as tables and the playground show them."""

import re

from doublebill.errors import InvalidInput, NotFound
from doublebill.service.registry.versions import artifact_key
from doublebill.stores.objects import Objects

LEAST = 6
"""Digits that a beginning has at least."""

WHOLE = 32
"""Digits of a version."""

MOST_NAMED = 5
"""Versions that an error names."""


def whole_version(objects: Objects, catalog: str, beginning: str, field: str = "version") -> str:
    """Returns the version of a catalog that begins with some digits; a whole one is itself.

    Raises:
        InvalidInput: when these are too few or no digits, or several versions begin so.
        NotFound: when none begins so.
    """
    if not re.fullmatch(rf"[0-9a-f]{{{LEAST},{WHOLE}}}", beginning):
        allowed = f"a version, {WHOLE} hexadecimal digits, or its first {LEAST} or more"
        raise InvalidInput.of_value(field, beginning, allowed)
    if len(beginning) == WHOLE:
        return beginning
    beginnings = objects.keys(artifact_key(catalog, beginning, "").removesuffix("/"))
    found = sorted({key.split("/")[2] for key in beginnings})
    if not found:
        raise NotFound(f"catalog {catalog!r} has no version {beginning}…; `doublebill models {catalog}` lists them")
    if len(found) > 1:
        raise InvalidInput.one(field, f"{len(found)} versions begin so", f"use one of {', '.join(found[:MOST_NAMED])}")
    return found[0]
