"""A column of texts: each string once, a code per row."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.columns import many_strings, text_column
from doublebill.columns.text_column import Texts, concat_texts
from doublebill.model.string_table import Strings

STRINGS = st.lists(st.sampled_from(["", "a", "b", "é", "e\u0301", "𝄞", "\x00", "a\n", "\u2028"]), max_size=12)


@given(STRINGS)
def test_each_row_comes_back(strings: list[str]) -> None:
    column = Texts.of(strings)
    assert column.rows() == strings
    assert [column[row] for row in range(len(column))] == strings
    assert sorted(column.names()) == sorted(set(strings))


@given(STRINGS, st.data())
def test_some_rows_are_taken_and_unused_strings_dropped(strings: list[str], data: st.DataObject) -> None:
    mask = np.array(data.draw(st.lists(st.booleans(), min_size=len(strings), max_size=len(strings))), np.bool_)
    taken = Texts.of(strings).take(mask)
    wanted = [string for string, kept in zip(strings, mask, strict=True) if kept]
    assert taken.rows() == taken.compact().rows() == wanted
    assert set(taken.compact().names()) == set(wanted)


@given(st.lists(STRINGS, min_size=1, max_size=4))
def test_columns_are_joined_with_each_string_once(parts: list[list[str]]) -> None:
    joined = concat_texts([Texts.of(part) for part in parts])
    assert joined.rows() == [string for part in parts for string in part]
    assert len(set(joined.names())) == len(joined.names())


@given(STRINGS)
def test_strings_that_become_equal_are_one(strings: list[str]) -> None:
    column = Texts.of(strings).mapped(lambda string: string[:1])
    assert column.rows() == [string[:1] for string in strings]
    assert len(set(column.names())) == len(column.names())


@given(STRINGS)
def test_ranks_are_those_of_sorting(strings: list[str]) -> None:
    column = Texts.of(strings)
    ranks = column.ranks()[column.codes]
    assert [strings[row] for row in np.argsort(ranks, kind="stable")] == sorted(strings)


def test_the_rows_with_a_string_are_found() -> None:
    column = Texts.of(["né", "ne", "", "né", "én", "n"])
    assert column.equal("né").tolist() == [True, False, False, True, False, False]
    assert column.equal("").tolist() == [False, False, True, False, False, False]
    assert not column.equal("none of them").any()


@pytest.mark.parametrize("rows", [0, 3])
def test_a_constant_column_has_one_string(rows: int) -> None:
    assert Texts.constant("x", rows).rows() == ["x"] * rows


@given(st.lists(st.lists(st.text(max_size=20)), min_size=2, max_size=4))
def test_many_strings_are_numbered_as_few_are(parts: list[list[str]]) -> None:
    columns = [Texts.of(part) for part in parts]
    few = concat_texts(columns)
    with mock.patch.object(text_column, "MANY", 0):
        many = concat_texts(columns)
    assert many.names() == few.names()
    assert (many.codes.tolist(), many.codes.dtype) == (few.codes.tolist(), few.codes.dtype)


def test_strings_that_share_a_hash_are_told_apart() -> None:
    with mock.patch.object(many_strings, "MIXED", np.uint64(0)):
        assert many_strings.numbered_strings([Strings.of(["ab", "cdcdcdcdx", "efefefefx"])]) is None
