"""Times in a column of an unknown name: recognised where all of its cells are dates or times.

Dates that are written out need no guess. Bare numbers are times only where they have the size of Unix times or spell
dates of this calendar, and only the name of their column makes that sure: a number of ten digits can be anything.
"""

import re
from collections.abc import Collection, Iterator, Sequence

import numpy as np

from doublebill.errors import InvalidInput
from doublebill.imports.files.blocks import Column, RawBlock
from doublebill.imports.meaning.headers import column_name, plain
from doublebill.times.bare_numbers import NUMBER_FORMS, of_size
from doublebill.times.moments import bare_number, is_absent, is_pattern, milliseconds
from doublebill.times.written_dates import DAY_FIRST, MONTH_FIRST, read_written

HOW = "its cells are all times"

TIME_WORDS = frozenset({"time", "date", "datetime", "timestamp", "dt", "ts", "at", "on", "when", "created", "day"})
TIME_ENDINGS = ("date", "time", "datetime", "timestamp", "stamp", "created")

OTHER_DATES = re.compile(
    "birth|dob|releas|publi|expir|regist|join|signup|signedup|membersince|premier|aired|launch|manufactur"
)
"""Plain names of dates that describe a user or an item, and not an event."""

EARLIEST, LATEST = 631_152_000_000, 2_208_988_800_000
"""1990 to 2040 in milliseconds: a bare number outside is no time of an event."""

TELLING_ITEMS = 5
"""Items with several rows by which a date is recognised that belongs to the item."""


def unnamed_time(block: RawBlock, others: Collection[str], items: Sequence[str], form: str) -> str:
    """Returns the column whose cells are the times of the events, or nothing; `others` have a meaning already.

    Raises:
        InvalidInput: when several columns can be the time, or the one can be something else.
    """
    possible = [name for name in block.columns if name not in others and _can_be_time(name, block.columns[name], form)]
    sure = [name for name in possible if not _bare(block.columns[name]) or _named_as_time(name)]
    if len(sure) == 1 and not _is_of_items(block.columns[sure[0]], [block.columns[one] for one in items]):
        return sure[0]
    if possible:
        raise _question(sure or possible)
    return ""


def _question(names: Sequence[str]) -> InvalidInput:
    fix = f"say which is the time of the event, with --map '{names[0]}=time'; a column that is not: --map '{{}}=none'"
    listed = " and ".join(names[:2]) if len(names) < 3 else f"{', '.join(names[:3])} and others"
    return InvalidInput.one(names[0], f"the cells of {listed} can be times", fix.format(names[-1]))


def _can_be_time(name: str, column: Column, form: str) -> bool:
    if OTHER_DATES.search(plain(name)):
        return False
    if plain(name).endswith("id") and _bare(column):
        return False
    present = [cell for cell in column.distinct if not is_absent(cell)]
    named, patterned = _named_as_time(name), is_pattern(form)
    return bool(present) and all(_fits(cell, form) if patterned else _is_time(cell, form, named) for cell in present)


def _is_time(cell: object, form: str, named: bool) -> bool:
    number = bare_number(cell)
    if number is not None:
        moment = NUMBER_FORMS[form if form in NUMBER_FORMS else of_size(number)](number)
        return moment is not None and number.is_integer() and EARLIEST <= moment < LATEST
    if not isinstance(cell, str) or not (named or re.search(r"\d{4}", cell)):  # 1.2.10 can be a version
        return False
    return any(_is_written(cell, order) for order in (DAY_FIRST, MONTH_FIRST))


def _fits(cell: object, form: str) -> bool:
    try:
        milliseconds(cell, form)
    except InvalidInput:
        return False
    return True


def _is_written(text: str, order: str) -> bool:
    try:
        read_written(text, order)
    except (ValueError, OverflowError):
        return False
    return True


def _bare(column: Column) -> bool:
    """Returns whether some cells are bare numbers that are no dates without separators."""
    numbers = (bare_number(cell) for cell in column.distinct if not is_absent(cell))
    return any(number is not None and of_size(number) != "yyyymmdd" for number in numbers)


def _named_as_time(name: str) -> bool:
    return plain(name).endswith(TIME_ENDINGS) or not TIME_WORDS.isdisjoint(_words(name))


def _words(name: str) -> Iterator[str]:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column_name(name))
    return (word.lower() for word in re.split(r"[^A-Za-z]+", parted))


def _is_of_items(times: Column, items: Sequence[Column]) -> bool:
    """Returns whether all rows of an item have the same date, of items that differ: the date may be the item's."""
    codes = np.zeros(len(times), np.int64)
    for column in items:
        codes = codes * len(column.distinct) + column.codes
    pairs = np.unique(np.stack([codes, times.codes]), axis=1)
    of_item, rows = np.unique(codes, return_counts=True)
    repeated = int((rows > 1).sum())
    return repeated >= TELLING_ITEMS and pairs.shape[1] == len(of_item) and len(np.unique(times.codes)) > 1
