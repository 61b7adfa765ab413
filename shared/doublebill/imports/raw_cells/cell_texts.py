"""Cells as their text: without blanks around them and the marks by which spreadsheets keep digits as text."""

import re
from dataclasses import dataclass

from doublebill.errors import InvalidInput
from doublebill.imports.meaning import cells

AS_TEXT = re.compile(r'="(.*)"')
"""A cell that a spreadsheet keeps as text: `="0123"`."""

FLOAT_ID = re.compile(r"(-?\d{1,15})\.0", re.ASCII)
LARGEST_EXACT = 2**53

COMMA_DECIMAL = re.compile(r"[+-]?\d+,(\d{1,2}|\d{4,})", re.ASCII)
"""A number that can only have a decimal comma."""
COMMA_GROUPS = re.compile(r"[+-]?\d{1,3}(,\d{3}){2,}(\.\d+)?|[+-]?\d{1,3}(,\d{3})+\.\d+", re.ASCII)
"""A number that can only have commas between thousands."""
COMMA = re.compile(r"[+-]?\d{1,3}(,\d{3})+", re.ASCII)
POINT_GROUPS = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?", re.ASCII)

BLANKS = frozenset({"", "\\N", "NULL", "null"})

NOBODY = frozenset({*BLANKS, "NA", "N/A", "n/a", "<NA>", "NaN", "nan", "None", "undefined"})
"""Words by which programs write that there is no user; as ids they would make one user of many strangers."""


@dataclass(frozen=True, slots=True)
class NumberForm:
    """The marks in the numbers of a file."""

    decimal_comma: bool = False
    groups: bool = False
    """Whether the other mark separates thousands."""


PLAIN_NUMBERS = NumberForm()
"""Numbers with a decimal point and without marks between thousands."""


def is_blank(cell: object) -> bool:
    """Returns whether a cell is empty, blank or a null of a database."""
    return cell is None or (isinstance(cell, str) and cell.strip() in BLANKS)


def is_nobody(cell: object) -> bool:
    """Returns whether the cell of a user is blank, or a word for no user."""
    return cell is None or (isinstance(cell, str) and cell.strip() in NOBODY)


def id_cell(cell: object, delimited: bool, whole: bool = False) -> object:
    """Returns a cell as an id: of a table without blanks around it; `whole` reads 12.0 as 12."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < LARGEST_EXACT:
        return str(int(cell))
    if not delimited or not isinstance(cell, str):
        return cell
    text = cell.strip()
    if text.startswith("=") and (found := AS_TEXT.fullmatch(text)):
        text = found.group(1)
    if whole and (found := FLOAT_ID.fullmatch(text)):
        return found.group(1)
    return text


def is_number_cell(text: str, form: NumberForm) -> bool:
    """Returns whether a text is a number in a form."""
    return cells.is_number(_plain_number(text, form))


def number_cell(field: str, cell: object, form: NumberForm) -> float:
    """Returns the number in a cell.

    Raises:
        InvalidInput: when it is none in this form.
    """
    if not isinstance(cell, str):
        return cells.number(field, cell)
    try:
        return cells.number(field, _plain_number(cell.strip(), form))
    except InvalidInput:
        raise InvalidInput.of_value(field, cells.shown(cell), "a number") from None


def _plain_number(text: str, form: NumberForm) -> str:
    """Returns a number of a form with a decimal point and without marks between thousands."""
    if form.decimal_comma:
        text = text.replace(".", "") if "," in text or (form.groups and POINT_GROUPS.fullmatch(text)) else text
        return text.replace(",", ".")
    return text.replace(",", "") if form.groups and (COMMA_GROUPS.fullmatch(text) or COMMA.fullmatch(text)) else text
