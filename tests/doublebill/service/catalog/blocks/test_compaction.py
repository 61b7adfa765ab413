"""Compaction loses and doubles nothing, whenever it is killed, raced, read or written beside."""

import json
from dataclasses import replace

import pytest

from doublebill.errors import ObjectDamaged
from doublebill.events import Event
from doublebill.service.catalog import trending
from doublebill.service.catalog.blocks import block_index, compaction, log_blocks
from doublebill.service.catalog.blocks.block_index import BlockForm
from doublebill.service.catalog.blocks.compaction import Compacted
from doublebill.service.catalog.blocks.log_blocks import LOG, LogBlock
from doublebill.service.catalog.log_snapshot import LogSnapshot
from doublebill.service.training import data_snapshot
from doublebill.service.training.data_snapshot import LATE_MS, DataSnapshot
from doublebill.service.training.verify import verify
from doublebill.stores.objects import Objects
from fakes import Interrupted, Killed, MemoryObjects, StoppingObjects
from trainings import fill, logged, trained
from worlds import FIRST_MS, checkerboard


def compact(objects: Objects, catalog: str, now_ms: int, form: BlockForm[LogBlock] = LOG) -> Compacted:
    """Compacts the event log of a catalog."""
    return compaction.compact(objects, catalog, now_ms, form)


EVENTS = checkerboard(users=12, items=8)
SIZE = 6
"""Events of one request; some have several users."""
REQUESTS = [EVENTS[start : start + SIZE] for start in range(0, len(EVENTS), SIZE)]
NOW_MS = FIRST_MS + 10 * LATE_MS


def a_log(requests: list[list[Event]] = REQUESTS) -> MemoryObjects:
    """A log of requests, one a millisecond."""
    objects = MemoryObjects()
    for number, events in enumerate(requests):
        fill(objects, events, now_ms=FIRST_MS + number)
    return objects


def content(objects: Objects) -> list[str]:
    """Every event that a training would read, in an order of its own."""
    return sorted(map(repr, logged(objects)))


WHOLE = content(a_log())


def loose(objects: Objects) -> list[str]:
    return list(objects.keys("events/"))


def blocks(objects: Objects) -> list[str]:
    return [key for key in objects.keys("blocks/") if key.endswith(".npz")]


def test_settled_requests_become_one_block() -> None:
    objects = a_log()
    found = compact(objects, "films", NOW_MS)
    assert found == Compacted("films", len(REQUESTS), len(EVENTS), 1)
    assert (loose(objects), len(blocks(objects))) == ([], 1)
    assert content(objects) == WHOLE
    assert compact(objects, "films", NOW_MS) == Compacted("films", 0, 0, 1)


def test_requests_that_may_still_have_company_stay() -> None:
    objects = a_log()
    fill(objects, [Event("late", "item-00", "view")], now_ms=NOW_MS - LATE_MS)
    before = content(objects)
    assert compact(objects, "films", NOW_MS).requests == len(REQUESTS)
    assert len(loose(objects)) == 1
    assert content(objects) == before


def test_a_reader_needs_few_blocks_after_many_compactions() -> None:
    objects = MemoryObjects()
    for number in range(200):
        fill(objects, EVENTS[:3], now_ms=FIRST_MS + number)
        compact(objects, "films", FIRST_MS + number + LATE_MS + 1)
    assert len(blocks(objects)) <= 8
    assert len(logged(objects)) == 600
    assert loose(objects) == []


def test_large_logs_are_sharded_by_user() -> None:
    objects = a_log()
    compact(objects, "films", NOW_MS, replace(LOG, full_rows=4))
    index, _ = log_blocks.read_index(objects, "films")
    assert {block.shards for block in index.blocks} == {8}
    for block in index.blocks:
        users = block_index.read_block(objects, LOG, block).table.users.rows()
        assert set(block_index.shard_of(users, 8).tolist()) == {block.shard}
    assert content(objects) == WHOLE


def test_full_blocks_are_not_written_again() -> None:
    objects = a_log()
    compact(objects, "films", NOW_MS)
    (full,) = blocks(objects)
    fill(objects, EVENTS, now_ms=FIRST_MS + 100)
    compact(objects, "films", NOW_MS, replace(LOG, full_rows=len(EVENTS) - 1))
    assert full in blocks(objects)
    assert len(logged(objects)) == 2 * len(EVENTS)


def steps() -> range:
    """The store calls of a compaction, by number."""
    counting = StoppingObjects(a_log())
    compact(counting, "films", NOW_MS)
    return range(len(counting.calls))


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_at_any_store_call_nothing_is_lost_or_doubled(moment: str) -> None:
    for stop_at in steps():
        objects = a_log()
        with pytest.raises(Killed):
            compact(StoppingObjects(objects, stop_at, moment), "films", NOW_MS)  # type: ignore[arg-type]
        assert content(objects) == WHOLE, stop_at
        fill(objects, [Event("new", "item-00", "view")], now_ms=FIRST_MS + 50)
        more = content(objects)
        compact(objects, "films", NOW_MS)
        assert content(objects) == more, stop_at
        assert (loose(objects), json.loads(objects.get("blocks/films/index.json").data)["covered"]) == ([], [])
        assert len(blocks(objects)) == len(log_blocks.read_index(objects, "films")[0].blocks), stop_at


def test_of_two_compactions_at_once_none_loses_or_doubles_anything() -> None:
    for at in steps():
        objects = a_log()
        compact(Interrupted(objects, at, lambda objects=objects: compact(objects, "films", NOW_MS)), "films", NOW_MS)
        assert content(objects) == WHOLE, at
        compact(objects, "films", NOW_MS)
        assert content(objects) == WHOLE, at
        assert (loose(objects), len(blocks(objects))) == ([], 1), at


def test_what_arrives_meanwhile_is_kept() -> None:
    late = Event("new", "item-00", "view")
    for at in steps():
        objects = a_log()

        def arrive(objects: MemoryObjects = objects) -> None:
            fill(objects, [late], now_ms=FIRST_MS + 50)

        compact(Interrupted(objects, at, arrive), "films", NOW_MS)
        assert content(objects) == sorted([*WHOLE, repr(late)]), at


def test_a_reader_beside_a_compaction_reads_everything_once() -> None:
    counting = StoppingObjects(a_log())
    logged(counting)
    for at in range(len(counting.calls)):
        objects = a_log()
        reading = Interrupted(objects, at, lambda objects=objects: compact(objects, "films", NOW_MS))
        assert content(reading) == WHOLE, at


def test_a_reader_beside_a_merge_of_blocks_reads_everything_once() -> None:
    def halfway() -> MemoryObjects:
        objects = a_log(REQUESTS[:3])
        compact(objects, "films", NOW_MS)
        for number, events in enumerate(REQUESTS[3:], 3):
            fill(objects, events, now_ms=FIRST_MS + number)
        return objects

    counting = StoppingObjects(halfway())
    logged(counting)
    for at in range(len(counting.calls)):
        objects = halfway()
        reading = Interrupted(objects, at, lambda objects=objects: compact(objects, "films", NOW_MS))
        assert content(reading) == WHOLE, at


def test_a_damaged_request_stays_where_it_is_and_is_named() -> None:
    objects = a_log()
    key = loose(objects)[2]
    objects.put(key, b"")
    found = compact(objects, "films", NOW_MS)
    assert found.requests == len(REQUESTS) - 1
    assert [one.partition(":")[0] for one in found.damaged] == [key]
    assert loose(objects) == [key]


@pytest.mark.parametrize("data", [b"", b"changed", None])
def test_a_damaged_block_is_named_and_kept(data: bytes | None) -> None:
    objects = a_log()
    compact(objects, "films", NOW_MS)
    (key,) = blocks(objects)
    objects.delete(key) if data is None else objects.put(key, data)
    fill(objects, EVENTS, now_ms=FIRST_MS + 100)
    found = compact(objects, "films", NOW_MS)
    assert [one.partition(":")[0] for one in found.damaged] == [key]
    damaged = LogSnapshot.of_now(objects, "films").damaged
    assert [one.name for one in damaged] == [key]


def test_a_lost_index_is_named_and_costs_no_block() -> None:
    objects = a_log()
    compact(objects, "films", NOW_MS)
    objects.delete(block_index.index_key("blocks/films/"))
    fill(objects, EVENTS, now_ms=FIRST_MS + 100)
    kept = blocks(objects)
    for _ in range(2):
        with pytest.raises(ObjectDamaged, match=r"blocks/films/index.json: is gone, but there are blocks"):
            compact(objects, "films", NOW_MS)
    assert blocks(objects) == kept
    assert [one.name for one in LogSnapshot.of_now(objects, "films").damaged] == ["blocks/films/index.json"]


def test_a_block_that_is_damaged_as_its_requests_go_is_named() -> None:
    objects = a_log()
    snapshot = LogSnapshot.of_now(objects, "films")
    compact(objects, "films", NOW_MS)
    (key,) = blocks(objects)
    objects.put(key, b"changed")
    damaged: list[ObjectDamaged] = []
    assert sum(len(table) for _, tables in snapshot.sources(objects, damaged) for table in tables) == 0
    assert {one.name for one in damaged} == {*snapshot.requests, key}


def test_a_commit_takes_so_many_events_that_they_fit_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_blocks, "BATCH_EVENTS", SIZE)
    monkeypatch.setattr(log_blocks, "MOST_ROWS", 2 * SIZE)
    objects = a_log()
    assert compact(objects, "films", NOW_MS).rows == len(EVENTS)
    assert log_blocks.read_index(objects, "films")[0].generation == -(-len(REQUESTS) // 2)
    assert (content(objects), loose(objects)) == (WHOLE, [])


def window(objects: MemoryObjects, snapshot: DataSnapshot) -> dict[str, object]:
    return snapshot.read(objects).window(NOW_MS)


def test_a_recorded_training_reads_the_same_before_and_after() -> None:
    objects = a_log(REQUESTS * 4)
    fill(objects, [Event("young", "item-01", "view", 1.0, FIRST_MS)], now_ms=NOW_MS - 1)
    record = trained(objects, NOW_MS)
    fill(objects, [Event("younger", "item-01", "view")], now_ms=NOW_MS - 2)
    before = window(objects, DataSnapshot.of_now(objects, "films"))
    compact(objects, "films", NOW_MS + 2 * LATE_MS)
    assert loose(objects) == []
    assert window(objects, DataSnapshot.of_now(objects, "films")) == before
    restored, changes = data_snapshot.restore(objects, "films", record["window"])
    assert (changes, window(objects, restored)) == ([], record["window"])
    assert "younger" not in restored.read(objects).events.users.rows()
    assert verify(objects, "films", str(record["version"])).outcome == "same"


def test_a_training_compacts_a_log_of_many_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = a_log(), a_log()
    monkeypatch.setattr(compaction, "LOG", replace(LOG, fewest=len(REQUESTS)))
    assert trained(one, NOW_MS)["version"] == trained(other, NOW_MS)["version"]
    assert loose(one) == []


def test_what_trends_is_counted_from_blocks_too() -> None:
    one, other = a_log(), a_log()
    compact(one, "films", NOW_MS)
    for objects in (one, other):
        fill(objects, [Event("new", "item-07", "view", 1.0, FIRST_MS + 10**6)], now_ms=NOW_MS)
        assert trending.refresh(objects, "films")
    assert one.get("trending/films.json").data == other.get("trending/films.json").data
