"""Exports: every place that stores something of a user is in them, and nothing of anybody else."""

import json
from functools import partial

import pytest

from doublebill.errors import InvalidInput, NotFound, StoreUnavailable, Unsatisfiable
from doublebill.events import Event
from doublebill.pseudonyms import Pseudonyms
from doublebill.service.catalog.blocks import compaction
from doublebill.service.catalog.blocks.log_blocks import LOG
from doublebill.service.ingesting import merging
from doublebill.service.ingesting.ingest import Intake, ingest
from doublebill.service.people import export
from doublebill.service.people.export import ExportOptions, UserExport
from doublebill.stores.jsonl_gz import pack
from fakes import MemoryHistories, MemoryObjects
from trainings import fill, fill_import, trained
from worlds import FIRST_MS, checkerboard

NOW_MS = FIRST_MS + 10**9


def intake() -> Intake:
    return Intake(MemoryObjects(), MemoryHistories(), Pseudonyms.under(b"k" * 32), 10**9)


def post(stores: Intake, user: str, *items: str, now_ms: int = NOW_MS) -> None:
    ingest(stores, "films", [{"user_id": user, "item_id": item, "kind": "play"} for item in items], now_ms)


FIRST = ExportOptions()


def of(stores: Intake, user: str, options: ExportOptions = FIRST) -> UserExport:
    return export.export(stores, "films", [stores.pseudonyms.of("films", user)], options, NOW_MS)


def test_events_of_requests_blocks_and_files_are_exported_each_with_its_source() -> None:
    stores = intake()
    ann = stores.pseudonyms.of("films", "ann")
    post(stores, "ann", "a", "b")
    post(stores, "bob", "c")
    compaction.compact(stores.objects, "films", NOW_MS + 10**6, LOG)
    post(stores, "ann", "d", now_ms=NOW_MS + 5)
    fill_import(stores.objects, [Event(ann, "e", "rate", 4.0, FIRST_MS), Event("other", "f", "play")])
    found = of(stores, "ann")
    assert [one["item_id"] for one in found["events"]] == ["e", "a", "b", "d"]
    rated = found["events"][0]
    assert (rated["kind"], rated["value"], rated["timestamp"], rated["import_id"]) == (
        "rate",
        4.0,
        FIRST_MS / 1000,
        "an-import",
    )
    assert "received" not in rated
    assert found["events"][3]["received"].startswith("20")
    assert (found["n_events"], found["support_id"]) == (4, ann)
    assert {one["item_id"] for one in found["history"]} == {"a", "b", "d"}


def test_pages_have_every_event_once_and_the_first_has_the_rest() -> None:
    stores = intake()
    post(stores, "ann", *"abcde")
    pages, cursor = [], 0
    while True:
        page = of(stores, "ann", ExportOptions(n=2, cursor=cursor))
        pages.append(page)
        if "next_cursor" not in page:
            break
        cursor = page["next_cursor"]
    assert sorted(one["item_id"] for page in pages for one in page["events"]) == list("abcde")
    assert [len(page["history"]) for page in pages] == [5, 0, 0]
    whole = export.whole_export(stores, "films", [stores.pseudonyms.of("films", "ann")], NOW_MS)
    assert (len(whole["events"]), "next_cursor" in whole) == (5, False)
    with pytest.raises(Unsatisfiable, match="cursor"):
        of(stores, "ann", ExportOptions(cursor=6))


def test_merged_users_are_exported_together_and_each_event_says_whose_it_was() -> None:
    stores = intake()
    post(stores, "visitor", "a")
    post(stores, "ann", "b")
    merging.merge(stores, "films", "ann", "visitor", NOW_MS)
    ann, visitor = map(partial(stores.pseudonyms.of, "films"), ("ann", "visitor"))
    found = of(stores, "ann")
    assert {one["item_id"]: one["support_id"] for one in found["events"]} == {"a": visitor, "b": ann}
    assert [(one["from_support_id"], one["to_support_id"]) for one in found["merges"]] == [(visitor, ann)]
    alone = of(stores, "visitor")
    assert ([one["item_id"] for one in alone["events"]], len(alone["merges"]), alone["history"]) == (["a"], 1, [])


def test_batches_name_the_place_and_the_answer_of_the_user() -> None:
    stores = intake()
    post(stores, "ann", "a")
    folder = "batches/films/0000000000001-x/"
    stores.objects.put(f"{folder}users.txt.gz", pack(["other", stores.pseudonyms.of("films", "ann")]))
    stores.objects.put(f"{folder}part-00000.jsonl.gz", pack(json.dumps({"index": n, "who": n}) for n in range(2)))
    assert of(stores, "ann")["batches"] == [
        {"batch_id": "0000000000001-x", "index": 1, "results": [{"index": 1, "who": 1}]}
    ]


def test_versions_are_those_whose_training_read_events_of_the_user() -> None:
    stores = intake()
    fill(stores.objects, checkerboard())
    early = str(trained(stores.objects, NOW_MS)["version"])
    post(stores, "ann", "item-00", "item-02", now_ms=NOW_MS + 10)
    later = trained(stores.objects, NOW_MS + 20, force=True)
    assert [one["version"] for one in of(stores, "ann")["versions"]] == [later["version"]]
    posted = export.export(stores, "films", ["user-00"], ExportOptions(), NOW_MS)
    assert [one["version"] for one in posted["versions"]] == [later["version"], early]
    assert of(stores, "nobody")["versions"] == []


def test_a_request_names_the_user_in_one_way() -> None:
    stores = intake()
    assert export.pseudonyms_of(stores, "films", None, "support") == ["support"]
    for user_id, support_id in ((None, None), ("ann", "support")):
        with pytest.raises(InvalidInput, match="user_id"):
            export.pseudonyms_of(stores, "films", user_id, support_id)


def test_what_cannot_be_read_is_no_export(monkeypatch: pytest.MonkeyPatch) -> None:
    stores = intake()
    with pytest.raises(NotFound):
        of(stores, "ann")
    post(stores, "ann", "a")
    monkeypatch.setattr(export, "LONG_STEPS", 99)
    with pytest.raises(InvalidInput, match="export-user"):
        export.export_for_request(stores, "films", ["x"], ExportOptions(), NOW_MS)
    (key,) = stores.objects.keys("events/")
    stores.objects.put(key, b"")
    with pytest.raises(StoreUnavailable, match=key):
        of(stores, "ann")
