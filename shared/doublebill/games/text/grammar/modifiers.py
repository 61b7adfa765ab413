"""Modifiers of Tracery, as the package tracery-grammar 2.8.4 of npm answers them.

They are regular: `#elf.s#` gives elfs and `#play.ed#` playd. One that the package lacks is written out: cat((.upper)).
So a grammar gives the same texts here and there.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from doublebill.games.step_budget import spend
from doublebill.games.text.english import VOWELS, capitalised

TEXT_LENGTH = 4000
"""Characters of a text: anything longer is cut off, which kept values that hold each other and `replace` can reach."""

VALUES = re.compile(r"(.+?)\(([^)]+)\)")
"""A modifier with values in brackets."""

ALPHANUMERIC = re.compile("[A-Za-z0-9]+")

REPLACE = "replace"


def modified(text: str, modifier: str) -> str:
    """Returns the text after a modifier, as it is written: `s`, `replace(o,0)`."""
    spend(1 + len(text) // 8)
    if modifier in PLAIN:
        return PLAIN[modifier](text)
    spend(len(modifier))
    name, values = name_and_values(modifier)
    if name == REPLACE:
        replaced = text.replace(values[0], values[1])
        spend(len(replaced) // 1000)
        return replaced[:TEXT_LENGTH]
    return PLAIN[name](text) if name in PLAIN else f"{text}((.{name}))"


def name_and_values(modifier: str) -> tuple[str, Sequence[str]]:
    """Splits a modifier into its name and the values in its brackets."""
    found = VALUES.match(modifier)
    return (found[1], found[2].split(",")) if found else (modifier, ())


def with_s(text: str) -> str:
    """Returns the text with the ending s, es or ies."""
    if _ends_in_y_that_changes(text):
        return text[:-1] + "ies"
    return text + ("es" if text.endswith(("s", "h", "x")) else "s")


def first_with_s(text: str) -> str:
    """Returns the text with such an ending on its first word."""
    first, _, rest = text.partition(" ")
    return f"{with_s(first)} {rest}"


def with_a(text: str) -> str:
    """Returns the text after an, if it begins with a vowel, but for u before a letter and i (unicorn), or a."""
    first, third = text[:1].lower(), text[2:3].lower()
    return f"{'an' if first in VOWELS and not (first == 'u' and third == 'i') else 'a'} {text}"


def with_ed(text: str) -> str:
    """Returns the text with the ending d, ed or ied."""
    if _ends_in_y_that_changes(text):
        return text[:-1] + "ied"
    return text + ("d" if text.endswith(("e", "y")) else "ed")


def all_capitalised(text: str) -> str:
    """Returns the text with a capital after everything but ASCII letters and digits: road's end gives Road'S End."""
    return ALPHANUMERIC.sub(lambda found: capitalised(found[0]), text)


def _ends_in_y_that_changes(text: str) -> bool:
    return text.endswith("y") and text[-2:-1].lower() not in VOWELS


PLAIN: Mapping[str, Callable[[str], str]] = {
    "capitalize": capitalised,
    "capitalizeAll": all_capitalised,
    "a": with_a,
    "s": with_s,
    "firstS": first_with_s,
    "ed": with_ed,
}
"""Modifier without values → its change of a text."""
