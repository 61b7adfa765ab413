"""Metadata of many requests in few blocks: nothing is lost or doubled, and a request can be taken out again."""

from dataclasses import replace
from functools import partial

import pytest

from doublebill.columns.packed import from_npz, to_npz
from doublebill.errors import ObjectDamaged
from doublebill.imports.files.raw_rows import RawRow
from doublebill.model.items import Item
from doublebill.service.catalog import catalogs
from doublebill.service.catalog.blocks import compaction
from doublebill.service.catalog.blocks.compaction import compact, take_out
from doublebill.service.catalog.blocks.item_blocks import ITEMS, ItemBlock
from doublebill.service.catalog.item_updates import ItemUpdates
from doublebill.service.ingesting.import_file import import_items
from doublebill.service.registry import item_lookup
from doublebill.service.training import data_snapshot
from doublebill.service.training.data_snapshot import LATE_MS, DataSnapshot
from doublebill.stores.objects import Objects
from fakes import Interrupted, Killed, MemoryObjects, StoppingObjects
from trainings import described
from worlds import FIRST_MS

NOW_MS = FIRST_MS + 10 * LATE_MS
UPDATES = [[Item("a", title="A"), Item("b", year=1930)], [Item("a", year=1931)], [], [Item("c"), Item("c", title="C")]]
LATE = Item("a", title="Able")
WHOLE = {"a": Item("a", "A", year=1931), "b": Item("b", year=1930), "c": Item("c", "C")}


def metadata() -> MemoryObjects:
    """Updates of a catalog's metadata, one request a millisecond."""
    objects = MemoryObjects()
    for number, items in enumerate(UPDATES):
        catalogs.put_items(objects, "films", items, FIRST_MS + number)
    return objects


def loose(objects: Objects) -> list[str]:
    return [key for key in objects.keys("items/films/") if not key.startswith(ITEMS.folder("films"))]


def blocks(objects: Objects) -> list[str]:
    return [key for key in objects.keys(ITEMS.folder("films")) if key.endswith(".npz")]


def steps() -> range:
    """The store calls of a compaction, by number."""
    counting = StoppingObjects(metadata())
    compact(counting, "films", NOW_MS, ITEMS)
    return range(len(counting.calls))


def test_many_requests_become_one_block_with_the_same_metadata() -> None:
    objects = metadata()
    before = ItemUpdates.of_now(objects, "films").requests
    done = compact(objects, "films", NOW_MS, ITEMS)
    assert (done.requests, done.rows, done.blocks) == (4, 6, 1)
    assert (loose(objects), len(blocks(objects))) == ([], 1)
    assert (described(objects), ItemUpdates.of_now(objects, "films").requests) == (WHOLE, before)
    assert compact(objects, "films", NOW_MS, ITEMS).requests == 0


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_at_any_store_call_nothing_is_lost_or_doubled(moment: str) -> None:
    for stop_at in steps():
        objects = metadata()
        with pytest.raises(Killed):
            compact(StoppingObjects(objects, stop_at, moment), "films", NOW_MS, ITEMS)  # type: ignore[arg-type]
        assert described(objects) == WHOLE, stop_at
        compact(objects, "films", NOW_MS, ITEMS)
        assert (described(objects), loose(objects), len(blocks(objects))) == (WHOLE, [], 1), stop_at


def test_updates_that_arrive_meanwhile_are_kept() -> None:
    for at in steps():
        objects = metadata()
        arrive = partial(catalogs.put_items, objects, "films", [LATE], FIRST_MS + 9)
        compact(Interrupted(objects, at, arrive), "films", NOW_MS, ITEMS)
        assert described(objects) == WHOLE | {"a": replace(WHOLE["a"], title="Able")}, at


def test_a_reader_beside_a_compaction_reads_everything_in_order() -> None:
    counting = StoppingObjects(metadata())
    described(counting)
    for at in range(len(counting.calls)):
        objects = metadata()
        reading = Interrupted(objects, at, partial(compact, objects, "films", NOW_MS, ITEMS))
        assert described(reading) == WHOLE, at


def test_requests_taken_out_stay_out_of_a_compaction_on_its_way() -> None:
    second = loose(metadata())[1]
    for at in steps():
        objects = metadata()
        removal = partial(take_out, objects, "films", ITEMS, [second])
        compact(Interrupted(objects, at, removal), "films", NOW_MS, ITEMS)
        compact(objects, "films", NOW_MS, ITEMS)
        assert described(objects) == WHOLE | {"a": Item("a", "A")}, at
        assert (len(blocks(objects)), loose(objects)) == (1, []), at


def test_a_taking_out_that_dies_anywhere_loses_nothing_else() -> None:
    def compacted() -> MemoryObjects:
        objects = metadata()
        compact(objects, "films", NOW_MS, ITEMS)
        return objects

    second = loose(metadata())[1]
    counting = StoppingObjects(compacted())
    take_out(counting, "films", ITEMS, [second])
    for stop_at in range(len(counting.calls)):
        objects = compacted()
        with pytest.raises(Killed):
            take_out(StoppingObjects(objects, stop_at, "after"), "films", ITEMS, [second])
        assert described(objects)["b"] == WHOLE["b"], stop_at
        take_out(objects, "films", ITEMS, [second])
        assert described(objects) == WHOLE | {"a": Item("a", "A")}, stop_at
        assert len(blocks(objects)) == 1, stop_at


def test_a_look_up_reads_few_objects_however_many_requests_there_were(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogs, "ITEMS", replace(ITEMS, fewest=20))
    monkeypatch.setattr(catalogs, "COMPACTED_ONCE_IN", 8)
    objects = MemoryObjects()
    for number in range(400):
        catalogs.put_items(objects, "films", [Item(f"m{number % 50}", year=1900 + number)], NOW_MS + number * LATE_MS)
    counting = StoppingObjects(objects)
    assert item_lookup.look_up_one(counting, "films", "m7")["year"] == 1900 + 357
    assert len([key for name, key in counting.calls if name == "get" and key.startswith("items/")]) < 60


def test_metadata_are_sharded_by_item_and_a_look_up_reads_its_shard() -> None:
    objects = MemoryObjects()
    items = [Item(f"m{number}", title=f"Film {number}") for number in range(40)]
    catalogs.put_items(objects, "films", items, FIRST_MS)
    compact(objects, "films", NOW_MS, replace(ITEMS, full_rows=5))
    assert len(blocks(objects)) == 4
    counting = StoppingObjects(objects)
    assert item_lookup.look_up_one(counting, "films", "m31")["title"] == "Film 31"
    assert len([key for name, key in counting.calls if name == "get" and key.endswith(".npz")]) == 1
    assert described(objects) == {item.item_id: item for item in items}


def test_a_recorded_training_reads_the_same_metadata_before_and_after() -> None:
    objects = metadata()
    snapshot = DataSnapshot.of_now(objects, "films")
    before = snapshot.read(objects).window(NOW_MS)
    compact(objects, "films", NOW_MS, ITEMS)
    catalogs.put_items(objects, "films", [LATE], NOW_MS)
    compact(objects, "films", NOW_MS + 2 * LATE_MS, ITEMS)
    restored, changes = data_snapshot.restore(objects, "films", before)
    assert (changes, restored.read(objects).items) == ([], WHOLE)


def test_a_file_of_many_items_stays_one_object(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogs, "LARGE_BYTES", 10)
    objects = MemoryObjects()
    import_items(objects, "films", "0f" * 16, [RawRow(1, {"item_id": "a", "title": "A"})], FIRST_MS)
    assert compact(objects, "films", NOW_MS, ITEMS).requests == 0
    assert [key.rpartition(".large")[1] for key in loose(objects)] == [".large"]
    assert described(objects) == {"a": Item("a", "A")}


def test_a_training_joins_the_metadata_of_many_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    objects = metadata()
    compaction.compact_many(objects, "films", NOW_MS)
    assert len(loose(objects)) == 4
    monkeypatch.setattr(compaction, "ITEMS", replace(ITEMS, fewest=4))
    compaction.compact_many(objects, "films", NOW_MS)
    assert (loose(objects), described(objects)) == ([], WHOLE)


@pytest.mark.parametrize("data", [b"", b"changed", None])
def test_a_damaged_block_is_named_and_kept(data: bytes | None) -> None:
    objects = metadata()
    compact(objects, "films", NOW_MS, ITEMS)
    (key,) = blocks(objects)
    objects.delete(key) if data is None else objects.put(key, data)
    catalogs.put_items(objects, "films", [LATE] * 3, FIRST_MS + 9)
    assert [one.partition(":")[0] for one in compact(objects, "films", NOW_MS, ITEMS).damaged] == [key]
    assert [one["name"] for one in item_lookup.look_up(objects, "films", ["a"])["skipped"]] == [key]
    take_out(objects, "films", ITEMS, ["items/films/0000000000001-0123456789abcdef.jsonl.gz"])
    assert [one.name for one in ItemUpdates.of_now(objects, "films").damaged] == [key]


@pytest.mark.parametrize("name", ["format", "lines_lengths", "lines_blob", "requests", "received"])
def test_a_block_whose_columns_do_not_fit_together_is_refused(name: str) -> None:
    objects = metadata()
    compact(objects, "films", NOW_MS, ITEMS)
    arrays = from_npz(objects.get(blocks(objects)[0]).data, "whole")
    arrays[name] = arrays[name][:-1]
    with pytest.raises(ObjectDamaged, match="is no block of items"):
        ItemBlock.from_bytes(to_npz(arrays), "cut")
