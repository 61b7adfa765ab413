"""Removing and replacing imports: nothing of them counts any more, nothing else is lost, wherever the process dies."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import count, pairwise
from typing import Any

import pytest

from doublebill.errors import Conflict, InvalidInput, NotFound
from doublebill.events import Event
from doublebill.imports.files.raw_rows import RawRow
from doublebill.model.items import Item
from doublebill.pseudonyms import Pseudonyms
from doublebill.service.catalog import availability, catalogs, event_log, removals
from doublebill.service.catalog.blocks.compaction import compact
from doublebill.service.catalog.blocks.item_blocks import ITEMS
from doublebill.service.catalog.imported import import_records
from doublebill.service.ingesting.import_file import ImportTerms, import_items
from doublebill.service.ingesting.ingest import Intake
from doublebill.service.ingesting.merging import merge
from doublebill.service.removing import import_removal
from doublebill.service.removing.import_removal import ImportStores
from fakes import Killed, MemoryHistories, MemoryObjects, StoppingHistories, StoppingObjects
from imported_rows import import_rows
from stored import items_of
from trainings import described, fill, logged

PSEUDONYMS = Pseudonyms.under(b"a-key-that-only-tests-have")
NOW_MS = 1_800_000_000_000
OLD, NEW = "a" * 32, "b" * 32
STOPS = [(stop_at, moment) for stop_at in range(60) for moment in ("before", "after")]


def rows(kind: str, users: int = 3) -> Iterator[RawRow]:
    for number in range(users * 4):
        user, item = divmod(number, 4)
        yield RawRow(
            number, {"user_id": f"u{user}", "item_id": f"i{item}", "kind": kind, "timestamp": 1_700_000_000 + number}
        )


def intake(objects: Any, histories: MemoryHistories) -> Intake:
    return Intake(objects, histories, PSEUDONYMS, 10**6)


def imported(stores: ImportStores, import_id: str, kind: str = "view", now_ms: int = NOW_MS, **terms: Any) -> None:
    told = ImportTerms(file=f"{kind}.csv", **terms)
    import_rows(intake(stores.objects, stores.histories), "films", import_id, rows(kind), now_ms, told)  # type: ignore[arg-type]


def small() -> ImportStores:
    """One import of twelve views, and one event that was posted."""
    stores = ImportStores(MemoryObjects(), MemoryHistories())
    fill(stores.objects, [Event(PSEUDONYMS.of("films", "u0"), "posted", "play", timestamp=1)])
    imported(stores, OLD)
    return stores


def kinds(stores: ImportStores) -> dict[str, int]:
    counts: dict[str, int] = {}
    for event in logged(stores.objects):
        counts[event.kind] = counts.get(event.kind, 0) + 1
    return counts


def history(stores: ImportStores, user_id: str) -> set[str]:
    return {met.item_id for met in items_of(stores.histories, "films", PSEUDONYMS.of("films", user_id), NOW_MS // 1000)}


def entries(stores: ImportStores) -> list[Mapping[str, object]]:
    return [*import_records.listed(stores.objects, "films")["imports"]]


def test_imports_are_listed_with_file_time_and_counts() -> None:
    stores = small()
    (entry,) = entries(stores)
    assert entry == {
        "import_id": OLD,
        "kind": "events",
        "file": "view.csv",
        "imported_ms": NOW_MS,
        "accepted": 12,
        "quarantined": 0,
        "users": 3,
        "items": 4,
    }
    assert import_records.kept_name("../../etc/passwd") == import_records.kept_name("a\nb") == ""


@pytest.mark.parametrize(("user_id", "kept"), [("Alice", {}), ("bob", {"file": "export-alice-2024.zip"})])
def test_the_name_of_a_file_is_not_kept_where_it_has_its_one_user(user_id: str, kept: dict[str, str]) -> None:
    stores = ImportStores(MemoryObjects(), MemoryHistories())
    row = RawRow(1, {"user_id": user_id, "item_id": "a", "kind": "view"})
    terms = ImportTerms(file="export-alice-2024.zip")
    import_rows(intake(stores.objects, stores.histories), "films", OLD, [row], NOW_MS, terms)  # type: ignore[arg-type]
    assert {name: value for name, value in entries(stores)[0].items() if name == "file"} == kept


def test_a_removed_import_leaves_the_log_the_histories_and_a_record_that_counts() -> None:
    stores = small()
    assert history(stores, "u1") == {"i0", "i1", "i2", "i3"}
    answer = import_removal.remove(stores, "films", OLD, NOW_MS + 1)
    assert (answer["kind"], answer["removed"]) == ("events", 12)
    assert kinds(stores) == {"play": 1}
    assert history(stores, "u1") == set()
    assert entries(stores) == []
    assert removals.events_since(stores.objects, "films", NOW_MS) == 12
    assert list(stores.objects.keys("imports/")) == []
    with pytest.raises(NotFound, match="has no import"):
        import_removal.remove(stores, "films", OLD, NOW_MS + 2)
    imported(stores, OLD, now_ms=NOW_MS + 3)
    assert kinds(stores) == {"play": 1, "view": 12}
    import_removal.remove(stores, "films", OLD, NOW_MS + 4)
    assert removals.events_since(stores.objects, "films", NOW_MS) == 24


@pytest.mark.parametrize("owners", [["owner"], ["between", "owner"]])
def test_the_share_of_a_user_who_was_merged_goes_too(owners: list[str]) -> None:
    stores = small()
    for one, other in pairwise(["u1", *owners]):
        merge(intake(stores.objects, stores.histories), "films", other, one, NOW_MS)
    assert history(stores, "owner") == {"i0", "i1", "i2", "i3"}
    import_removal.remove(stores, "films", OLD, NOW_MS + 1)
    assert history(stores, "owner") == set()


def dying(stores: ImportStores, stop_at: int, moment: Any) -> ImportStores:
    objects = StoppingObjects(stores.objects, stop_at, moment)
    return ImportStores(objects, StoppingHistories(stores.histories, objects))


@pytest.mark.parametrize(("stop_at", "moment"), STOPS)
def test_a_removal_that_dies_anywhere_is_completed_by_the_next(stop_at: int, moment: Any) -> None:
    stores = small()
    stopping = dying(stores, stop_at, moment)
    try:
        import_removal.remove(stopping, "films", OLD, NOW_MS + 1)
    except Killed:
        assert kinds(stores) in ({"play": 1, "view": 12}, {"play": 1})
        if list(stores.objects.keys("imports/")):
            import_removal.remove(stores, "films", OLD, NOW_MS + 2)
    assert kinds(stores) == {"play": 1}
    assert history(stores, "u2") == set()
    assert removals.events_since(stores.objects, "films", NOW_MS) == 12
    assert list(stores.objects.keys("imports/")) == []


def test_an_import_stops_counting_before_anything_of_it_is_deleted() -> None:
    stores = small()
    stopping = StoppingObjects(stores.objects)
    import_removal.remove(ImportStores(stopping, stores.histories), "films", OLD, NOW_MS + 1)
    changes = [(call, key) for call, key in stopping.calls if call in ("create", "put", "replace", "delete")]
    assert changes[0][1].startswith("removals/films/")
    assert changes[1] == ("delete", f"imports/films/{OLD}/import.json")
    assert [key for call, key in changes[2:] if call == "delete" and "/part-" in key]


class Meanwhile(StoppingObjects):
    """Objects whose `stop_at`-th call is preceded by something that another process does."""

    def __init__(self, inner: MemoryObjects, stop_at: int, meanwhile: Callable[[], object]) -> None:
        super().__init__(inner)
        self.waiting = {stop_at: meanwhile}

    @contextlib.contextmanager
    def during(self, name: str, key: str) -> Iterator[None]:
        if meanwhile := self.waiting.pop(len(self.calls), None):
            meanwhile()
        with super().during(name, key):
            yield


def check_whole_or_gone(stores: ImportStores) -> bool:
    """Checks that an import is there with its history or has left nothing, and returns whether it is there."""
    views = kinds(stores).get("view", 0)
    assert len(history(stores, "u1")) == len(entries(stores)) * 4 == views / 3
    assert len(list(stores.objects.keys("imports/"))) == (2 if views else 0)
    return bool(views)


def test_an_import_that_is_removed_while_it_is_stored_is_whole_or_gone() -> None:
    outcomes = set[bool]()
    for stop_at in count():
        stores = small()
        import_removal.remove(stores, "films", OLD, NOW_MS + 1)

        def remove(stores: ImportStores = stores) -> None:
            with contextlib.suppress(NotFound):
                import_removal.remove(stores, "films", OLD, NOW_MS + 3)

        objects = Meanwhile(stores.objects, stop_at, remove)  # type: ignore[arg-type]  # in memory
        with contextlib.suppress(Conflict):
            imported(ImportStores(objects, stores.histories), OLD, now_ms=NOW_MS + 2)
        if objects.waiting:
            break
        outcomes.add(check_whole_or_gone(stores))
    assert outcomes == {True, False}


def test_an_import_that_is_stored_again_while_it_is_removed_is_whole_or_gone() -> None:
    outcomes = set[bool]()
    for stop_at in count():
        stores = small()
        again = partial(imported, stores, OLD, now_ms=NOW_MS + 2)
        objects = Meanwhile(stores.objects, stop_at, again)  # type: ignore[arg-type]  # in memory
        import_removal.remove(ImportStores(objects, stores.histories), "films", OLD, NOW_MS + 1)
        if objects.waiting:
            break
        outcomes.add(check_whole_or_gone(stores))
    assert outcomes == {True, False}


def test_a_file_that_repeats_an_earlier_one_asks_and_stores_nothing() -> None:
    stores = small()
    before = sorted(stores.objects.keys(""))
    with pytest.raises(
        InvalidInput, match=rf"events: 100% of the events are those of import {OLD} \(view\.csv\)"
    ) as asked:
        imported(stores, NEW, "purchase")
    assert f"use --replace {OLD} to put this file in its place, or --again to count both" in str(asked.value)
    assert sorted(stores.objects.keys("")) == before
    imported(stores, NEW, "purchase", again=True)
    assert kinds(stores) == {"play": 1, "view": 12, "purchase": 12}


def replace_old(stores: ImportStores) -> None:
    imported(stores, NEW, "purchase", NOW_MS + 1, replaces=(OLD,))
    import_removal.finish_replacements(stores, "films", NOW_MS + 2)


def test_a_file_takes_the_place_of_an_earlier_one() -> None:
    stores = small()
    replace_old(stores)
    assert kinds(stores) == {"play": 1, "purchase": 12}
    assert [entry["import_id"] for entry in entries(stores)] == [NEW]
    assert removals.events_since(stores.objects, "films", NOW_MS) == 12
    assert list(stores.objects.keys(f"imports/films/{OLD}/")) == []
    with pytest.raises(NotFound, match="has no import"):
        imported(stores, "c" * 32, "like", replaces=("d" * 32,))
    imported(stores, OLD, now_ms=NOW_MS + 3, again=True)
    assert kinds(stores) == {"play": 1, "purchase": 12, "view": 12}


@pytest.mark.parametrize(("stop_at", "moment"), STOPS)
def test_a_replacement_that_dies_anywhere_loses_and_doubles_nothing(stop_at: int, moment: Any) -> None:
    stores = small()
    stopping = dying(stores, stop_at, moment)
    try:
        replace_old(stopping)
    except Killed:
        assert kinds(stores) in ({"play": 1, "view": 12}, {"play": 1, "purchase": 12})
        replace_old(stores)
    assert kinds(stores) == {"play": 1, "purchase": 12}
    assert removals.events_since(stores.objects, "films", NOW_MS) == 12
    assert list(stores.objects.keys(f"imports/films/{OLD}/")) == []


ITEM_ROWS = [
    RawRow(1, {"item_id": "a", "title": "new", "available": False}),
    RawRow(2, {"item_id": "b", "title": "new"}),
    RawRow(3, {"item_id": "c", "available": False}),
]


@pytest.mark.parametrize("compacted", [False, True])
def test_metadata_of_a_removed_import_go_and_what_was_before_counts_again(compacted: bool) -> None:
    stores = small()
    objects = stores.objects
    catalogs.put_items(objects, "films", [Item("a", title="old", available=True, available_until=9)], NOW_MS)
    import_items(objects, "films", NEW, ITEM_ROWS, NOW_MS + 1, ImportTerms(file="items.csv"))
    catalogs.put_items(objects, "films", [Item("a", year=1999)], NOW_MS + 2)
    assert described(objects)["a"] == Item("a", "new", year=1999, available=False, available_until=9)
    assert [entry["kind"] for entry in entries(stores)] == ["events", "items"]
    if compacted:
        compact(objects, "films", NOW_MS + 10**6, ITEMS)
    answer = import_removal.remove(stores, "films", NEW, NOW_MS + 3)
    assert (answer["kind"], answer["removed"]) == ("items", 3)
    assert described(objects) == {"a": Item("a", "old", year=1999, available=True, available_until=9)}
    assert availability.read(objects, "films").items == {"a": True, "c": True}
    assert [entry["kind"] for entry in entries(stores)] == ["events"]


@pytest.mark.parametrize(("stop_at", "moment"), [stop for stop in STOPS if stop[0] < 25])
def test_a_removal_of_metadata_that_dies_anywhere_is_completed_by_the_next(stop_at: int, moment: Any) -> None:
    stores = small()
    catalogs.put_items(stores.objects, "films", [Item("a", title="old", available=True)], NOW_MS)
    import_items(stores.objects, "films", NEW, ITEM_ROWS, NOW_MS + 1)
    stopping = dying(stores, stop_at, moment)
    try:
        import_removal.remove(stopping, "films", NEW, NOW_MS + 3)
    except Killed:
        if list(stores.objects.keys(f"imports/films/{NEW}/")):
            import_removal.remove(stores, "films", NEW, NOW_MS + 3)
    assert described(stores.objects) == {"a": Item("a", "old", available=True)}
    assert availability.read(stores.objects, "films").items == {"a": True, "c": True}


def test_an_import_whose_record_is_damaged_is_skipped_and_named() -> None:
    stores = small()
    stores.objects.put(f"imports/films/{NEW}/import.json", b'{"accepted"')
    answer = import_records.listed(stores.objects, "films")
    assert [entry["import_id"] for entry in answer["imports"]] == [OLD]
    assert answer["skipped"] == [{"name": NEW, "problem": f"imports/films/{NEW}/import.json cannot be read"}]
    assert event_log.committed_import(stores.objects, "films", OLD)
