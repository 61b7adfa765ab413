"""Moments: a time in any form that requests and files may have, as integer milliseconds since 1970 (UTC).

A form is the empty text (each value shows its own), a unit or shape of bare numbers (`NUMBER_FORMS`), the order of day
and month (`day-first`, `month-first`), or a pattern of `strptime` such as `%d.%m.%Y %H:%M`.
"""

import math
import re
import warnings
from datetime import UTC, datetime

from doublebill.errors import NOTHING, Complaint, InvalidInput, Shown, shown
from doublebill.times.bare_numbers import NUMBER_FORMS, of_size
from doublebill.times.written_dates import DAY_FIRST, MONTH_FIRST, DayOrMonth, read_written

LATEST_MILLISECONDS = 4_102_444_800_000
"""2100-01-01: a later time is an error of the unit or of the sender."""

UNDERSTOOD = "Unix seconds, Unix milliseconds, YYYYMMDD or ISO 8601, from 1970 to 2100"

ORDER_FIX = "write YYYY-MM-DD; a file may also be imported with --time-format day-first or month-first"

TIME_FORMS = (*NUMBER_FORMS, DAY_FIRST, MONTH_FIRST)

ABSENT = frozenset({"", "\\N", "NULL", "null", "NaT", "None"})
"""Texts of a cell without a time, beside zero dates such as 0000-00-00."""

ZERO_DATE = re.compile(r"0{4}-00-00(?:[ T][0:.]*Z?)?", re.ASCII)

BARE = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,3})?", re.ASCII)


def milliseconds(found: object, form: str = "", latest: int = LATEST_MILLISECONDS) -> int:
    """Returns the time of a value.

    Raises:
        InvalidInput: when it is no time in this form, or lies before 1970 or after `latest`.
    """
    value = bare_number(found)
    if value is None and not isinstance(found, str):
        raise InvalidInput.of_value("timestamp", NOTHING if found is None else found, UNDERSTOOD)
    moment = _written(str(found), form) if value is None else _bare(value, form)
    if moment is None:
        raise InvalidInput.of_value("timestamp", found, _understood(form))
    if not 0 <= moment <= latest:
        if moment < 0:
            fix = "use a time from 1970-01-01 on"
        else:
            fix = f"use {UNDERSTOOD}" if latest == LATEST_MILLISECONDS else f"use a time up to {_day(latest)}"
        raise InvalidInput([Complaint("timestamp", f"{shown(found)} is {_readable(moment)}", fix, shown(found))])
    return moment


def is_absent(found: object) -> bool:
    """Returns whether a cell has no time: empty, blank, a null of a database, or a date of zeros."""
    if found is None or (isinstance(found, float) and math.isnan(found)):
        return True
    return isinstance(found, str) and ((text := found.strip()) in ABSENT or ZERO_DATE.fullmatch(text) is not None)


def bare_number(found: object) -> float | None:
    """Returns the finite number that a value is or spells; None for any other."""
    if isinstance(found, bool):
        return None
    if isinstance(found, str):
        if not BARE.fullmatch(found.strip()):
            return None
        found = float(found)
    if not isinstance(found, (int, float)) or abs(found) > 1e30 or not math.isfinite(found):
        return None
    return float(found)


def is_pattern(form: str) -> bool:
    """Returns whether a form is a pattern of `strptime` that a date can have."""
    written = datetime(2024, 3, 5, 13, 5, tzinfo=UTC).strftime(form)
    try:
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # of patterns without a year
            return "%" in form and bool(datetime.strptime(written, form))  # noqa: DTZ007  # only whether it can be read
    except (ValueError, re.error):
        return False


def _bare(value: float, form: str) -> int | None:
    if form and form not in NUMBER_FORMS:
        digits = str(int(value)) if value.is_integer() else ""
        return _by_pattern(digits, form) if "%" in form else None
    return NUMBER_FORMS[form or of_size(value)](value)


BRACKETED = re.compile(r"\[([^\[\]]+)\]")


def _written(text: str, form: str) -> int | None:
    if "%" in form:
        return _by_pattern(text.strip(), form)
    if form in NUMBER_FORMS:
        return None
    inside = BRACKETED.fullmatch(text.strip())  # as LibraryThing writes them
    try:
        return _exact(read_written(inside[1] if inside else text, form))
    except DayOrMonth:
        problem = f"{shown(text)} has the day or the month first"
        raise InvalidInput([Complaint("timestamp", problem, ORDER_FIX, shown(text))]) from None
    except (ValueError, OverflowError):
        return None


def _by_pattern(text: str, form: str) -> int | None:
    try:
        moment = datetime.strptime(text, form)  # noqa: DTZ007  without %z it is UTC
    except (ValueError, re.error):
        return None
    return _exact(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _exact(moment: datetime) -> int:
    since = moment - EPOCH
    return since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000


def _understood(form: str) -> str:
    return f"a time of the form {form}" if form else UNDERSTOOD


def _readable(moment: int) -> Shown:
    """Returns the year of a time outside the range, or how far outside it is."""
    if moment < 0:
        return Shown("before 1970")
    return Shown(f"after {_day(LATEST_MILLISECONDS)}" if moment > LATEST_MILLISECONDS else _day(moment))


def _day(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, UTC).date().isoformat()
