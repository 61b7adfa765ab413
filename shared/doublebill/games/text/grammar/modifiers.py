"""Modifiers of Tracery, as the package tracery-grammar 2.8.4 of npm answers them.

They are regular: `#elf.s#` gives elfs and `#play.ed#` playd. So a grammar gives the same texts here and there.
"""

from doublebill.games.text.english import VOWELS


def with_s(text: str) -> str:
    """Returns the text with the ending s, es or ies."""
    if _ends_in_y_that_changes(text):
        return text[:-1] + "ies"
    return text + ("es" if text.endswith(("s", "h", "x")) else "s")


def with_a(text: str) -> str:
    """Returns the text after an, if it begins with a vowel, but for u before a letter and i (unicorn), or a."""
    first, third = text[:1].lower(), text[2:3].lower()
    return f"{'an' if first in VOWELS and not (first == 'u' and third == 'i') else 'a'} {text}"


def with_ed(text: str) -> str:
    """Returns the text with the ending d, ed or ied."""
    if _ends_in_y_that_changes(text):
        return text[:-1] + "ied"
    return text + ("d" if text.endswith(("e", "y")) else "ed")


def _ends_in_y_that_changes(text: str) -> bool:
    return text.endswith("y") and text[-2:-1].lower() not in VOWELS
