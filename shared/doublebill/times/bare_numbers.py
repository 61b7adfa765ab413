"""Times that are bare numbers: Unix time in four units, dates without separators, years, and days of a spreadsheet.

Every function returns integer milliseconds since 1970, or None for a number that cannot be such a time.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

MILLISECONDS_A_DAY = 86_400_000

COMPACT_FORMS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
"""Digits of a compact date → its form. Ten digits are seconds: a date with an hour needs to be named."""

CENTURIES = re.compile(r"(19|20|99)\d+", re.ASCII)
"""Dates without separators begin so; 8 digits as seconds are August 1970, and 99991231 is a mark for "never"."""

EXCEL_EPOCH_DAYS = 25_569
"""Days from the epoch of Excel and Sheets, 1899-12-30, to 1970."""


def of_size(value: float) -> str:
    """Returns the form that the size of a number tells: a compact date, or the unit of Unix time."""
    digits = str(int(value)) if value.is_integer() else ""
    dated = len(digits) in COMPACT_FORMS and CENTURIES.fullmatch(digits)
    if dated and (len(digits) == 8 or _compact(value) is not None):
        return "yyyymmdd"
    limits = (("seconds", 1e11), ("milliseconds", 1e14), ("microseconds", 1e17))
    return next((unit for unit, limit in limits if abs(value) < limit), "nanoseconds")


def _compact(value: float) -> int | None:
    digits = str(int(value)) if value.is_integer() else ""
    form = COMPACT_FORMS.get(len(digits))
    return _parsed(digits, form) if form else None


def _compact_hour(value: float) -> int | None:
    digits = str(int(value)) if value.is_integer() else ""
    return _parsed(digits, "%Y%m%d%H") if len(digits) == 10 else None


def _year(value: float) -> int | None:
    return _parsed(f"{int(value):04}", "%Y") if value.is_integer() and 1 <= value <= 9999 else None


def _parsed(digits: str, form: str) -> int | None:
    try:
        moment = datetime.strptime(digits, form).replace(tzinfo=UTC)
    except ValueError:
        return None
    return round(moment.timestamp()) * 1000


NUMBER_FORMS: Mapping[str, Callable[[float], int | None]] = {
    "seconds": lambda value: round(value * 1000),
    "milliseconds": round,
    "microseconds": lambda value: int(value // 1000),
    "nanoseconds": lambda value: int(value // 1_000_000),
    "yyyymmdd": _compact,
    "yyyymmddhh": _compact_hour,
    "year": _year,
    "excel-days": lambda value: round((value - EXCEL_EPOCH_DAYS) * MILLISECONDS_A_DAY),
    "unix-days": lambda value: round(value * MILLISECONDS_A_DAY),
}
"""Form of a bare number → its reading."""
