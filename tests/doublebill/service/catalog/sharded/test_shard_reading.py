"""Reading by shards of users: every row once, those of each user together, and never many at a time."""

from dataclasses import replace

import pytest

from doublebill.events import Event
from doublebill.service.catalog import user_aliases
from doublebill.service.catalog.blocks import compaction
from doublebill.service.catalog.blocks.block_index import index_key
from doublebill.service.catalog.blocks.log_blocks import LOG, read_index
from doublebill.service.catalog.sharded import shard_reading
from doublebill.service.catalog.sharded.log_shards import LogMoved, LogShards
from doublebill.service.catalog.sharded.shard_reading import ShardReading
from doublebill.service.catalog.sharded.wanted import Wanted
from doublebill.service.catalog.stored_events import LATE_MS
from doublebill.service.training.data_snapshot import DataSnapshot
from fakes import MemoryObjects
from trainings import fill, fill_import, logged
from worlds import FIRST_MS, checkerboard

EVENTS = checkerboard(users=24, items=12)
NOW_MS = FIRST_MS + 10 * LATE_MS
FILMS = Wanted("films")
FORM = replace(LOG, full_rows=16)


@pytest.fixture(scope="module")
def grown() -> MemoryObjects:
    """Blocks of one shard, of two and of four, requests in objects of their own, and an import."""
    objects = MemoryObjects()
    for number in range(6):
        fill(objects, EVENTS[number * 12 : number * 12 + 12], now_ms=FIRST_MS + number)
        compaction.compact(objects, "films", NOW_MS, FORM)
    fill(objects, EVENTS[72:84], now_ms=NOW_MS)
    fill_import(objects, EVENTS[84:])
    assert {block.shards for block in read_index(objects, "films")[0].blocks} == {1, 2, 4}
    return objects


def tables(objects, owners=None):
    reading = ShardReading(LogShards.of_now(objects, FILMS), objects, owners or {})
    found = [list(table.events()) for table in reading.tables()]
    assert reading.damaged == []
    return found, reading


def in_order(events):
    return sorted(events, key=repr)


@pytest.mark.parametrize("rows", [1, 20, 1_000_000])
def test_every_row_is_read_once_and_each_user_in_one_table(grown, monkeypatch, rows):
    monkeypatch.setattr(shard_reading, "SHARD_ROWS", rows)
    found, reading = tables(grown)
    assert in_order(event for events in found for event in events) == in_order(EVENTS)
    users = [{event.user for event in events} for events in found]
    assert sum(map(len, users)) == len(set.union(*users)) == 24
    assert reading.rows == {"": 84, "an-import": len(EVENTS) - 84}
    if rows < 50:
        assert max(map(len, found)) <= 2 * rows + len(EVENTS) // 24


def test_users_who_were_merged_are_read_together(grown, monkeypatch):
    monkeypatch.setattr(shard_reading, "SHARD_ROWS", 1)
    owners = user_aliases.belonging([("user-00", "user-01"), ("user-03", "user-02"), ("user-02", "user-01")])
    found, reading = tables(grown, owners)
    (together,) = [events for events in found if any(event.user == "user-01" for event in events)]
    assert {event.user for event in together} == {"user-01"}
    assert len(together) == sum(event.user in ("user-00", "user-01", "user-02", "user-03") for event in EVENTS)
    assert sum(reading.rows.values()) == len(EVENTS)


def test_a_request_that_a_block_has_too_counts_once(grown):
    objects = grown.copy()
    before = objects.copy()
    compaction.compact(objects, "films", NOW_MS + 2 * LATE_MS, FORM)
    for key in before.keys("events/"):  # as if the compaction had been killed before it deleted anything
        objects.put(key, before.get(key).data)
    found, reading = tables(objects)
    assert in_order(event for events in found for event in events) == in_order(EVENTS)
    assert reading.rows[""] == 84


def test_rows_that_a_compaction_moves_meanwhile_are_read_again(grown):
    objects = grown.copy()
    log = LogShards.of_now(objects, FILMS)
    fill(objects, [Event("new", "item-00", "view")], now_ms=NOW_MS + 1)
    compaction.compact(objects, "films", NOW_MS + 2 * LATE_MS, FORM)
    with pytest.raises(LogMoved):
        list(ShardReading(log, objects, {}).tables())
    assert len(list(ShardReading(LogShards.of_now(objects, FILMS), objects, {}).tables())) > 1
    assert len(DataSnapshot(log, DataSnapshot.of_now(objects, "films").items).read(objects).events) == len(EVENTS) + 1


def test_a_damaged_index_is_named_and_the_rest_is_read(grown):
    objects = grown.copy()
    objects.put(index_key("blocks/films/"), b"changed")
    read = DataSnapshot.of_now(objects, "films").read(objects, skip_damaged=True)
    assert [one.name for one in read.damaged] == ["blocks/films/index.json"]
    assert len(read.events) == len(EVENTS) - 72
    assert len(logged(grown)) == len(EVENTS)
