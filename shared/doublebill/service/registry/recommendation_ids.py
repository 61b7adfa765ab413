"""Recommendation ids: which version answered and when, so that an event that quotes one can be counted for it.

`<version>-<Unix time in milliseconds, hexadecimal>`. Nothing is stored of an answer; its id tells all there is.
"""

import re

QUOTED = re.compile(r"([0-9a-f]{32})-([0-9a-f]{1,12})")


def make(version: str, now_ms: int) -> str:
    """The id of an answer that `version` gives at `now_ms`."""
    return f"{version}-{now_ms:x}"


def parse(text: str) -> tuple[str, int] | None:
    """The version and the milliseconds in an id that `make` gave; None for any other text."""
    found = QUOTED.fullmatch(text)
    if not found:
        return None
    version, milliseconds = found[1], int(found[2], 16)
    return (version, milliseconds) if make(version, milliseconds) == text else None
