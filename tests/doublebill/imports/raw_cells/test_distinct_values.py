"""Distinct values: the fast readings of times and numbers are those of the functions that read one cell."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.errors import InvalidInput
from doublebill.imports.files.blocks import column_of
from doublebill.imports.meaning.cells import user_id
from doublebill.imports.raw_cells.cell_texts import NumberForm, id_cell, is_blank, number_cell
from doublebill.imports.raw_cells.distinct_values import plain_times, read_ids, read_numbers, read_times
from doublebill.times.moments import is_absent, milliseconds

seconds = st.integers(0, 4_102_444_800)
dates = st.datetimes(
    min_value=np.datetime64("1960-01-01", "s").item(), max_value=np.datetime64("2110-01-01", "s").item()
)
times = (
    seconds.map(str)
    | seconds.map(lambda number: str(number * 1000))
    | st.integers(19_000_101, 21_001_231).map(str)
    | dates.map(lambda when: when.isoformat(" ", "seconds"))
    | dates.map(lambda when: when.isoformat("T", "seconds") + "Z")
    | dates.map(lambda when: when.strftime("%Y-%m-%d"))
    | st.sampled_from(["", " ", "NULL", "soon", "2024-02-30", "0000-00-00", "1e9", "2024-01-05 25:00:00"])
)
alike = st.sampled_from([0, 1, 2, 3, 4]).flatmap(
    lambda form: st.lists(
        [
            seconds.map(str),
            seconds.map(lambda number: str(number * 1000)),
            dates.map(lambda when: when.isoformat(" ", "seconds") + " UTC"),
            dates.map(lambda when: when.isoformat("T", "seconds")),
            dates.map(lambda when: when.strftime("%Y-%m-%d")),
        ][form],
        min_size=1,
        max_size=20,
    )
)


def one_by_one(cells: list[str], form: str) -> list[int | None]:
    """The oracle: each cell by itself, None for a wrong one."""
    moments: list[int | None] = []
    for cell in cells:
        try:
            moments.append(0 if is_absent(cell) else milliseconds(cell, form))
        except InvalidInput:
            moments.append(None)
    return moments


@given(st.lists(times, min_size=1, max_size=20) | alike, st.sampled_from(["", "seconds", "milliseconds"]))
def test_times_of_a_column_are_those_of_its_cells(cells: list[str], form: str) -> None:
    column = column_of(cells)
    read = read_times(column, form)
    found = [None if code in read.errors else int(read.values[code]) for code in column.codes.tolist()]
    assert found == one_by_one(cells, form)


@pytest.mark.parametrize(
    "cells",
    [
        ["1700000000", "1700000001"],
        ["1700000000000"],
        ["2024-01-05", "2024-01-06"],
        ["2024-01-05 07:05:00", "2024-01-06 07:05:00"],
        ["2019-10-01 00:00:00 UTC"],
        ["2024-01-05T07:05:00Z"],
        ["2024-02-29 23:59:59", "2000-12-31 00:00:00"],
        ["2024-02-29 23:59"],
    ],
)
def test_times_of_a_plain_shape_are_read_by_numpy(cells: list[str]) -> None:
    found = plain_times(column_of(cells), "")
    assert found is not None
    assert found.tolist() == one_by_one(cells, "")


@pytest.mark.parametrize(
    "cells",
    [
        ["20240105"],
        ["1", "20240105"],
        ["2024-01-05", "soon"],
        ["1969-12-31"],
        [1700000000],
        ["2023-02-29"],
        ["2024-13-01"],
        ["2024-01-00"],
        ["2024-01-05 24:00:00"],
        ["2024-01-05 23:60:00"],
        ["2024-01-05x07:05:00"],
        ["2024-01-05", "2024-01-05Z"],
    ],
)
def test_times_of_other_shapes_are_read_one_by_one(cells: list[object]) -> None:
    assert plain_times(column_of(cells), "") is None


numbers = (
    st.floats(-1e6, 1e6).map(lambda number: f"{number:.3f}")
    | st.integers(0, 10**20).map(str)
    | st.sampled_from(["", " ", "4,5", "1.234,5", "1,234", "1,234.5", "nan", "inf", "1_000", "x", " 3 ", "1.2.3", "."])
)


@given(st.lists(numbers, min_size=1, max_size=20), st.booleans(), st.booleans())
def test_numbers_of_a_column_are_those_of_its_cells(cells: list[str], comma: bool, groups: bool) -> None:
    column, form = column_of(cells), NumberForm(comma, groups)
    read = read_numbers("rating", column, form)
    for cell, code in zip(cells, column.codes.tolist(), strict=True):
        try:
            expected = float("nan") if not cell.strip() else number_cell("rating", cell, form)
        except InvalidInput:
            assert code in read.errors
        else:
            assert code not in read.errors
            assert read.values[code] == expected or (np.isnan(expected) and np.isnan(read.values[code]))


ids = st.text("aZ09_:-. é=", max_size=4) | st.sampled_from(["null", "NULL", "12.0", "\\N", "x" * 256, "x" * 257])


@given(st.lists(ids, min_size=1, max_size=8))
def test_ids_of_a_column_are_those_of_its_cells(cells: list[str]) -> None:
    def read(cell: object) -> str:
        text = user_id(id_cell(cell, delimited=True, whole=True))
        if is_blank(cell):
            raise InvalidInput.one("user_id", "blank", "give an id")
        return text

    column = column_of(cells)
    found = read_ids(column, read)
    for cell, code in zip(cells, column.codes.tolist(), strict=True):
        try:
            expected = read(cell)
        except InvalidInput:
            assert code in found.errors
        else:
            assert (code not in found.errors, found.values[code]) == (True, expected)
