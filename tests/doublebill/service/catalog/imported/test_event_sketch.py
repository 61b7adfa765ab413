"""Sketches of events: how well they tell which share of a file stands in another."""

import numpy as np
import pytest

from doublebill.event_table import EventTable, concat
from doublebill.events import Event
from doublebill.service.catalog.imported import event_sketch


def events(first: int, count: int, kind: str = "play") -> EventTable:
    return EventTable.of(
        Event(f"user-{n % 97}", f"item-{n}", kind, timestamp=1000 + n) for n in range(first, first + count)
    )


def sketch(*tables: EventTable) -> event_sketch.Hashes:
    made = event_sketch.EMPTY
    for table in tables:
        made = event_sketch.added(made, table)
    return made


@pytest.mark.parametrize(
    ("first", "second", "share"),
    [
        ((0, 20), (0, 20), 1.0),
        ((0, 20), (10, 20), 0.5),
        ((0, 20), (20, 20), 0.0),
        ((0, 5000), (0, 5000), 1.0),
        ((0, 5000), (2500, 5000), 0.5),
        ((0, 5000), (4500, 9000), 0.1),
        ((0, 5000), (0, 50_000), 1.0),
    ],
)
def test_the_share_that_another_file_repeats_is_estimated(first, second, share):
    found = event_sketch.repeated_share(sketch(events(*first)), sketch(events(*second, "like")))
    assert found == pytest.approx(share, abs=0.12 if first[1] > event_sketch.SIZE else 0)


def test_a_sketch_is_the_same_in_any_grouping_and_order():
    whole = sketch(events(0, 3000))
    assert whole.tolist() == sketch(events(2000, 1000), events(0, 1200), events(1000, 1500)).tolist()
    assert whole.tolist() == sketch(concat([events(1500, 1500), events(0, 1500)])).tolist()
    assert len(whole) == event_sketch.SIZE
    assert event_sketch.from_json(event_sketch.to_json(whole)).tolist() == whole.tolist()


def test_users_and_items_are_told_apart():
    one = EventTable.of([Event("a", "b", "play", timestamp=5)])
    other = EventTable.of([Event("b", "a", "play", timestamp=5), Event("a", "b", "play", timestamp=6)])
    assert event_sketch.repeated_share(sketch(one), sketch(other)) == 0
    assert event_sketch.repeated_share(sketch(one), event_sketch.EMPTY) == 0


def test_events_that_mostly_repeat_have_the_sketch_of_each_once() -> None:
    first, second = events(1000, 2000), events(5000, 2000)
    lowest = min((events(n, 1) for n in range(500)), key=lambda one: int(sketch(one)[0]))
    often = concat([lowest.take(np.zeros(16 * event_sketch.SIZE, np.int64)), second])
    assert sketch(first, often).tolist() == sketch(first, second, lowest).tolist()


@pytest.mark.parametrize("count", [0, 10, 3000])
def test_no_events_add_nothing(count: int) -> None:
    whole = sketch(events(0, count))
    assert event_sketch.added(whole, events(0, 0)).tolist() == whole.tolist()
