"""Plain words: texts without what a person does not type: accents, capitals, punctuation."""

import re
import unicodedata

SEPARATORS = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Returns the words of a text in small letters without accents, with one space between them."""
    folded = text.casefold()
    if not folded.isascii():
        folded = "".join(one for one in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(one))
    return SEPARATORS.sub(" ", folded).strip()
