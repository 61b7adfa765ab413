"""Cells: ids, numbers and times from the text of a table or any value of JSON.

Each function raises `InvalidInput` with one complaint for any other cell.
"""

import math
import re

from doublebill.errors import NOTHING, InvalidInput, Shown
from doublebill.events import ID_LENGTH
from doublebill.imports.files.raw_rows import described
from doublebill.times.moments import milliseconds

SHORT_DIGITS = 300
"""Digits that are certainly a finite number."""

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def user_id(found: object) -> str:
    """Returns the user id, 1 to 256 characters of well-formed Unicode; a complaint never repeats the value."""
    if isinstance(found, str) and 1 <= len(found) <= ID_LENGTH and found.isascii():
        return found
    text = _id_text(found)
    if text is None or not 1 <= len(text) <= ID_LENGTH or not _well_formed(text):
        raise InvalidInput.of_value("user_id", described(found), f"a user id of 1 to {ID_LENGTH} characters")
    return text


def opaque_id(field: str, found: object) -> str:
    """Returns an id that is not a user's, unchanged ("0012" stays "0012"); JSON integers become decimal digits."""
    text = _id_text(found)
    if not text:
        raise InvalidInput.of_value(field, shown(found), "an id")
    return text


def number(field: str, found: object) -> float:
    """Returns the finite number that a cell is or spells: 3, 3.5, -1, 1e3; no blanks, digit groups, nan or inf."""
    if isinstance(found, str) and found.isdigit() and found.isascii() and len(found) <= SHORT_DIGITS:
        return float(found)
    value = math.nan
    if isinstance(found, str):
        if is_number(found):
            value = float(found)
    elif isinstance(found, (int, float)) and not isinstance(found, bool):
        try:
            value = float(found)
        except OverflowError:
            found = Shown("an integer of too many digits")
    if not math.isfinite(value):
        raise InvalidInput.of_value(field, shown(found), "a number")
    return value


def seconds(found: object) -> float:
    """Returns Unix seconds from a time in any form that is understood."""
    return milliseconds(found) / 1000


def text(field: str, found: object) -> str:
    """Returns a text unchanged."""
    if not isinstance(found, str):
        raise InvalidInput.of_value(field, shown(found), "text")
    return found


def shown(found: object) -> object:
    """Returns a cell as a complaint shows it: an empty one as nothing, a JSON list or object without contents."""
    if found is None or found == "":
        return NOTHING
    return found if isinstance(found, (str, int, float)) else described(found)


def is_number(found: str) -> bool:
    """Returns whether a text spells a number."""
    return NUMBER.fullmatch(found) is not None


def _id_text(found: object) -> str | None:
    if isinstance(found, str):
        return found
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else None


def _well_formed(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)
