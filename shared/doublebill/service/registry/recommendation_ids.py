"""Recommendation ids: the version that served and the time, so that a later event can be counted for it.

`<version>-<Unix time in milliseconds, hexadecimal>`. Nothing is stored of a response; its id is all there is.
"""

import re

QUOTED = re.compile(r"([0-9a-f]{32})-([0-9a-f]{1,12})")


def make(version: str, now_ms: int) -> str:
    """Returns the id of a response that `version` gives at `now_ms`."""
    return f"{version}-{now_ms:x}"


def parse(text: str) -> tuple[str, int] | None:
    """Returns the version and the milliseconds of an id that `make` made; None for any other text."""
    found = QUOTED.fullmatch(text)
    if not found:
        return None
    version, milliseconds = found[1], int(found[2], 16)
    return (version, milliseconds) if make(version, milliseconds) == text else None
