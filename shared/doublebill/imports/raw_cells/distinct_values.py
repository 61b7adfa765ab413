"""Distinct values: the cells of a column, each different one read once, with the complaints about those that are wrong.

Times and numbers of one plain shape are read by numpy, all others by the scalar functions, which are also the oracle.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from doublebill.arrays import Floats, Ints, Ints32, Mask
from doublebill.errors import InvalidInput
from doublebill.imports.files.blocks import Column
from doublebill.imports.raw_cells.cell_texts import NumberForm, is_blank, number_cell
from doublebill.times.bare_numbers import of_size
from doublebill.times.moments import LATEST_MILLISECONDS, is_absent, milliseconds

PLAIN_DIGITS = b"0123456789\n"
PLAIN_DECIMALS = b"0123456789.\n"
PLAIN_DATE = b"0123456789-:T \n"
ZONES = ("", "Z", " UTC", " GMT", "+00:00", ".000Z")
DATE_LENGTHS = frozenset({10, 16, 19})
SHORT = 15
"""Digits that a float holds exactly."""

UNITS = {"seconds": 1000, "milliseconds": 1}


@dataclass(slots=True)
class Values[T]:
    """The values of the distinct cells of a column."""

    values: T
    errors: dict[int, InvalidInput] = field(default_factory=dict)
    """Number of a distinct cell → the complaint about it."""


def read_ids(column: Column, read: Callable[[object], str]) -> Values[list[str]]:
    """Returns the id of each distinct cell."""
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
    plain = _plain_numbers(column.distinct, PLAIN_DIGITS if pointed else PLAIN_DECIMALS)
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
    plain = plain_times(column.distinct, form)
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


def plain_times(distinct: Sequence[object], form: str) -> Ints | None:
    """Returns the times of cells that all have one plain shape and are in range, else None."""
    moments = _plain_units(distinct, form) if form in UNITS or not form else None
    if moments is None and not form:
        moments = _plain_dates(distinct)
    if moments is None or not len(moments) or moments.min() < 0 or moments.max() > LATEST_MILLISECONDS:
        return None
    return moments


def _plain_units(distinct: Sequence[object], form: str) -> Ints | None:
    numbers = _plain_numbers(distinct, PLAIN_DIGITS)
    if numbers is None or not len(numbers):
        return None
    lowest, highest = of_size(float(numbers.min())), of_size(float(numbers.max()))
    # between two numbers of one size and length there are only numbers of that size
    same = lowest == highest and (numbers.min() >= 1e9 or numbers.max() < 1e7)
    unit = form or (lowest if same else "")
    return numbers.astype(np.int64) * UNITS[unit] if unit in UNITS else None


def _plain_dates(distinct: Sequence[object]) -> Ints | None:
    texts = _texts(distinct)
    if texts is None:
        return None
    zone = next((zone for zone in sorted(ZONES, key=len, reverse=True) if texts[0].endswith(zone)), "")
    if not all(text.endswith(zone) for text in texts):
        return None
    bare = [text[: len(text) - len(zone)] for text in texts]
    if {*map(len, bare)} - DATE_LENGTHS or _has_others(bare, PLAIN_DATE) or any(text[4] != "-" for text in bare):
        return None
    try:
        return np.array(bare, "datetime64[ms]").astype(np.int64)
    except ValueError:
        return None


def _plain_numbers(distinct: Sequence[object], characters: bytes) -> Floats | None:
    texts = _texts(distinct)
    if texts is None or max(map(len, texts)) > SHORT or min(map(len, texts)) == 0 or _has_others(texts, characters):
        return None
    try:
        return np.array(texts, "S").astype(np.float64)
    except ValueError:
        return None


def _texts(distinct: Sequence[object]) -> list[str] | None:
    texts = [cell for cell in distinct if isinstance(cell, str)]
    return texts if texts and len(texts) == len(distinct) else None


def _has_others(texts: Sequence[str], characters: bytes) -> bool:
    joined = "\n".join(texts)
    return not joined.isascii() or bool(joined.encode().translate(None, characters)) or joined.count("\n") >= len(texts)


def spread(errors: Iterable[int], codes: Ints32, distinct: int) -> Mask:
    """Returns which rows have one of the wrong cells."""
    wrong = np.zeros(distinct, np.bool_)
    wrong[list(errors)] = True
    return wrong[codes]
