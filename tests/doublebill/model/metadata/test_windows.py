"""Windows of availability: open and closed, changed, and as arrays."""

import numpy as np
import pytest

from doublebill.errors import InvalidInput
from doublebill.model.catalog import Catalog
from doublebill.model.items import Item, parse_item
from doublebill.model.metadata.dates import DAY_MS, iso
from doublebill.model.metadata.windows import NO_WINDOWS, Windows

ITEMS = [
    Item("a"),
    Item("b", available_from=100),
    Item("c", available_until=200),
    Item("d", available_from=100, available_until=200),
]
WINDOWS = Windows.of(ITEMS)
EVERY = np.ones(4, np.bool_)


@pytest.mark.parametrize(("now_ms", "shown"), [(99, "ac"), (100, "abcd"), (200, "abcd"), (201, "ab")])
def test_items_are_available_within_their_window(now_ms, shown):
    within = WINDOWS.within(EVERY, now_ms)
    assert "".join(item.item_id for item, open_now in zip(ITEMS, within, strict=True) if open_now) == shown
    assert EVERY.all()
    assert not WINDOWS.within(~EVERY, now_ms).any()
    assert NO_WINDOWS.within(EVERY, now_ms) is EVERY


def test_a_change_moves_one_bound_or_clears_it():
    changed = WINDOWS.changed({0: {"available_until": 5}, 1: {"available_from": None}, 3: {"available_from": 150}})
    assert [changed.bounds_of(item) for item in range(4)] == [(None, 5), (None, None), (None, 200), (150, 200)]
    assert WINDOWS.changed({}) is WINDOWS


def test_windows_are_arrays_of_the_catalog_only_where_there_are_any():
    arrays = Catalog.of([], {item.item_id: item for item in ITEMS}).to_arrays()
    windows = Catalog.from_arrays(arrays).windows
    assert [windows.bounds_of(item) for item in range(4)] == [(None, None), (100, None), (None, 200), (100, 200)]
    assert not [name for name in Catalog.of("ab", {}).to_arrays() if name.startswith("window")]


def test_bounds_are_read_as_times_and_a_day_counts_whole():
    day = parse_item({"item_id": "a", "available_from": "2026-12-01", "available_until": "2026-12-01"})
    assert day.available_until == day.available_from + DAY_MS - 1
    assert iso(day.available_until) == "2026-12-01T23:59:59.999Z"
    seconds, milliseconds = (
        parse_item({"item_id": "a", "available_from": n}) for n in (1_796_083_200, 1_796_083_200_000)
    )
    assert seconds.available_from == milliseconds.available_from == day.available_from
    assert parse_item({"item_id": "a", "available_from": "2026-12-01T01:00+01:00"}).available_from == day.available_from


@pytest.mark.parametrize("wrong", ["soon", "2026-02-30", True, [], -1])
def test_a_bound_that_is_no_time_is_named(wrong):
    with pytest.raises(InvalidInput) as refusal:
        parse_item({"item_id": "a", "available_until": wrong})
    assert [one.field for one in refusal.value.complaints] == ["available_until"]


def test_a_window_ends_after_it_begins():
    with pytest.raises(InvalidInput, match="available_until: lies before available_from"):
        parse_item({"item_id": "a", "available_from": "2026-12-02", "available_until": "2026-12-01"})
