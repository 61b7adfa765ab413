"""Elements of lists inside JSON objects are rows of their own, with the values around them."""

import pytest

from doublebill.imports.files.json_text.inner_rows import elements, flattened, inner_rows
from doublebill.imports.files.raw_rows import BadRow

LISTS = {
    "data": {
        "owner": "ann",
        "lists": [
            {"name": "Done", "entries": [{"media": {"id": 1}, "score": 8}, {"media": {"id": 2}, "name": "own"}]},
            {"name": "Later", "entries": []},
            {"name": "Odd", "entries": [{"media": {"id": 3}}, 7, None]},
        ],
    }
}


def test_elements_keep_what_is_around_them_unless_they_have_it_themselves() -> None:
    assert list(elements(LISTS, ("data.lists", "entries"))) == [
        {"data.owner": "ann", "name": "Done", "media.id": 1, "score": 8},
        {"data.owner": "ann", "name": "own", "media.id": 2},
        {"data.owner": "ann", "name": "Odd", "media.id": 3},
    ]


def test_rows_are_numbered_by_their_order_and_bad_ones_stay() -> None:
    bad = BadRow(2, "line", "a JSON error", "use one JSON object")
    rows = [(1, {"games": [{"id": 1}, {"id": 2}]}), bad, (3, {"games": [{"id": 3}]}), (4, {"other": 1})]
    assert list(inner_rows(rows, ("games",))) == [(1, {"id": 1}), (2, {"id": 2}), bad, (3, {"id": 3})]
    assert list(inner_rows(rows, ())) == rows


@pytest.mark.parametrize("listed", [None, 3, "text", {"id": 1}, []])
def test_what_is_no_list_has_no_rows(listed: object) -> None:
    assert list(elements({"games": listed}, ("games",))) == []


def test_lists_and_empty_objects_stay_values() -> None:
    assert flattened({"a": {"b": [1], "c": {}}, "d": 2}) == {"a.b": [1], "a.c": {}, "d": 2}
