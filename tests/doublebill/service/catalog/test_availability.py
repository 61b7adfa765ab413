"""Availability: what was told last of each item, however many tell at once."""

import json

import pytest

from doublebill.errors import InvalidInput, StoreUnavailable
from doublebill.imports.files.raw_rows import RawRow
from doublebill.model.items import Item
from doublebill.service.catalog import availability, catalogs
from doublebill.service.ingesting.import_file import import_items
from fakes import MemoryObjects, StoppingObjects, interleavings

KEY = "availability/films.json"


@pytest.fixture
def objects():
    return MemoryObjects()


def told(objects) -> dict[str, bool]:
    return json.loads(objects.get(KEY).data)["items"]


def items(**available: bool | None) -> list[Item]:
    return [Item(item_id, available=one) for item_id, one in available.items()]


def test_items_that_tell_are_noted_and_others_are_not(objects):
    assert availability.note(objects, "films", items(a=False, b=True, c=None))
    assert told(objects) == {"a": False, "b": True}
    assert availability.from_bytes(objects.get(KEY).data).items == told(objects)


def test_the_last_word_counts(objects):
    availability.note(objects, "films", items(a=False, b=False))
    availability.note(objects, "films", [Item("a", available=True), Item("c", available=True), *items(c=False)])
    assert told(objects) == {"a": True, "b": False, "c": False}


def test_what_changes_nothing_is_not_written(objects):
    availability.note(objects, "films", items(a=False, b=True))
    counting = StoppingObjects(objects)
    assert not availability.note(counting, "films", items(b=True, a=False))
    assert not availability.note(counting, "films", items(c=None))
    assert counting.calls == 2 * [("get", KEY)]


def test_of_many_that_tell_at_once_nobody_is_lost():
    def make():
        world = MemoryObjects()
        availability.note(world, "films", items(a=True))
        tellers = [
            lambda objects, one=one: availability.note(objects, "films", one)
            for one in (items(a=False), items(b=False))
        ]
        return world, tellers

    for order, objects, _ in interleavings(make):
        assert told(objects) == {"a": False, "b": False}, order


def test_past_the_limit_available_items_go_first_the_longest_known_before_others(objects, monkeypatch):
    monkeypatch.setattr(availability, "MOST_IDS", 3)
    availability.note(objects, "films", items(a=True, b=False, c=True))
    availability.note(objects, "films", items(d=False))
    assert told(objects) == {"b": False, "c": True, "d": False}
    availability.note(objects, "films", items(e=False, f=False))
    assert told(objects) == {"d": False, "e": False, "f": False}


def test_an_object_that_cannot_be_read_is_not_written_over(objects):
    for damaged in (b"{", b"[]", b'{"items": [1]}'):
        objects.put(KEY, damaged)
        with pytest.raises(StoreUnavailable, match="cannot be read"):
            availability.note(objects, "films", items(a=False))
        assert objects.get(KEY).data == damaged


def test_a_name_that_is_none_is_refused(objects):
    with pytest.raises(InvalidInput, match="catalog"):
        availability.note(objects, "a/b", items(a=False))


def test_metadata_notes_it_after_it_is_stored(objects):
    counting = StoppingObjects(objects)
    catalogs.put_items(counting, "films", [*items(a=False), Item("b", title="B")], 1)
    assert told(objects) == {"a": False}
    puts = [name for name, key in counting.calls if key.startswith(("items/", KEY)) and name != "get"]
    assert puts == ["put", "create"]


def test_metadata_that_does_not_tell_touches_nothing(objects):
    catalogs.put_items(objects, "films", [Item("b", title="B")], 1)
    assert KEY not in objects.held


def test_an_import_of_items_notes_it(objects):
    import_items(objects, "films", "0f" * 16, [RawRow(2, {"item_id": "a", "available": False})], 1)
    assert told(objects) == {"a": False}


def test_a_removed_item_is_taken_down_and_comes_back_with_an_update(objects):
    availability.note(objects, "films", [Item("a", removed=True), Item("b", removed=True)])
    assert told(objects) == {"a": None, "b": None}
    assert availability.read(objects, "films").items == {"a": False, "b": False}
    assert not availability.note(objects, "films", [Item("c", title="C")])
    availability.note(objects, "films", [Item("a", title="A"), Item("b", available=False), Item("b", title="B")])
    assert told(objects) == {"a": True, "b": False}


def test_availability_that_is_cleared_is_that_of_any_item(objects):
    availability.note(objects, "films", items(a=False))
    availability.note(objects, "films", [Item("a", cleared=("available",))])
    assert availability.read(objects, "films").items == {"a": True}


def test_the_bounds_of_windows_are_noted_one_by_one(objects):
    availability.note(objects, "films", [Item("a", available_from=5), Item("b", available_until=9)])
    availability.note(objects, "films", [Item("a", available_until=7), Item("b", cleared=("available_until",))])
    assert availability.read(objects, "films").windows == {
        "a": {"available_from": 5, "available_until": 7},
        "b": {"available_until": None},
    }
    assert not availability.note(objects, "films", [Item("a", available_from=5)])
    availability.note(objects, "films", [Item("a", removed=True)])
    assert availability.read(objects, "films").windows["a"] == {"available_from": None, "available_until": None}
