"""Times that are written out: ISO 8601 with its looser relatives, names of months, and days and months as numbers.

`04/05/2024` is a day of April or of May: it is read only in the order that the caller names, or where one of the two
numbers is above 12. A time without a zone is UTC.
"""

import re
from datetime import UTC, datetime, timedelta, timezone

MONTHS = {
    name: number
    for number, names in enumerate(
        [
            *(("jan", "january"), ("feb", "february"), ("mar", "march"), ("apr", "april"), ("may",), ("jun", "june")),
            *(("jul", "july"), ("aug", "august"), ("sep", "sept", "september"), ("oct", "october")),
            *(("nov", "november"), ("dec", "december")),
        ],
        1,
    )
    for name in names
}

LONGEST_TEXT = 64

DAY_FIRST, MONTH_FIRST = "day-first", "month-first"

CLOCK = re.compile(
    r"(?:(?<=\d)t|[\s,]|^)\s*(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>z|utc|gmt)?\s*(?P<offset>[+-]\d\d(?::?\d\d)?)?(?=\s|$)",
    re.ASCII,
)
OFFSET = re.compile(r"[+-]\d\d:?\d\d", re.ASCII)
WEEKDAY = re.compile(r"\b(mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(day|nesday|rsday|urday|sday)?\b[.,]?")
YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)", re.ASCII)
AMAZON = re.compile(r"(\d{1,2}) (\d{1,2}), (\d{4})", re.ASCII)
DAY_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s./-]+(?:of )?([a-z]+)\.?[\s./-]+(\d{4}|\d\d)", re.ASCII)
MONTH_NAMED = re.compile(r"([a-z]+)\.?[\s./-]+(\d{1,2})(?:st|nd|rd|th)?[\s./-]+(\d{4})", re.ASCII)


class DayOrMonth(ValueError):
    """A date whose first number may be the day or the month."""


def read_written(text: str, order: str = "") -> datetime:
    """Returns the moment that a text spells; `order` is `DAY_FIRST`, `MONTH_FIRST` or not known.

    Raises:
        DayOrMonth: when the order decides and is not known.
        ValueError: for any other text.
    """
    text = text.strip()
    if len(text) > LONGEST_TEXT or not text.isascii():
        raise ValueError("not a time")
    if text[:4].isdigit():
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            pass
        else:
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return _loose(text.lower(), order)


def order_of(text: str) -> str:
    """Returns the order of day and month that a text proves; empty where it proves none."""
    if found := YEAR_LAST.match(text.strip()):
        first, second = int(found.group(1)), int(found.group(3))
        if first > 12 >= second:
            return DAY_FIRST
        if second > 12 >= first:
            return MONTH_FIRST
    return ""


def _loose(text: str, order: str) -> datetime:
    text = re.sub(r"\([a-z ]*\)$", "", text).strip()
    clock = CLOCK.search(text)
    date = f"{text[: clock.start()]} {text[clock.end() :]}" if clock else text
    zone = clock and clock.group("offset")
    if clock and not zone and (found := OFFSET.search(text, clock.end())):  # Sat Mar 30 23:50:00 +0000 2024
        zone, date = found.group(), date.replace(found.group(), "")
    date = " ".join(re.sub(r"\b(utc|gmt)\b$", "", WEEKDAY.sub("", date).strip(" ,")).split())
    year, month, day = _date(date, order)
    moment = datetime(year, month, day, tzinfo=UTC if not zone else _zone(zone))
    return moment + _time_of_day(clock) if clock else moment


def _date(text: str, order: str) -> tuple[int, int, int]:
    if found := YEAR_FIRST.fullmatch(text):
        return int(found.group(1)), int(found.group(3)), int(found.group(4))
    if found := AMAZON.fullmatch(text):
        return int(found.group(3)), int(found.group(1)), int(found.group(2))
    if found := YEAR_LAST.fullmatch(text):
        return _year_last(found, order or order_of(text))
    text = text.replace(",", " ")
    if found := DAY_NAMED.fullmatch(text):
        return _year(found.group(3)), _month(found.group(2)), int(found.group(1))
    if found := MONTH_NAMED.fullmatch(text):
        return int(found.group(3)), _month(found.group(1)), int(found.group(2))
    raise ValueError("not a date")


def _year_last(found: re.Match[str], order: str) -> tuple[int, int, int]:
    first, second, year = int(found.group(1)), int(found.group(3)), _year(found.group(4))
    if not order and first != second:
        raise DayOrMonth("the day and the month cannot be told apart")
    return (year, second, first) if order != MONTH_FIRST else (year, first, second)


def _year(text: str) -> int:
    """Returns the year; two digits are those of 1969 to 2068, as POSIX reads them."""
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 69 else 1900)


def _month(name: str) -> int:
    if name not in MONTHS:
        raise ValueError("not a month")
    return MONTHS[name]


def _zone(offset: str) -> timezone:
    digits = offset[1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-ahead if offset[0] == "-" else ahead)


def _time_of_day(clock: re.Match[str]) -> timedelta:
    hour, minute, second = (int(clock.group(name) or 0) for name in ("hour", "minute", "second"))
    half = clock.group("half")
    if hour > (12 if half else 23) or (half and not hour) or minute > 59 or second > 60:
        raise ValueError("not a time of day")
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    microseconds = int((clock.group("fraction") or "0").ljust(6, "0")[:6])
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=microseconds)
