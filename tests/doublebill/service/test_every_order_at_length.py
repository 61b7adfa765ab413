"""Larger searches of `model_checker`, and compaction: minutes of one core; the size of each is printed."""

import numpy as np
import pytest

from doublebill.service.catalog import catalogs, event_log
from doublebill.service.catalog.blocks import compaction
from doublebill.service.catalog.blocks.log_blocks import LOG
from doublebill.service.catalog.log_snapshot import LogSnapshot
from doublebill.service.registry import champions
from doublebill.service.registry.leases.lease import LEASE_MS
from doublebill_local.cli.keeping import backups
from fakes import MemoryObjects
from model_checker import Search, World
from protocols import NOW_MS, again, check_whole, operator, person, reader, training, world
from trainings import fill, logged
from worlds import checkerboard

pytestmark = pytest.mark.at_length

ACTORS = {
    "two trainings, a reader, a lost answer": (["a", "b", "reader"], 1, 0),
    "an overtaken training, a reader, a death": (["a", "late", "reader"], 0, 1),
    "a training, a person, a rollback": (["a", "person", "operator"], 0, 1),
    "a training, a person, a lost answer": (["a", "person", "reader"], 1, 0),
}

MADE = {
    "a": training("a"),
    "b": training("b"),
    "late": training("b", NOW_MS + LEASE_MS),
    "reader": reader,
    "person": again(person("c")),
    "operator": again(operator("n")),
}


@pytest.mark.parametrize("name", ACTORS)
def test_every_order_leaves_one_whole_champion_that_nobody_moved_twice(name):
    chosen, faults, deaths = ACTORS[name]

    def at_end(held, state) -> None:
        assert max(state.moved) <= 1, state.ended
        assert champions.Champion.from_bytes(held[champions.champion_key("films")]).version

    search = Search({actor: MADE[actor] for actor in chosen}, check_whole, at_end, faults, deaths)
    checked = search.run(world("m", "n", published="mnc"))
    print(f"{name}: {checked.states:,} states, {checked.orders:,} orders, {len(checked.endings)} endings")
    assert checked.orders > checked.states > 5000


@pytest.mark.parametrize(("faults", "deaths"), [(0, 1), (1, 0)], ids=["a death", "a lost answer"])
def test_compaction_loses_no_event_and_doubles_none_whoever_reads(faults, deaths):
    held = World({})
    events = checkerboard(users=4, items=4)
    catalogs.ensure(held, "films")
    for number in range(3):
        event_log.append(held, "films", events[number::3], NOW_MS + number)

    def compact(objects) -> int:
        return compaction.compact(objects, "films", NOW_MS + 10**9, LOG).requests

    def count(objects) -> int:
        damaged: list = []
        tables = [table for _, some in LogSnapshot.of_now(objects, "films").sources(objects, damaged) for table in some]
        assert damaged == []
        return int(np.sum([len(table) for table in tables]))

    checked = Search({"compaction": again(compact), "reader": count}, faults=faults, deaths=deaths).run(held.held)
    print(f"compaction: {checked.states:,} states, {checked.orders:,} orders")
    assert {ended[1] for ended in checked.endings} - {"dead"} == {f"gave {len(events)}"}


def test_no_event_is_missing_while_the_log_is_compacted():
    objects = MemoryObjects()
    events = checkerboard(users=4, items=4)
    for number in range(2):
        fill(objects, events[number::2], now_ms=NOW_MS + number)

    def back_up(store) -> str:
        copy = MemoryObjects()
        backups.copy_all(store, copy)
        return str(len(logged(copy)))

    def compact(store) -> int:
        return compaction.compact(store, "films", NOW_MS + 10**9, LOG).requests

    search = Search({"backup": back_up, "compaction": compact})
    checked = search.run({key: stored.data for key, stored in objects.held.items()})
    assert {ended[0] for ended in checked.endings} == {f"gave {len(events)}"}
