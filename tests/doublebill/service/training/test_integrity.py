"""Damaged and missing data: named before anything is trained, and never the reason for a worse champion."""

from dataclasses import replace

import pytest

from doublebill.errors import DataDamaged
from doublebill.event_table import EventTable
from doublebill.events import to_line
from doublebill.model.items import Item
from doublebill.service.catalog import catalogs, removals, user_aliases
from doublebill.service.catalog.event_log import commit_import, put_part, uncommit
from doublebill.service.catalog.stored_events import LATE_MS
from doublebill.service.registry import champions
from doublebill.service.registry.pruning.expired import remove_expired
from doublebill.service.training.train import train
from doublebill.service.training.verify import verify
from doublebill.stores.jsonl_gz import pack
from doublebill.times.retention import DAY_MS
from fakes import MemoryObjects
from trainings import fill, fill_import, trained, training
from worlds import FIRST_MS, checkerboard

EVENTS = checkerboard(users=40, items=12)
LATER_MS = FIRST_MS + 10**6


@pytest.fixture(scope="module")
def world() -> MemoryObjects:
    """Two requests, an import of two parts, metadata, merged users: all trained once."""
    made = MemoryObjects()
    fill(made, EVENTS[:50])
    fill(made, EVENTS[50:100], now_ms=FIRST_MS + 1)
    fill_import(made, EVENTS[100:150], EVENTS[150:])
    catalogs.put_items(made, "films", [Item("item-00", title="Zero")], FIRST_MS)
    user_aliases.append(made, "films", "guest-a", "guest-b", FIRST_MS)
    trained(made, FIRST_MS)
    return made


@pytest.fixture
def objects(world: MemoryObjects) -> MemoryObjects:
    """A copy of the world for one test."""
    return world.copy()


def damaged(data: bytes) -> dict[str, bytes | None]:
    flipped = bytes([data[len(data) // 2] ^ 1])
    return {
        "gone": None,
        "empty": b"",
        "cut": data[: len(data) // 2],
        "changed": data[: len(data) // 2] + flipped + data[len(data) // 2 + 1 :],
        "another": pack([to_line(EVENTS[0])]),
    }


def damage(objects: MemoryObjects, key: str, how: str) -> None:
    data = damaged(objects.get(key).data)[how]
    objects.delete(key) if data is None else objects.put(key, data)


READ = ["events/0", "events/1", "imports/0", "imports/1", "imports/2", "items/0", "merges/0"]
"""The objects that a training reads: their prefixes, and numbers in the order of their keys."""


@pytest.mark.parametrize("how", ["empty", "cut", "changed", "another"])
@pytest.mark.parametrize("place", READ)
def test_a_damaged_object_is_named_and_nothing_is_trained(objects, place, how):
    prefix, _, number = place.partition("/")
    key = list(objects.keys(f"{prefix}/"))[int(number)]
    champion = champions.read_champion(objects, "films")
    damage(objects, key, how)
    with pytest.raises(DataDamaged, match=r"1 stored object is damaged.*--skip-damaged") as refused:
        trained(objects, LATER_MS)
    assert key.removesuffix("import.json") in str(refused.value)  # a changed digest in the record looks like its part
    assert champions.read_champion(objects, "films") == champion


def test_a_part_that_is_gone_is_named(objects):
    objects.delete("imports/films/an-import/part-00001.npz")
    with pytest.raises(DataDamaged, match=r"imports/films/an-import/part-00001.npz: is gone"):
        trained(objects, LATER_MS)


@pytest.mark.parametrize("folder", ["events/films/2024-01-01", "items/films", "merges/films"])
def test_a_file_that_somebody_else_put_there_is_named_and_can_be_left_out(objects, folder):
    objects.put(f"{folder}/notes.txt", b"not of doublebill")
    with pytest.raises(DataDamaged, match=f"{folder}/notes.txt"):
        trained(objects, LATER_MS)
    assert train(training(objects, LATER_MS + 1, skip_damaged=True))["promoted"]


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("data", [b"", None])
def test_parts_of_earlier_versions_are_counted(number, data):
    objects = MemoryObjects()
    fill(objects, EVENTS[:100])
    for part, events in enumerate((EVENTS[100:150], EVENTS[150:])):
        objects.put(f"imports/films/old/part-{part:05d}.jsonl.gz", pack(map(to_line, events)))
    objects.put("imports/films/old/import.json", b'{"accepted": %d}' % len(EVENTS[100:]))
    trained(objects, FIRST_MS)
    key = f"imports/films/old/part-{number:05d}.jsonl.gz"
    objects.delete(key) if data is None else objects.put(key, data)
    with pytest.raises(DataDamaged, match=r"imports/films/old/(part|import.json: it counts)"):
        trained(objects, LATER_MS)


def test_it_is_left_out_where_the_caller_says_so_and_the_run_says_which(objects):
    key = "imports/films/an-import/part-00001.npz"
    objects.put(key, b"")
    record = train(training(objects, LATER_MS, skip_damaged=True))
    assert record["state"] == "succeeded"
    assert [one["object"] for one in record["skipped"]] == [key]
    assert "has 0 bytes" in record["skipped"][0]["problem"]
    assert record["data"]["events"] == 150


def test_fewer_events_than_before_are_never_promoted(objects):
    champion = champions.read_champion(objects, "films")
    objects.put("imports/films/an-import/part-00001.npz", b"")
    record = train(training(objects, LATER_MS, skip_damaged=True))
    assert not record["promoted"]
    assert record["why"].startswith("50 events are missing: 150 were read, 200 by the promoted run")
    assert champions.read_champion(objects, "films") == champion


def test_fewer_events_are_promoted_by_force_and_the_reason_says_so(objects):
    objects.put("imports/films/an-import/part-00001.npz", b"")
    record = train(training(objects, LATER_MS, skip_damaged=True, force=True))
    assert record["promoted"]
    assert record["why"].startswith("forced, though 50 events are missing")


def remove_import(objects: MemoryObjects) -> None:
    for key in list(objects.keys("imports/films/an-import/")):
        objects.delete(key)


@pytest.mark.parametrize(
    ("reason", "name", "events", "at_ms", "promoted"),
    [
        ("import", "an-import", 100, 1, True),
        ("import", "an-import", 100, -1, True),  # the run began after the record was written, and read the import
        ("import", "an-import", 100, -LATE_MS - 1, False),  # of an earlier import of the same file
        ("import", "another", 100, 1, False),
        ("erasure", "", 100, 1, True),
        ("erasure", "", 99, 1, False),
    ],
)
def test_events_that_were_removed_on_purpose_are_not_missing(objects, reason, name, events, at_ms, promoted):
    removals.append(objects, "films", reason, events, FIRST_MS + at_ms, name)
    remove_import(objects)
    assert train(training(objects, LATER_MS)).get("promoted") is promoted


def test_a_removal_that_the_promoted_run_found_excuses_no_later_loss(objects):
    removals.append(objects, "films", "erasure", 100, LATER_MS - 1)
    assert trained(objects, LATER_MS)["promoted"]
    remove_import(objects)
    record = train(training(objects, LATER_MS + 1))
    assert (record["promoted"], record["why"].partition(":")[0]) == (False, "100 events are missing")


def test_an_import_that_was_replaced_is_not_missing(objects):
    part = put_part(objects, "films", "the-new-one", 0, EventTable.of(EVENTS[100:140]))
    commit_import(objects, "films", "the-new-one", {"accepted": 40, "replaces": ["an-import"]}, [part])
    assert train(training(objects, LATER_MS))["promoted"]


def test_new_requests_do_not_stand_for_a_lost_import(objects):
    fill(objects, [replace(event, event_id="new") for event in EVENTS], now_ms=FIRST_MS + 2)
    remove_import(objects)
    record = train(training(objects, LATER_MS))
    assert (record["promoted"], record["why"].partition(":")[0]) == (False, "100 events are missing")


@pytest.mark.parametrize("swept", [False, True])
def test_events_that_expired_are_not_missing_but_others_are(objects, swept):
    later_ms = FIRST_MS + 3 * DAY_MS
    fill(objects, [replace(event, event_id="new") for event in EVENTS], now_ms=later_ms - 2)
    options = {"configs": [{"family": "knn", "k": 4}], "force": True}
    assert train(training(objects, later_ms - 1, **options))["promoted"]
    options["force"] = False
    if swept:
        remove_expired(objects, "films", later_ms - DAY_MS, later_ms)
    record = train(training(objects, later_ms, retention_days=1, **options))
    assert (record["promoted"], record["window"]["rows"]["requests"]) == (True, 200)
    objects.delete(next(key for key in objects.keys("events/") if str(later_ms - 2) in key))
    fill(objects, EVENTS[:50], now_ms=later_ms + 1)
    record = train(training(objects, later_ms + 2, retention_days=1, **options))
    assert (record["promoted"], record["why"].partition(":")[0]) == (False, "150 events are missing")


class RemovedWhileRead(MemoryObjects):
    """Objects of which an import is removed as soon as one of its objects with this name is read."""

    name = ""

    def get(self, key):
        if self.name and key.endswith(self.name):
            name, self.name = self.name, ""
            removals.append(self, "films", "import", 100, LATER_MS, "an-import")
            uncommit(self, "films", "an-import")
            if name != "import.json":
                remove_import(self)
        return super().get(key)


@pytest.mark.parametrize("name", ["import.json", "part-00000.npz", "part-00001.npz"])
def test_a_training_goes_on_without_an_import_that_is_removed_while_it_reads(objects, name):
    removing = RemovedWhileRead(objects.held)
    removing.name = name
    told = []
    record = train(training(removing, LATER_MS, tell=told.append))
    assert record["promoted"]
    assert (record["data"]["events"], record["window"]["imports"]) == (100, {})
    said = "import an-import was removed while it was read; the version is without it"
    assert (said in told, said in record["warnings"]) == (name != "import.json", name != "import.json")


def test_a_damaged_record_of_a_removal_accounts_for_nothing(objects):
    removals.append(objects, "films", "import", 100, FIRST_MS + 1, "an-import")
    (key,) = objects.keys("removals/")
    objects.put(key, b'{"events": 1000}')
    remove_import(objects)
    assert train(training(objects, LATER_MS))["promoted"] is False


def test_numbers_that_fell_by_more_than_a_tenth_are_warned_of(objects):
    assert trained(objects, LATER_MS)["warnings"] == []
    removals.append(objects, "films", "import", 100, LATER_MS + 1, "an-import")
    remove_import(objects)
    warnings = train(training(objects, 2 * LATER_MS))["warnings"]
    assert [warning.partition(" since")[0] for warning in warnings] == [
        "events fell from 200 to 100",
        "users fell from 40 to 20",
    ]


def test_a_run_without_a_damaged_object_is_repeated_without_it(objects):
    objects.put("imports/films/an-import/part-00001.npz", b"")
    record = train(training(objects, LATER_MS, skip_damaged=True))
    assert verify(objects, "films", str(record["version"])).outcome == "same"


def test_what_was_damaged_after_a_run_is_named_where_it_is_repeated(objects):
    version = str(trained(objects, LATER_MS)["version"])
    objects.put("imports/films/an-import/part-00001.npz", b"")
    verified = verify(objects, "films", version)
    assert verified.outcome == "not repeatable"
    assert any("part-00001.npz: has 0 bytes" in one for one in verified.differences)


def test_the_same_events_again_are_no_fall(objects):
    fill(objects, [replace(event, event_id="") for event in EVENTS[:50]], now_ms=FIRST_MS + 2)
    record = trained(objects, LATER_MS)
    assert (record["promoted"], record["warnings"]) == (True, [])
