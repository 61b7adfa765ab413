"""Number words: finds every number in a sentence, in digits of any script, in Roman numerals or in English words."""

import re
import unicodedata

UNITS = (
    "zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen nought naught nil"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
SCALES = "hundreds? thousands? millions? billions? trillions? dozens? scores?"
ORDINALS = "second third fifth eighth ninth twelfth"
PORTIONS = "half halves quarters thirds twice thrice both pairs? couples? duos? trios? double triple"

ENDINGS = "(?:s|th|ths|fold|score)?"
"""Endings of a unit, a ten or a scale: fourth, tenfold, fourscore."""

WORDS = (
    rf"\b(?:(?<!no )one|(?:{'|'.join(UNITS.split())}|{'|'.join(SCALES.split())}){ENDINGS}"
    rf"|(?:{'|'.join(TENS.split())})|(?:{'|'.join(ten[:-1] for ten in TENS.split())})(?:ies|ieth|ieths|yfold)"
    rf"|{'|'.join(ORDINALS.split())}|{'|'.join(PORTIONS.split())})\b"
)

ROMAN = (
    r"\b(?=[IVXLCDM]{2})M*(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?!\w)"
    r"|\b(?=(?i:[ivx]{2}))(?i:x{0,3}(?:ix|iv|v?i{0,3}))(?!\w)"
)
"""Of two letters at least, since I and V are words; in small letters only those below forty, since mild is a word."""

DIGITS = r"(?:(?<!\w)[-−])?[A-Za-z]*\d[A-Za-z\d]*(?:[.,:/]\d[A-Za-z\d]*)*%?"


def number_pattern(text: str) -> str:
    """Returns the regular expression of the numbers in a text."""
    other = "".join(char for char in sorted(set(text)) if _means_number(char) and not char.isdecimal())
    return "|".join([DIGITS, f"(?i:{WORDS})", ROMAN, *([f"[{re.escape(other)}]"] if other else [])])


def has_number(text: str) -> bool:
    """Checks whether a text has any number, however its letters and digits are encoded or accented."""
    if any(map(_means_number, text)):
        return True
    compatible = unicodedata.normalize("NFKC", text)
    return bool(re.search(WORDS, folded(text)) or re.search(ROMAN, compatible))


def folded(text: str) -> str:
    """Returns the text in small letters without accents, in Unicode's compatibility form."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def words_of(text: str) -> list[str]:
    """Returns the words of a text, folded."""
    return re.findall(r"[^\W\d_]+", folded(text))


def _means_number(char: str) -> bool:
    return unicodedata.numeric(char, None) is not None
