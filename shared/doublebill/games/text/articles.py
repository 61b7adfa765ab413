"""English articles: a or an, by the sound that a text begins with.

an hour · a unicorn · an uninvited guest · a European · a one-eyed ogre · an 8-sided die · an HP potion
"""

import re
import unicodedata

VOWEL = re.compile("[aeiouæœ]", re.IGNORECASE)

LIKE_YOU = re.compile(
    r"uni(?!n(?!g\b)|m|d|ll|r|ss)|u(?:biq|f[ao]|k[eur]|r(?:al|an|i[cn])|s[aeu]|t[aeio]|v)"
    r"|e(?:u|w)|on(?:e|ce)\b|oui",
    re.IGNORECASE,
)
"""Beginnings that are written with a vowel and sound like you or one."""

SILENT_H = re.compile(r"h(?:our|onest|ono[u]?r|eir)", re.IGNORECASE)

LETTERS = re.compile(r"[AEFHILMNORSX](?![AEIOUaeiou])[B-DF-HJ-NP-TV-Z]+\b|[AEFHILMNORSX]\b")
"""Capitals that are read letter by letter, and begin with one that sounds like a vowel: an NPC, an X."""

NUMBERS = re.compile(r"8|(?:11|18)(?!\d)")

OPENING = re.compile(r"^[^\w]+")
"""Quotation marks and brackets before the first letter."""


def with_article(text: str) -> str:
    """Returns the text after an, if it begins with the sound of a vowel, or a."""
    return f"{'an' if _begins_with_vowel(OPENING.sub('', text)) else 'a'} {text}"


def _begins_with_vowel(text: str) -> bool:
    plain = unicodedata.normalize("NFKD", text[:1])[:1] + text[1:]
    if any(one.match(plain) for one in (SILENT_H, NUMBERS, LETTERS)):
        return True
    return bool(VOWEL.match(plain)) and not LIKE_YOU.match(plain)
