"""Erasing: nothing of the user counts from the first step on, nothing is left at the end, others keep everything."""

import json
from functools import partial
from itertools import batched

import pytest

from doublebill.errors import NotFound, StoreUnavailable
from doublebill.event_table import EventTable
from doublebill.events import Event
from doublebill.service.catalog import event_log, removals, trending
from doublebill.service.catalog.blocks.block_index import may_hold
from doublebill.service.catalog.erased import tombstones
from doublebill.service.catalog.stored_events import LATE_MS
from doublebill.service.ingesting import merging, written_parts
from doublebill.service.ingesting.rebuilding import user_log
from doublebill.service.ingesting.rebuilding.past_history import history_as_of
from doublebill.service.people import erase, erasure_record, export
from doublebill.service.people.erase import ErasingStores
from doublebill.service.people.erasure_record import Fields
from doublebill.service.people.export import ExportOptions, UserExport
from doublebill.service.people.receipt import is_genuine
from doublebill.service.training.job import TrainingJob
from doublebill.service.training.train import train
from doublebill.stores.jsonl_gz import unpack
from erased_users import BATCH, NOW_MS, PSEUDONYMS, copied, dying_stores, named, post, stores_of, world
from fakes import Killed, MemoryObjects, StoppingObjects
from trainings import fill, fill_import, logged, trained
from worlds import checkerboard

EVERYWHERE = ["batches", "histories", "log", "merges"]
READING = ("get", "keys", "read", "foldable")
LATER_MS = NOW_MS + LATE_MS + 1


def erased(stores: ErasingStores, *users: str, now_ms: int = NOW_MS) -> Fields:
    """Erases users as far as that goes at once."""
    record = erase.begin(stores, "films", list(map(partial(PSEUDONYMS.of, "films"), users)), now_ms, "x")
    return erase.proceed(stores, "films", record["erasure_id"], now_ms)


def whole(stores: ErasingStores, user: str) -> UserExport:
    return export.export(stores.intake, "films", [PSEUDONYMS.of("films", user)], ExportOptions(), NOW_MS)


def test_nothing_of_an_erased_user_is_left_and_others_keep_everything() -> None:
    stores = world()
    assert named(stores, ["ann", "bob", "visitor"])["ann"] == EVERYWHERE
    before = whole(stores, "bob")
    record = erased(stores, "ann")
    assert (record["state"], record["events"], record["versions"]) == ("sweeping", 7, [])
    assert named(stores, ["ann", "visitor"]) == {}
    after = whole(stores, "bob")
    before["batches"][0]["results"] = after["batches"][0]["results"] = []
    assert after == before
    part = list(map(json.loads, unpack(stores.objects.get(f"{BATCH}part-00000.jsonl.gz").data)))
    assert (part[0], part[1]["index"], part[1]["recommendations"]) == ({"index": 0, "who": 0}, 1, [])
    assert [(one["reason"], one["events"]) for one in removals.since(stores.objects, "films", 0).values()] == [
        ("erasure", 7)
    ]


def test_the_receipt_comes_when_no_request_can_be_on_its_way_and_proves_itself() -> None:
    stores = world()
    record = erased(stores, "ann")
    assert "receipt" not in erase.proceed(stores, "films", record["erasure_id"], NOW_MS + LATE_MS)
    done = erase.proceed(stores, "films", record["erasure_id"], LATER_MS)
    receipt = done["receipt"]
    assert (done["state"], receipt["events"], receipt["merges"]) == ("complete", 7, 1)
    assert receipt["support_ids"] == sorted(map(partial(PSEUDONYMS.of, "films"), ("ann", "visitor")))
    assert [one["place"] for one in receipt["remains"]] == [
        "earlier versions of objects",
        "recovery of the table to any second",
        "backups",
    ]
    assert is_genuine(PSEUDONYMS, json.loads(json.dumps(receipt)))
    assert not is_genuine(PSEUDONYMS, {**receipt, "events": 8})
    assert not is_genuine(PSEUDONYMS, {name: value for name, value in receipt.items() if name != "seal"})
    assert erase.proceed(stores, "films", record["erasure_id"], LATER_MS + 9) == done


def test_every_reader_ignores_an_erased_user_as_soon_as_the_tombstone_is_there() -> None:
    stores = world()
    ann, objects = PSEUDONYMS.of("films", "ann"), stores.objects
    for user in (ann, PSEUDONYMS.of("films", "visitor")):
        tombstones.append(objects, "films", user, NOW_MS, "an-erasure")
    assert {event.user for event in logged(objects)} == {PSEUDONYMS.of("films", "bob")}
    assert user_log.read(objects, "films", None, 0).users == {PSEUDONYMS.of("films", "bob")}
    assert not history_as_of(stores.intake, "films", [ann], NOW_MS).pages
    assert "b" not in trending.newest_events(objects, "films").items.compact().names()
    assert (whole(stores, "ann")["events"], whole(stores, "ann")["merges"]) == ([], [])


def test_several_users_are_erased_at_once() -> None:
    stores = world()
    erased(stores, "ann", "bob", "nobody")
    assert named(stores, ["ann", "bob", "visitor"]) == {}
    assert logged(stores.objects) == []


def test_what_arrives_later_is_that_of_somebody_new() -> None:
    stores = world()
    record = erased(stores, "ann")
    post(stores, "ann", "z", now_ms=NOW_MS + 1)
    erase.proceed(stores, "films", record["erasure_id"], LATER_MS)
    found = whole(stores, "ann")
    assert [one["item_id"] for one in found["events"]] == ["z"]
    assert [one["item_id"] for one in found["history"]] == ["z"]
    again = erased(stores, "ann", now_ms=LATER_MS + 1)
    assert (again["events"], logged(stores.objects)[0].user) == (1, PSEUDONYMS.of("films", "bob"))


def test_a_request_that_was_on_its_way_is_ignored_and_swept() -> None:
    stores = world()
    record = erased(stores, "ann")
    post(stores, "ann", "late", now_ms=NOW_MS - 1)  # it looked at its clock before the erasure
    fill_import(stores.objects, [Event(PSEUDONYMS.of("films", "ann"), "late", "play")], import_id="late")
    assert PSEUDONYMS.of("films", "ann") not in {event.user for event in logged(stores.objects)}
    erase.proceed(stores, "films", record["erasure_id"], LATER_MS)
    assert named(stores, ["ann"]) == {}


def test_one_who_was_merged_into_another_leaves_the_other_s_history() -> None:
    stores = world()
    erased(stores, "visitor")
    assert named(stores, ["visitor"]) == {}
    found = whole(stores, "ann")
    assert ({one["item_id"] for one in found["history"]}, found["merges"]) == (set("abcdef"), [])


def test_a_history_that_was_handed_on_by_earlier_merges_is_made_again() -> None:
    stores = stores_of()
    post(stores, "visitor", "v", now_ms=NOW_MS - 10**6)
    for number, (user, from_user) in enumerate((("ann", "visitor"), ("bob", "ann"), ("cid", "visitor"))):
        merging.merge(stores.intake, "films", user, from_user, NOW_MS - 10**5 + number)
    post(stores, "bob", "b", now_ms=NOW_MS - 1)
    assert len(whole(stores, "bob")["history"]) == 2
    erased(stores, "visitor")
    assert [one["item_id"] for one in whole(stores, "bob")["history"]] == ["b"]


def test_an_erasure_that_dies_anywhere_is_completed_by_the_next_and_no_receipt_lies() -> None:
    first = world()
    erasure_id, counting = begun(first), StoppingObjects(first.objects)
    before = copied(first)
    carry_through(dying_stores(first, counting), erasure_id)
    writes = [place for place, (call, _) in enumerate(counting.calls) if call not in READING]
    assert len(writes) > 20
    for stop_at in writes:  # a process that dies while it reads leaves what the write before has left
        stores = copied(before)
        stopping = StoppingObjects(stores.objects, stop_at, "after")
        with pytest.raises((Killed, ExceptionGroup)):
            carry_through(dying_stores(stores, stopping), erasure_id)
        record = erasure_record.read(stores.objects, "films", erasure_id)
        if "receipt" in record:
            assert named(stores, ["ann", "visitor"]) == {}
        done = erase.proceed(stores, "films", erasure_id, LATER_MS)
        assert (done["state"], done["receipt"]["events"], named(stores, ["ann", "visitor"])) == ("complete", 7, {})
        assert sum(one["events"] for one in removals.since(stores.objects, "films", 0).values()) == 7


def begun(stores: ErasingStores) -> str:
    """The id of an erasure of Ann that has only begun."""
    return str(erase.begin(stores, "films", [PSEUDONYMS.of("films", "ann")], NOW_MS, "x")["erasure_id"])


def carry_through(stores: ErasingStores, erasure_id: str) -> None:
    """Does all of an erasure, at once and a minute later."""
    for now_ms in (NOW_MS, LATER_MS):
        erase.proceed(stores, "films", erasure_id, now_ms)


def test_a_training_is_started_where_a_version_had_the_user() -> None:
    stores = stores_of()
    fill(stores.objects, checkerboard())
    post(stores, "ann", "item-00", "item-02")
    version = trained(stores.objects, NOW_MS + 1, force=True)["version"]
    record = erased(stores, "ann", now_ms=NOW_MS + 2)
    assert [one["version"] for one in record["versions"]] == [version]
    (payload,) = stores.jobs.payloads  # type: ignore[attr-defined]  # they are noted
    assert payload["run"] == record["training_id"]
    assert erase.proceed(stores, "films", record["erasure_id"], NOW_MS + 3)["training_id"] == payload["run"]
    assert len(stores.jobs.payloads) == 1  # type: ignore[attr-defined]  # they are noted


def test_the_training_that_an_erasure_starts_is_promoted_without_force() -> None:
    stores = stores_of()
    fill(stores.objects, checkerboard())
    post(stores, "ann", "item-00", "item-02", "item-04")
    trained(stores.objects, NOW_MS + 1, force=True)
    now_ms = NOW_MS + 10**7
    run = train(
        TrainingJob(stores.objects, "films", erased(stores, "ann", now_ms=now_ms)["training_id"], lambda: now_ms)
    )
    assert (run["promoted"], "missing" in str(run["why"])) == (True, False), run["why"]


def test_damage_that_may_hide_the_user_is_named_and_ends_the_erasure() -> None:
    stores = world()
    (part, *_) = [key for key in stores.objects.keys("imports/") if "part" in key]
    stores.objects.put(part, b"x")
    record = erase.begin(stores, "films", [PSEUDONYMS.of("films", "ann")], NOW_MS, "x")
    with pytest.raises(StoreUnavailable, match=part):
        erase.proceed(stores, "films", record["erasure_id"], LATER_MS)
    with pytest.raises(NotFound):
        erase.begin(stores, "none", ["x"], NOW_MS, "x")


def test_of_a_large_import_only_the_parts_of_the_shard_are_read_and_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written_parts, "TABLE_EVENTS", 10)
    monkeypatch.setattr(written_parts, "PART_EVENTS", 5)
    noted = StoppingObjects(MemoryObjects())
    stores, parts = stores_of(noted), written_parts.WrittenParts(noted, "films", "large", "")
    post(stores, "bob", "a")
    users = [PSEUDONYMS.of("films", f"user-{number % 40}") for number in range(200)]
    for some in batched(users, 10):
        parts.add(EventTable.of(Event(user, f"i{place}", "play") for place, user in enumerate(some)))
    parts.finish()
    event_log.commit_import(noted, "films", "large", {"accepted": 200, "imported_ms": NOW_MS - 9}, parts.written)
    own, count = [part for part in parts.written if may_hold(part.shard, users[:1])], len(parts.written)
    noted.calls.clear()
    record = erased(stores, "user-0")
    read = {key for name, key in noted.calls if name == "get" and "/part-" in key}
    assert (record["events"], read) == (5, {part.key for part in own})
    assert 0 < len(own) < count / 4
    (after,) = event_log.committed_imports(noted, "films", [])
    assert [part.shard for part in after.parts] == [part.shard for part in parts.written]
    left = [event.user for event in logged(noted) if event.item_id != "a"]
    assert (len(left), users[0] in left) == (195, False)
