"""Facts of a column that only its cells tell: the form of its times, the marks in its numbers, ids with `.0` behind.

Where the cells allow two readings that matter, the owner of the file has to say: the complaint names the flag.
"""

from collections.abc import Iterable, Sequence

from doublebill.errors import InvalidInput
from doublebill.imports.meaning.headers import plain
from doublebill.imports.raw_cells.cell_texts import (
    COMMA,
    COMMA_DECIMAL,
    COMMA_GROUPS,
    FLOAT_ID,
    PLAIN_NUMBERS,
    POINT_GROUPS,
    NumberForm,
    is_blank,
    is_number_cell,
)
from doublebill.times.bare_numbers import NUMBER_FORMS, of_size
from doublebill.times.moments import bare_number, is_absent
from doublebill.times.written_dates import YEAR_LAST, order_of

YEARS = (1000, 2100)
EXCEL_DAYS = (32_874, 60_000)
"""1990 to 2064."""
UNIX_DAYS = (9_000, 22_000)
"""1994 to 2030."""
FIRST_COMPACT_HOUR = 1.9e9

UNIX_NAMES = frozenset({"timestamp", "ts", "unixtime", "unixreviewtime", "eventtimestamp", "uts"})

FORM_NAMES = {
    "": "as written",
    "seconds": "Unix seconds",
    "milliseconds": "Unix milliseconds",
    "microseconds": "Unix microseconds",
    "nanoseconds": "Unix nanoseconds",
    "yyyymmdd": "dates as YYYYMMDD",
    "year": "years",
    "excel-days": "days of a spreadsheet",
    "day-first": "the day first",
    "month-first": "the month first",
}


def time_form(column: str, cells: Iterable[object]) -> str:
    """Returns the form of the times of a column; empty where each cell tells its own.

    Raises:
        InvalidInput: when two forms are possible.
    """
    present = [cell for cell in cells if not is_absent(cell)]
    numbers = [number for cell in present if (number := bare_number(cell)) is not None]
    if present and len(numbers) == len(present):
        return _number_form(column, numbers)
    return _order(column, [str(cell).strip() for cell in present])


def _number_form(column: str, numbers: Sequence[float]) -> str:
    name, forms = plain(column), {of_size(number) for number in numbers}
    whole = all(number.is_integer() for number in numbers)

    def within(limits: tuple[int, int]) -> bool:
        return limits[0] <= min(numbers) and max(numbers) <= limits[1]

    if whole and within(YEARS):
        if "year" in name:
            return "year"
        raise _two_times(column, "years or seconds", "year", "seconds")
    if within(EXCEL_DAYS) and name not in UNIX_NAMES:
        return "excel-days"
    if within(EXCEL_DAYS):
        raise _two_times(column, "days of a spreadsheet or seconds", "excel-days", "seconds")
    if whole and within(UNIX_DAYS) and "da" in name:
        raise _two_times(column, "days since 1970 or seconds", "unix-days", "seconds")
    compact_hour = NUMBER_FORMS["yyyymmddhh"]
    if min(numbers) >= FIRST_COMPACT_HOUR and all(compact_hour(number) is not None for number in numbers):
        raise _two_times(column, "dates with an hour or seconds", "yyyymmddhh", "seconds")
    return forms.pop() if len(forms) == 1 else ""


def _two_times(column: str, readings: str, *forms: str) -> InvalidInput:
    fix = "say which, with " + " or ".join(f"--time-format {form}" for form in forms)
    return InvalidInput.one(column, f"its numbers can be {readings}", fix)


def _order(column: str, texts: Sequence[str]) -> str:
    dates = [found for text in texts if (found := YEAR_LAST.match(text))]
    if not dates:
        return ""
    proved = {order_of(text) for text in texts} - {""}
    if len(proved) == 1:
        return proved.pop()
    if not proved and all(found.group(1) == found.group(3) for found in dates):
        return ""
    problem = (
        "some dates have the day first, others the month" if proved else "its dates have the day or the month first"
    )
    raise InvalidInput.one(column, problem, "say which, with --time-format day-first or --time-format month-first")


def number_form(column: str, meaning: str, cells: Iterable[object], delimiter: str, decimal: str) -> NumberForm:
    """Returns the marks in the numbers of a column.

    Raises:
        InvalidInput: when a comma can be a decimal comma or separate thousands.
    """
    texts = [cell.strip() for cell in cells if isinstance(cell, str) and not is_blank(cell)]
    if decimal:
        return NumberForm(decimal == "comma", groups=True)
    if any(COMMA_DECIMAL.fullmatch(text) for text in texts):
        return NumberForm(decimal_comma=True, groups=True)
    if any(COMMA_GROUPS.fullmatch(text) for text in texts):
        return NumberForm(groups=True)
    grouped = [text for text in texts if COMMA.fullmatch(text)]
    pointed = [text for text in texts if "." in text]
    counts = meaning == "weight" and delimiter == ";" and all("." in text or text.isdigit() for text in texts)
    if counts and pointed and all(POINT_GROUPS.fullmatch(text) for text in pointed):
        fix = "say which, with --decimal comma or --decimal point"
        raise InvalidInput.one(column, f"the point in {pointed[0]} can be decimal or separate thousands", fix)
    if not grouped:
        return NumberForm()
    counts = meaning == "weight" and all(text.isdigit() or COMMA.fullmatch(text) for text in texts)
    if counts and delimiter != ";":
        return NumberForm(groups=True)
    if meaning == "rating" and delimiter == ";":
        return NumberForm(decimal_comma=True)
    fix = "say which, with --decimal comma or --decimal point"
    raise InvalidInput.one(column, f"the comma in {grouped[0]} can be a decimal comma or separate thousands", fix)


def attribute_numbers(cells: Iterable[object], delimiter: str, decimal: str) -> NumberForm:
    """Returns the marks in the numbers of an attribute; where a cell is no number in this form, the plain ones.

    Without `decimal` a comma is a mark only where all cells allow one reading; commas are decimal in files whose cells
    are not separated by commas.
    """
    texts = [cell.strip() for cell in cells if isinstance(cell, str) and not is_blank(cell)]
    if not any("," in text or decimal for text in texts):
        return PLAIN_NUMBERS
    by_comma = decimal == "comma" or (
        not decimal and delimiter != "," and any(COMMA_DECIMAL.fullmatch(text) for text in texts)
    )
    by_groups = decimal == "point" or (not decimal and any(COMMA_GROUPS.fullmatch(text) for text in texts))
    form = NumberForm(by_comma, groups=True)
    fitting = (by_comma or by_groups) and all(is_number_cell(text, form) for text in texts)
    return form if fitting else PLAIN_NUMBERS


def are_whole(cells: Iterable[object]) -> bool:
    """Returns whether ids are whole numbers of which some have `.0` behind, as pandas writes them."""
    texts = [cell.strip() for cell in cells if isinstance(cell, str) and not is_blank(cell)]
    floats = [text for text in texts if FLOAT_ID.fullmatch(text)]
    return bool(floats) and all(FLOAT_ID.fullmatch(text) or text.isdigit() for text in texts)
