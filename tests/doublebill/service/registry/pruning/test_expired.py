"""Expired rows: they go from everything that holds rows about people, and nothing younger does."""

import gzip
import json
import zlib

import pytest

from doublebill.event_table import EventTable
from doublebill.events import Event
from doublebill.imports.files.raw_rows import BadRow
from doublebill.service.catalog import catalogs, event_log, log_snapshot, user_aliases
from doublebill.service.catalog.blocks.compaction import compact
from doublebill.service.catalog.blocks.log_blocks import LOG
from doublebill.service.catalog.stored_events import LATE_MS
from doublebill.service.ingesting.bad_rows import BadRows
from doublebill.service.registry import champions
from doublebill.service.registry.pruning import expired
from doublebill.service.registry.pruning.expired import Expired, remove_expired
from doublebill.service.registry.pruning.prune import PruneTerms, prune
from doublebill.stores.job_record import new_id
from doublebill.times.retention import DAY_MS, kept_since_ms
from fakes import Killed, MemoryObjects, StoppingObjects
from protocols import world
from small_versions import VERSIONS
from trainings import fill

OLD_MS = 1_700_000_000_000
NEW_MS = OLD_MS + 10 * DAY_MS
SINCE_MS = OLD_MS + DAY_MS
NOW_MS = NEW_MS + DAY_MS


def event(user: str) -> Event:
    return Event(user, "a", "play", 1.0, 5)


def put_import(objects: MemoryObjects, name: str, imported_ms: int) -> None:
    part = event_log.put_part(objects, "films", name, 0, EventTable.of([event(name)]), new_id(imported_ms, "0a"))
    event_log.commit_import(objects, "films", name, {"accepted": 1, "imported_ms": imported_ms}, [part])


def filled(compacted: bool = False) -> MemoryObjects:
    """Everything that holds rows about people, each thing once stored before the cut and once after it."""
    objects = MemoryObjects()
    for age, at_ms in (("old", OLD_MS), ("new", NEW_MS)):
        fill(objects, [event(f"{age}-request")], now_ms=at_ms)
        put_import(objects, f"{age}-import", at_ms)
        event_log.put_part(objects, "films", f"{age}-died", 0, EventTable.of([event(age)]), new_id(at_ms, "0b"))
        user_aliases.append(objects, "films", f"{age}-guest", f"{age}-request", at_ms)
        BadRows(kept=[BadRow(1, "kind", "unknown", "use play")]).quarantine(objects, "films", f"{age}-refused", at_ms)
    if compacted:
        compact(objects, "films", NEW_MS + 2 * LATE_MS, LOG)
    return objects


def users(objects: MemoryObjects, since_ms: int = 0) -> set[str]:
    damaged = []
    snapshot = log_snapshot.LogSnapshot.of_now(objects, "films", since_ms)
    found = {one.user for _, tables in snapshot.sources(objects, damaged) for table in tables for one in table.events()}
    assert damaged == []
    return found


@pytest.mark.parametrize("compacted", [False, True])
def test_what_was_stored_before_the_cut_goes_and_nothing_else(compacted):
    objects = filled(compacted)
    assert users(objects, SINCE_MS) == {"new-request", "new-import"}
    counted = Expired(int(not compacted), int(compacted), ("old-import",), 1, ("old-refused",))
    assert remove_expired(objects, "films", SINCE_MS, NOW_MS, dry=True) == counted
    assert users(objects) == {"old-request", "old-import", "new-request", "new-import"}
    assert remove_expired(objects, "films", SINCE_MS, NOW_MS) == counted
    assert users(objects) == {"new-request", "new-import"}
    left = [key for key in objects.keys("") if "old" in key or f"{OLD_MS}" in key]
    assert left == []
    assert len(list(objects.keys("imports/films/new-died/"))) == len(list(objects.keys("merges/"))) == 1
    assert list(objects.keys("quarantine/")) == ["quarantine/films/new-refused.jsonl.gz"]
    assert remove_expired(objects, "films", SINCE_MS, NOW_MS) == Expired(0, 0, (), 0, ())


def test_blocks_of_earlier_versions_which_record_no_first_time_are_read():
    objects = filled(compacted=True)
    fields = json.loads(objects.get("blocks/films/index.json").data)
    for block in fields["blocks"]:
        del block["from_ms"]
    objects.put("blocks/films/index.json", json.dumps(fields).encode())
    assert remove_expired(objects, "films", SINCE_MS, NOW_MS).rows == 1
    assert users(objects) == {"new-request", "new-import"}


def test_a_block_of_expired_rows_alone_is_not_read():
    objects = MemoryObjects()
    fill(objects, [event("old-request")], now_ms=OLD_MS)
    compact(objects, "films", OLD_MS + 2 * LATE_MS, LOG)
    (block,) = [key for key in objects.keys("blocks/") if key.endswith(".npz")]
    objects.put(block, b"damaged")
    assert users(objects, SINCE_MS) == set()
    assert remove_expired(objects, "films", SINCE_MS, NOW_MS).rows == 1
    assert list(objects.keys("blocks/")) == ["blocks/films/index.json"]


@pytest.mark.parametrize("compacted", [False, True])
def test_a_sweep_that_dies_anywhere_is_completed_by_the_next(compacted):
    objects = filled(compacted)
    steps = StoppingObjects(objects.copy())
    remove_expired(steps, "films", SINCE_MS, NOW_MS)
    for stop_at in range(1, len(steps.calls), 2):
        made = objects.copy()
        with pytest.raises(Killed):
            remove_expired(StoppingObjects(made, stop_at, "after"), "films", SINCE_MS, NOW_MS)
        assert users(made, SINCE_MS) == {"new-request", "new-import"}
        remove_expired(made, "films", SINCE_MS, NOW_MS)
        assert users(made) == {"new-request", "new-import"}


def test_pruning_honours_it_for_rows_runs_batches_and_former_champions():
    objects = MemoryObjects()
    for key, data in world("b", "c", published="bc").items():
        objects.put(key, data)
    catalogs.ensure(objects, "films")
    fill(objects, [event("old-request")], now_ms=OLD_MS)
    for name in "bc":
        run = new_id(OLD_MS, name)
        record = {"run": run, "state": "succeeded", "version": VERSIONS[name]}
        objects.put(f"runs/films/{run}.json", json.dumps(record).encode())
    objects.put(f"batches/films/{new_id(OLD_MS + 3 * DAY_MS, 'b')}/batch.json", b"{}")
    terms, now_ms = PruneTerms(retention_days=2), OLD_MS + 6 * DAY_MS
    pruned = prune(objects, "films", now_ms, terms)
    assert pruned.retired == (VERSIONS["b"],)
    assert (len(pruned.batches), pruned.expired.requests) == (1, 1)
    found = champions.read_champion(objects, "films")
    assert (found.version, found.previous) == (VERSIONS["c"], ())
    later = prune(objects, "films", now_ms + 2 * DAY_MS, terms)
    assert (later.versions, later.runs) == ((VERSIONS["b"],), (new_id(OLD_MS, "b"),))


def test_a_damaged_quarantine_goes_and_one_without_a_time_stays():
    objects = MemoryObjects()
    BadRows(kept=[BadRow(1, "kind", "unknown", "use play")]).quarantine(objects, "films", "whole", OLD_MS)
    whole = objects.get("quarantine/films/whole.jsonl.gz").data
    objects.delete("quarantine/films/whole.jsonl.gz")
    damaged = {"header": b"no gzip", "half": whole[:20], "empty": b"", "stream": whole[:12] + b"\xff" + whole[13:]}
    for name, data in damaged.items():
        objects.put(f"quarantine/films/{name}.jsonl.gz", data)
    objects.put("quarantine/films/timeless.jsonl.gz", gzip.compress(b"{}\n"))
    with pytest.raises(zlib.error):
        gzip.decompress(damaged["stream"])
    assert expired.remove_expired(objects, "films", 0, NOW_MS).quarantined == ()
    assert expired.remove_expired(objects, "films", SINCE_MS, NOW_MS).quarantined == tuple(sorted(damaged))
    assert list(objects.keys("quarantine/")) == ["quarantine/films/timeless.jsonl.gz"]


@pytest.mark.parametrize(("days", "since_ms"), [(1, NOW_MS - DAY_MS), (0.5, NOW_MS - DAY_MS // 2), (10**9, 0)])
def test_the_cut_is_counted_back_from_now(days, since_ms):
    assert kept_since_ms(NOW_MS, days) == since_ms
