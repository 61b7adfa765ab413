"""An object of objects is rows by their ids, whose ids are a column; one event with parts that are alike is one row."""

import io
import json

import pytest

from doublebill.imports.files.json_text.keyed_rows import VALUES_LOOKED_AT
from doublebill.imports.files.table_source import open_table

HEAT, ALIEN = {"title": "Heat", "year": 1995}, {"title": "Alien", "year": 1979}
EVENT = {
    "user": {"id": "u1", "name": "Ann"},
    "item": {"id": "i1", "name": "Heat"},
    "rating": 5,
    "time": "2024-01-05",
}


def rows(document: object, indent: int | None = None) -> tuple[list[dict[str, object]], list[tuple[int, str]]]:
    """The rows of a document, and the line and the field of each bad one."""
    (block,) = open_table(io.BytesIO(json.dumps(document, indent=indent).encode()), "films.json").blocks()
    good = [
        {name: cells[row] for name, cells in block.columns.items() if cells[row] is not None}
        for row in range(len(block.lines))
    ]
    return good, [(bad.line, bad.field) for bad in block.bad]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"m1": HEAT, "m2": ALIEN}, [{"id": "m1", **HEAT}, {"id": "m2", **ALIEN}]),
        ({"1": {"n": 1, **HEAT}, "2": {"n": 2, **ALIEN}}, [{"n": 1, **HEAT}, {"n": 2, **ALIEN}]),
        (
            {"a": {"id": "u", **HEAT}, "b": {"id": "u", **ALIEN}},
            [{"key": "a", "id": "u", **HEAT}, {"key": "b", "id": "u", **ALIEN}],
        ),
        (
            {f"m{number}": {"year": number, **HEAT} for number in range(3 * VALUES_LOOKED_AT)},
            [{"id": f"m{number}", "year": 1995, "title": "Heat"} for number in range(3 * VALUES_LOOKED_AT)],
        ),
    ],
)
def test_the_keys_of_rows_are_a_column_unless_the_rows_repeat_them(document, expected, indent) -> None:
    assert rows(document, indent) == (expected, [])


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize(
    "document",
    [EVENT, {name: EVENT[name] for name in ("user", "item")}, {"buyer": EVENT["user"], "thing": EVENT["item"], "n": 1}],
)
def test_an_event_of_parts_that_are_alike_is_one_row(document, indent) -> None:
    flat = {}
    for name, value in document.items():
        flat |= {f"{name}.{inner}": one for inner, one in value.items()} if isinstance(value, dict) else {name: value}
    assert rows(document, indent) == ([flat], [])


def test_a_row_that_comes_late_and_contradicts_its_key_is_bad() -> None:
    films = {f"m{number}": HEAT for number in range(VALUES_LOOKED_AT)}
    good, bad = rows({**films, "x": {"id": "y", **ALIEN}, "z": 3})
    assert len(good) == VALUES_LOOKED_AT
    assert bad == [(VALUES_LOOKED_AT + 1, "id"), (VALUES_LOOKED_AT + 2, "line")]
