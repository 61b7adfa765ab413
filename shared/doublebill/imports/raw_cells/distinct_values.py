"""Distinct values: the cells of a column, each different one read once, with the complaints about those that are wrong.

Times and numbers of one plain shape are read by numpy, all others by the scalar functions, which are also the oracle.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from string import ascii_letters, digits

import numpy as np

from doublebill.arrays import Floats, Ints, Ints32, Mask
from doublebill.errors import InvalidInput
from doublebill.imports.files.blocks import Column
from doublebill.imports.raw_cells.cell_texts import NOBODY, NumberForm, is_blank, number_cell
from doublebill.times.bare_numbers import of_size
from doublebill.times.moments import LATEST_MILLISECONDS, is_absent, milliseconds

PLAIN_DIGITS = b"0123456789"
PLAIN_DECIMALS = b"0123456789."
PLAIN_ID = (ascii_letters + digits + "_:-").encode()
"""Letters of ids that no form of an id changes."""
WORDS_FOR_NOTHING = np.array(sorted(word.encode() for word in NOBODY))
"""Words that only a function of their own may take for an id."""

DATE_SHAPE = b"0000-00-00?00:00:00"
DAY_WIDTH = len("yyyy-mm-dd")
FIRST_YEAR = 1970
ZONES = ("", "Z", " UTC", " GMT", "+00:00", ".000Z")
DATE_LENGTHS = frozenset({10, 16, 19})
SHORT = 15
"""Digits that a float holds exactly."""
SHORT_WORDS = 16
"""Bytes of the words that hold them."""

type Letters = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
"""[texts, width] the bytes of texts."""

UNITS = {"seconds": 1000, "milliseconds": 1}


@dataclass(slots=True)
class Values[T]:
    """The values of the distinct cells of a column."""

    values: T
    errors: dict[int, InvalidInput] = field(default_factory=dict)
    """Number of a distinct cell → the complaint about it."""


def read_ids(column: Column, read: Callable[[object], str]) -> Values[list[str]]:
    """Returns the id of each distinct cell; one of plain letters and digits is its own id."""
    if _are_plain_ids(column):
        return Values([str(cell) for cell in column.distinct])
    result = Values[list[str]]([])
    for number, cell in enumerate(column.distinct):
        try:
            result.values.append(read(cell))
        except InvalidInput as wrong:
            result.values.append("")
            result.errors[number] = wrong
    return result


def read_numbers(name: str, column: Column, form: NumberForm) -> Values[Floats]:
    """Returns the number of each distinct cell, NaN for one that is blank."""
    pointed = form.decimal_comma and form.groups  # 1.000 is a thousand
    plain = _plain_numbers(column, PLAIN_DIGITS if pointed else PLAIN_DECIMALS)
    if plain is not None:
        return Values(plain)
    result = Values(np.full(len(column.distinct), np.nan))
    for number, cell in enumerate(column.distinct):
        if not is_blank(cell):
            try:
                result.values[number] = number_cell(name, cell, form)
            except InvalidInput as wrong:
                result.errors[number] = wrong
    return result


def read_times(column: Column, form: str) -> Values[Ints]:
    """Returns the milliseconds of each distinct cell, 0 for one without a time."""
    plain = plain_times(column, form)
    if plain is not None:
        return Values(plain)
    result = Values(np.zeros(len(column.distinct), np.int64))
    for number, cell in enumerate(column.distinct):
        if not is_absent(cell):
            try:
                result.values[number] = milliseconds(cell, form)
            except InvalidInput as wrong:
                result.errors[number] = wrong
    return result


def plain_times(column: Column, form: str) -> Ints | None:
    """Returns the times of cells that all have one plain shape and are in range, else None."""
    moments = _plain_units(column, form) if form in UNITS or not form else None
    if moments is None and not form:
        moments = _plain_dates(column)
    if moments is None or not len(moments) or moments.min() < 0 or moments.max() > LATEST_MILLISECONDS:
        return None
    return moments


def _plain_units(column: Column, form: str) -> Ints | None:
    numbers = _plain_numbers(column, PLAIN_DIGITS)
    if numbers is None or not len(numbers):
        return None
    lowest, highest = of_size(float(numbers.min())), of_size(float(numbers.max()))
    # between two numbers of one size and length there are only numbers of that size
    same = lowest == highest and (numbers.min() >= 1e9 or numbers.max() < 1e7)
    unit = form or (lowest if same else "")
    return numbers.astype(np.int64) * UNITS[unit] if unit in UNITS else None


def _plain_dates(column: Column) -> Ints | None:
    texts = column.distinct_bytes()
    if texts is None or not len(texts):
        return None
    first = texts[0].decode("latin-1")
    zone = next((zone for zone in sorted(ZONES, key=len, reverse=True) if first.endswith(zone)), "")
    width = len(first) - len(zone)
    letters = texts.view(np.uint8).reshape(len(texts), -1)
    if width not in DATE_LENGTHS or not _have_shape(letters, DATE_SHAPE[:width] + zone.encode()):
        return None
    if width > DAY_WIDTH and not np.isin(letters[:, DAY_WIDTH], list(b"T ")).all():
        return None
    return _milliseconds_of(letters[:, :width] - ord("0"))


def _have_shape(letters: Letters, shape: bytes) -> bool:
    """Returns whether each text has the bytes of a shape, in which 0 is any digit and ? any byte."""
    if letters[:, len(shape) :].any():
        return False
    wanted = np.frombuffer(shape, np.uint8)
    digits, others = wanted == ord("0"), (wanted != ord("0")) & (wanted != ord("?"))
    found = letters[:, : len(shape)]
    return bool((found[:, others] == wanted[others]).all() and (found[:, digits] - ord("0") <= 9).all())


def _milliseconds_of(digits: Letters) -> Ints | None:
    """Returns the moments of texts of `DATE_SHAPE`, given as digits; None where one is no moment."""

    def number(start: int, stop: int) -> Ints:
        total = np.zeros(len(digits), np.int64)
        for place in range(start, stop):
            total = total * 10 + digits[:, place]
        return total

    year, month, day = number(0, 4), number(5, 7), number(8, 10)
    if year.min() < FIRST_YEAR or month.min() < 1 or month.max() > 12 or day.min() < 1:
        return None
    months = (year - 1970) * 12 + month - 1
    begin, end = ((months + more).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) for more in (0, 1))
    if (day > end - begin).any():
        return None
    seconds = (begin + day - 1) * 86_400
    for start, unit, most in ((11, 3600, 23), (14, 60, 59), (17, 1, 59)):
        if digits.shape[1] > start:
            part = number(start, start + 2)
            if part.max() > most:
                return None
            seconds += part * unit
    return seconds * 1000


def _plain_numbers(column: Column, characters: bytes) -> Floats | None:
    texts = column.distinct_bytes()
    if texts is None or not len(texts) or texts.dtype.itemsize > SHORT_WORDS:
        return None
    lengths = np.char.str_len(texts)
    if lengths.max() > SHORT or lengths.min() == 0 or texts.tobytes().translate(None, characters + b"\0"):
        return None
    try:
        return texts.astype(np.float64)
    except ValueError:
        return None


def _are_plain_ids(column: Column) -> bool:
    texts = column.distinct_bytes()
    if texts is None or not len(texts) or texts.tobytes().translate(None, PLAIN_ID + b"\0"):
        return False
    return bool(np.char.str_len(texts).min()) and not np.isin(texts, WORDS_FOR_NOTHING).any()


def spread(errors: Iterable[int], codes: Ints32, distinct: int) -> Mask:
    """Returns which rows have one of the wrong cells."""
    wrong = np.zeros(distinct, np.bool_)
    wrong[list(errors)] = True
    return wrong[codes]
