"""The window: what a run read is read again, whatever came since; what cannot be is named."""

import pytest

from doublebill.model.items import Item
from doublebill.service.catalog import catalogs, user_aliases
from doublebill.service.training import data_snapshot
from doublebill.service.training.data_snapshot import LATE_MS, DataSnapshot
from fakes import MemoryObjects
from trainings import fill, fill_import, logged
from worlds import FIRST_MS, checkerboard

EVENTS = checkerboard(users=6, items=8)
STARTED_MS = FIRST_MS + 10 * LATE_MS


@pytest.fixture
def objects():
    """Old events, young events, an import, metadata and merges of users that have no events."""
    filled = MemoryObjects()
    fill(filled, EVENTS[:4], now_ms=FIRST_MS)
    fill(filled, EVENTS[4:8], now_ms=STARTED_MS - 1)
    fill_import(filled, EVENTS[8:])
    catalogs.put_items(filled, "films", [Item("item-00", title="Zero", year=1930)], FIRST_MS)
    catalogs.put_items(filled, "films", [Item("item-00", title="Nought")], STARTED_MS - 1)
    user_aliases.append(filled, "films", "guest-a", "guest-b", FIRST_MS)
    user_aliases.append(filled, "films", "guest-c", "guest-b", STARTED_MS - 1)
    return filled


@pytest.fixture
def told(objects):
    """The window of a run that began at `STARTED_MS`, as its record tells it."""
    return window(DataSnapshot.of_now(objects, "films"), objects)


def window(snapshot, objects):
    return snapshot.read(objects).window(STARTED_MS)


def read(found, objects):
    stored = found.read(objects)
    return sorted(stored.events.events(), key=repr), stored.items


def test_it_holds_all_that_counts(objects, told):
    events, items = read(DataSnapshot.of_now(objects, "films"), objects)
    assert events == sorted(EVENTS, key=repr)
    assert items == {"item-00": Item("item-00", title="Nought", year=1930)}


def test_it_tells_young_objects_by_key_and_old_ones_by_number_and_digest(told):
    assert (told["events"]["settled"], len(told["events"]["recent"])) == (1, 1)
    assert (told["items"]["settled"], len(told["items"]["recent"])) == (1, 1)
    assert (told["merges"]["settled"], len(told["merges"]["recent"])) == (1, 1)
    assert told["imports"] == {"an-import": 1}
    assert told["rows"]["requests"] == 8
    assert told["rows"]["imports"] == {"an-import": len(EVENTS) - 8}
    assert told["settled_ms"] == STARTED_MS - LATE_MS


@pytest.mark.parametrize("now_ms", [STARTED_MS - LATE_MS, STARTED_MS - 1, STARTED_MS, STARTED_MS + 86_400_000])
def test_what_landed_since_is_left_out_even_where_its_key_is_older_than_the_run(objects, told, now_ms):
    before = read(DataSnapshot.of_now(objects, "films"), objects)
    fill(objects, checkerboard(users=2, items=20), now_ms=now_ms)
    fill_import(objects, checkerboard(users=2, items=22), import_id="another")
    catalogs.put_items(objects, "films", [Item("item-00", title="Another")], now_ms)
    user_aliases.append(objects, "films", "user-00", "user-02", now_ms)
    found, changed = data_snapshot.restore(objects, "films", told)
    assert changed == []
    assert read(found, objects) == before
    assert window(found, objects) == told


def keys_of(objects, prefix, part):
    return next(key for key in objects.keys(prefix) if part in key)


@pytest.mark.parametrize(
    ("prefix", "part", "complaint"),
    [
        ("events/", str(FIRST_MS), "events: found 0 older objects, the run read 1"),
        ("events/", str(STARTED_MS - 1), "events: 1 of the 1 newest objects that the run read are gone"),
        ("items/", str(FIRST_MS), "items: found 0 older objects, the run read 1"),
        ("merges/", str(FIRST_MS), "merges: found 0 older objects, the run read 1"),
        ("merges/", str(STARTED_MS - 1), "merges: 1 of the 1 newest objects that the run read are gone"),
        ("imports/", "part-00000", "import an-import: found 0 parts, the run read 1"),
        ("imports/", "import.json", "import an-import: found 0 parts, the run read 1"),
    ],
)
def test_what_is_gone_is_named(objects, told, prefix, part, complaint):
    objects.delete(keys_of(objects, prefix, part))
    assert data_snapshot.restore(objects, "films", told)[1] == [complaint]


def test_what_was_put_among_the_old_is_named(objects, told):
    fill(objects, checkerboard(users=2, items=20), now_ms=FIRST_MS + 1)
    assert data_snapshot.restore(objects, "films", told)[1] == ["events: found 2 older objects, the run read 1"]
    objects.delete(keys_of(objects, "events/", str(FIRST_MS) + "-"))
    assert data_snapshot.restore(objects, "films", told)[1] == [
        "events: found 1 older objects, but not all are those that the run read"
    ]


def test_many_objects_are_read_in_the_order_of_their_keys():
    many = MemoryObjects()
    events = checkerboard(users=40, items=12)
    for number, event in enumerate(events):
        fill(many, [event], now_ms=FIRST_MS + number)
    assert logged(many) == events
