"""Event tables give back every event, as equal bytes for equal tables, and refuse bytes that are not whole."""

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.columns.packed import from_npz, to_npz
from doublebill.errors import ObjectDamaged
from doublebill.event_table import EventTable, concat, drained
from doublebill.events import Event

IDS = st.text(st.characters(codec="utf-8"), max_size=6) | st.sampled_from(["", "a", "\x00", "a\x00", "\u2028", "𝄞"])
EVENTS = st.builds(
    Event,
    user=IDS,
    item_id=IDS,
    kind=st.sampled_from(["play", "view", "like", "any other"]),
    value=st.floats(allow_nan=False, allow_infinity=False),
    timestamp=st.integers(0, 2**62),
    event_id=IDS,
    recommendation_id=IDS,
)
A_FEW = [Event("u1", "é", "play", 2.5, 5000, "e", "r"), Event("u2", "é", "view"), Event("u1", "x", "rate", 4.0)]


@given(st.lists(EVENTS, max_size=8), st.integers(0, 2**62))
def test_every_event_comes_back_from_its_bytes(events: list[Event], received: int) -> None:
    table = EventTable.of(events, received)
    back = EventTable.from_bytes(table.to_bytes())
    assert list(table.events()) == list(back.events()) == events
    assert back.received.tolist() == [received] * len(events)


@given(st.lists(st.lists(EVENTS, max_size=3), max_size=4))
def test_tables_are_joined_in_order(parts: list[list[Event]]) -> None:
    joined = concat([EventTable.of(part, n) for n, part in enumerate(parts)])
    assert list(joined.events()) == [event for part in parts for event in part]
    assert joined.received.tolist() == [n for n, part in enumerate(parts) for _ in part]


def test_a_list_of_tables_that_is_joined_is_empty_then() -> None:
    for count in range(3):
        tables = [EventTable.of(A_FEW) for _ in range(count)]
        assert list(drained(tables).events()) == A_FEW * count
        assert tables == []


def test_equal_tables_have_equal_bytes_whatever_they_were_taken_from() -> None:
    whole = EventTable.of([*A_FEW, Event("another", "one", "like")])
    assert whole.take(np.arange(3)).to_bytes() == EventTable.of(A_FEW).to_bytes()
    assert list(whole.take(np.array([True, False, True, False])).compact().events()) == [A_FEW[0], A_FEW[2]]


def test_the_bytes_are_the_same_as_ever() -> None:
    columns = from_npz(EventTable.of(A_FEW, 7).to_bytes(), "x")
    assert {name: column.tolist() for name, column in columns.items() if name.startswith(("format", "users"))} == {
        "format": [1, 3],
        "users_blob": list(b"u1u2"),
        "users_codes": [0, 1, 0],
        "users_codes_base": [0, 1],
        "users_lengths": [0, 0],
        "users_lengths_base": [2, 1],
    }


def test_other_bytes_than_those_that_were_recorded_are_refused() -> None:
    data, other = EventTable.of(A_FEW).to_bytes(), EventTable.of(A_FEW[:2]).to_bytes()
    digest = hashlib.sha256(data).hexdigest()
    assert len(EventTable.from_bytes(data, "part-0", digest)) == 3
    with pytest.raises(ObjectDamaged, match=r"part-0.*not those that were written"):
        EventTable.from_bytes(other, "part-0", digest)


@pytest.mark.parametrize("data", [b"", b"PK", EventTable.of(A_FEW).to_bytes()[:-1], b"\x1f\x8b"])
def test_bytes_that_are_cut_are_refused_by_name(data: bytes) -> None:
    with pytest.raises(ObjectDamaged, match=r"blocks/films/x.npz: .*not a whole file"):
        EventTable.from_bytes(data, "blocks/films/x.npz")


@pytest.mark.parametrize(
    ("name", "column", "problem"),
    [
        ("format", np.array([2, 3]), "newer doublebill"),
        ("format", np.array([1, 4]), "has 3 rows, expected 4"),
        ("format", None, "no format"),
        ("users_codes", np.array([0, 2, 0], np.uint8), "codes outside 0 to 1"),
        ("users_codes", np.array([0, 1], np.uint8), "has 2 rows, expected 3"),
        ("users_codes", np.array([0.0, 1.0, 0.0]), "users_codes is float64"),
        ("users_lengths", np.array([1, 0], np.uint8), "have 5 bytes, expected 4"),
        ("users_lengths_base", np.array([-2, 1]), "do not fit into 4 bytes"),
        ("users_blob", None, "no strings"),
        ("users_blob", np.frombuffer(b"\xff1u2", np.uint8), "codec can't decode"),
        ("users_blob", np.frombuffer("u\xe91".encode(), np.uint8), "begins inside a character"),
        ("values", np.array([1.0, np.nan, 1.0]), "not finite"),
        ("timestamps", None, "no column timestamps"),
        ("received", np.zeros((3, 1), np.uint8), r"received is uint8 \(3, 1\)"),
        ("received_base", np.zeros(3, np.int64), "received_base has the shape"),
    ],
)
def test_columns_that_do_not_fit_together_are_refused(name: str, column: np.ndarray | None, problem: str) -> None:
    arrays = from_npz(EventTable.of(A_FEW).to_bytes(), "x") | {name: column}
    kept = {one: array for one, array in arrays.items() if array is not None}
    with pytest.raises(ObjectDamaged, match=problem):
        EventTable.from_bytes(to_npz(kept), "x")
