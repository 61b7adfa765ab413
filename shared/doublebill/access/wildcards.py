"""Patterns: texts in which each `*` stands for any characters, also none."""

from typing import Annotated

from msgspec import Meta

type Pattern = Annotated[str, Meta(min_length=1, max_length=256)]

ANY = "*"


def matches(pattern: str, text: str) -> bool:
    """Checks whether each `*` of the pattern can be filled so that it becomes the text, in one pass."""
    first, *others = pattern.split(ANY)
    if not others:
        return pattern == text
    *middle, last = others
    place, end = len(first), len(text) - len(last)
    if place > end or not text.startswith(first) or not text.endswith(last):
        return False
    for part in middle:
        found = text.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True
