"""Sketches of bad cells: what the quarantine stores in place of a text that may be a user id."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.errors import InvalidInput, Shown
from doublebill.imports.files.raw_rows import refused, sketch


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("ann42@mail.org", "text of 14 characters: letters, digits, ., @"),
        ("2024-13-01", "text of 10 characters: digits, -"),
        ("two words", "text of 9 characters: letters, spaces"),
        ("§", "text of 1 characters: signs"),
    ],
)
def test_a_sketch_names_the_sorts_of_characters(cell: str, expected: str) -> None:
    assert sketch(repr(cell)) == expected


def test_words_that_describe_a_value_stay() -> None:
    assert sketch(Shown("a text of 3 characters")) == "a text of 3 characters"


@given(st.text("abcxyz@0189", min_size=4, max_size=60), st.sampled_from(["value", "timestamp", "kind", "item_id"]))
def test_the_quarantine_never_repeats_a_cell(cell: str, field: str) -> None:
    bad = refused(7, InvalidInput.of_value(field, cell, "a number"))
    stored = json.dumps(bad.as_json())
    assert cell not in stored
    assert bad.as_json()["line"] == 7
    assert f"text of {len(cell)} characters" in stored
