"""Removing a catalog: nothing of it stays, other catalogs stay whole, and a death on the way is made good."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from clocks import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import Conflict, NotFound
from doublebill.events import Event
from doublebill.imports.files.raw_rows import RawRow
from doublebill.model.items import Item
from doublebill.service.catalog import catalog_record, catalogs, event_log, user_aliases
from doublebill.service.catalog.blocks import compaction
from doublebill.service.catalog.blocks.log_blocks import LOG
from doublebill.service.catalog.stored_events import LATE_MS
from doublebill.service.ingesting.import_file import import_items
from doublebill.service.registry import champions, runs
from doublebill.service.registry.privacy import ledger
from doublebill.service.removing import catalog_removal
from doublebill.service.removing.catalog_removal import CatalogStores
from doublebill.service.removing.logged_users import users_of
from doublebill.service.serving import popularity_fallback
from doublebill.service.serving.warm_models import Warm
from doublebill.service.training.train import train
from doublebill.stores.objects import Objects, StoredObject
from doublebill.values.privacy_claim import PrivacyClaim
from fake_records import MemoryRecords
from fakes import Killed, MemoryHistories, MemoryObjects, StoppingObjects
from trainings import fill, trained, training
from worlds import FIRST_MS, checkerboard

EVENTS = [Event(f"user-{n}", "a", "play", timestamp=FIRST_MS) for n in range(3)]


def small(catalog: str = "films") -> CatalogStores:
    """The stores of a catalog with a little of everything but models."""
    stores = CatalogStores(MemoryObjects(), MemoryHistories(), MemoryRecords())
    objects = stores.objects
    fill(objects, EVENTS, catalog)
    catalogs.put_items(objects, catalog, [Item("a", available=False)], 1)
    import_items(objects, catalog, "1" * 32, [RawRow(1, {"item_id": "b"})], 2)
    user_aliases.append(objects, catalog, "user-0", "owner", 3)
    for folder in ("artifacts", "batches", "blocks", "quarantine", "removals", "runs", "sums"):
        objects.put(f"{folder}/{catalog}/one", b"x")
    for name in ("champions", "trending"):
        objects.put(f"{name}/{catalog}.json", b"{}")
    stores.histories.add(catalog, [*EVENTS, Event("owner", "a", "play")], 10**10)
    return stores


def left(stores: CatalogStores, catalog: str = "films") -> list[str]:
    """Returns the keys of a catalog, without that of the mark which stays."""
    return [key for key in stores.objects.keys("") if catalog in key and not key.startswith("removed/")]


def test_removing_a_catalog_gives_no_privacy_back() -> None:
    stores, claim = small(), PrivacyClaim(1.0, 1e-6)
    before = ledger.spend(stores.objects, "films", "run", claim, PrivacyClaim(8.0, 1e-6), FIRST_MS)
    catalog_removal.remove(stores, "films", FIRST_MS)
    assert left(stores) == ["ledgers/films.json"]
    assert ledger.read(stores.objects, "films") == before


def test_nothing_of_a_catalog_stays_and_others_stay_whole() -> None:
    stores = small()
    fill(stores.objects, EVENTS, "music")
    stores.histories.add("music", EVENTS, 10**10)
    others = {key: stores.objects.get(key).data for key in stores.objects.keys("") if "films" not in key}
    answer = catalog_removal.remove(stores, "films", FIRST_MS)
    assert (answer["removed"], answer["histories"], answer["objects"]["events"]) == (True, 4, 1)
    assert left(stores) == []
    mark = stores.objects.get("removed/films.json").data
    assert json.loads(mark) == {"removed_ms": FIRST_MS}
    others["removed/films.json"] = mark
    assert {key: stores.objects.get(key).data for key in stores.objects.keys("")} == others
    for user in (*(event.user for event in EVENTS), "owner"):
        assert stores.histories.newest("films", user, 9, 0, consistent=True) == []
    assert stores.histories.newest("music", "user-0", 9, 0, consistent=True) == EVENTS[:1]
    with pytest.raises(NotFound):
        catalog_removal.remove(stores, "films", FIRST_MS)


def test_everything_that_a_trained_catalog_leaves_is_removed() -> None:
    stores = CatalogStores(MemoryObjects(), MemoryHistories(), MemoryRecords())
    fill(stores.objects, checkerboard())
    catalogs.put_items(stores.objects, "films", [Item("item-00", title="Zero", available=True)], 1)
    version = str(trained(stores.objects, FIRST_MS)["version"])
    popularity_fallback.remember(stores.objects, stores.records, "films", version)
    assert len({key.partition("/")[0] for key in left(stores)}) == 9
    catalog_removal.remove(stores, "films", FIRST_MS)
    assert left(stores) == []
    assert not stores.records.get(popularity_fallback.record_key("films"))


def test_a_removal_that_dies_anywhere_is_completed_by_the_next() -> None:
    whole = StoppingObjects(small().objects)
    catalog_removal.remove(CatalogStores(whole, MemoryHistories(), MemoryRecords()), "films", FIRST_MS)
    marked = next(place for place, (call, _) in enumerate(whole.calls) if call in ("create", "replace"))
    for stop_at in range(len(whole.calls)):
        for moment in ("before", "after"):
            stores = small()
            stopping = StoppingObjects(stores.objects, stop_at, moment)  # type: ignore[arg-type]  # a literal
            with pytest.raises(Killed):
                catalog_removal.remove(CatalogStores(stopping, stores.histories, stores.records), "films", FIRST_MS)
            begun = stop_at > marked or (stop_at == marked and moment == "after")
            there = any("catalogs/films.json" in key for key in left(stores))
            if begun:
                with pytest.raises(NotFound):
                    catalogs.settings(stores.objects, "films")
            if begun and there:
                with pytest.raises(Conflict, match="being removed"):
                    catalogs.put_items(stores.objects, "films", [Item("x")], 5)
            if there:
                catalog_removal.remove(stores, "films", FIRST_MS)
            assert left(stores) == []
            assert stores.histories.newest("films", "owner", 9, 0, consistent=True) == []


class Meanwhile(StoppingObjects):
    """Objects whose first read of a request is preceded by something that another process does."""

    def __init__(self, inner: Objects, meanwhile: Callable[[], object]) -> None:
        super().__init__(inner)
        self._meanwhile = [meanwhile]

    def get(self, key: str) -> StoredObject:
        if key.startswith("events/") and self._meanwhile:
            self._meanwhile.pop()()
        return super().get(key)


def test_of_two_removals_at_once_both_end() -> None:
    stores = small()
    for number in range(9):
        fill(stores.objects, EVENTS, now_ms=FIRST_MS + number)
    objects = Meanwhile(stores.objects, lambda: catalog_removal.remove(stores, "films", FIRST_MS))
    assert catalog_removal.remove(replace(stores, objects=objects), "films", FIRST_MS)["removed"]
    assert left(stores) == []


def test_events_and_a_champion_that_were_on_their_way_go_too() -> None:
    stores = small()

    def late() -> None:
        event_log.append(stores.objects, "films", [Event("late", "a", "play")], FIRST_MS + 1)
        stores.histories.add("films", [Event("late", "a", "play")], 10**10)
        stores.objects.put("champions/films.json", b"{}")

    catalog_removal.remove(replace(stores, objects=Meanwhile(stores.objects, late)), "films", FIRST_MS)
    assert left(stores) == []
    assert stores.histories.newest("films", "late", 9, 0, consistent=True) == []


class Promoting(StoppingObjects):
    """Objects that call `meanwhile` once the champion is written."""

    def __init__(self, inner: Objects, meanwhile: Callable[[], object]) -> None:
        super().__init__(inner)
        self._meanwhile = meanwhile

    def create(self, key: str, data: bytes) -> str:
        tag = super().create(key, data)
        if key.startswith("champions/"):
            self._meanwhile()
        return tag


def trainable() -> CatalogStores:
    stores = CatalogStores(MemoryObjects(), MemoryHistories(), MemoryRecords())
    fill(stores.objects, checkerboard(users=8, items=8))
    return stores


@pytest.mark.parametrize("moment", ["fitting the chosen", "publishing", "promoting"])
def test_a_training_whose_catalog_is_removed_meanwhile_fails_and_leaves_nothing(moment: str) -> None:
    stores = trainable()

    def tell(line: str) -> None:
        if line.startswith(moment):
            remove()

    def remove() -> None:
        catalog_removal.remove(stores, "films", FIRST_MS)

    objects = Promoting(stores.objects, remove) if moment == "promoting" else stores.objects
    with pytest.raises(NotFound, match="catalog 'films' was removed meanwhile"):
        train(training(objects, FIRST_MS, tell=tell, records=stores.records))
    assert left(stores) == []
    assert not stores.records.get(popularity_fallback.record_key("films"))


def test_what_the_trainings_of_a_new_catalog_of_the_same_name_made_stays() -> None:
    stores = trainable()

    def tell(line: str) -> None:
        if line.startswith("publishing"):
            catalog_removal.remove(stores, "films", FIRST_MS)
            fill(stores.objects, checkerboard(users=8, items=8))
            made_again.append(trained(stores.objects, FIRST_MS + 1))

    made_again: list[runs.Record] = []
    with pytest.raises(NotFound, match="catalog 'films' was removed meanwhile"):
        train(training(stores.objects, FIRST_MS, tell=tell, records=stores.records))
    (again,) = made_again
    assert [key for key in left(stores) if key.startswith("runs/")] == [f"runs/films/{again['run']}.json"]
    champion = champions.read_champion(stores.objects, "films")
    assert champion
    assert champion.version == again["version"]
    assert champions.is_loadable(stores.objects, "films", champion.version)


@pytest.mark.parametrize("moment", ["reading", "writing"])
def test_a_compaction_whose_catalog_is_removed_meanwhile_leaves_no_block(moment: str) -> None:
    stores = small()
    remove = partial(catalog_removal.remove, stores, "films", FIRST_MS)
    objects = Meanwhile(stores.objects, remove) if moment == "reading" else Writing(stores.objects, remove)
    with pytest.raises(NotFound, match="catalog 'films' was removed meanwhile"):
        compaction.compact(objects, "films", FIRST_MS + 2 * LATE_MS, LOG)
    assert left(stores) == []


class Writing(StoppingObjects):
    """Objects that call `meanwhile` before the first block is written."""

    def __init__(self, inner: Objects, meanwhile: Callable[[], object]) -> None:
        super().__init__(inner)
        self._meanwhile = [meanwhile]

    def put(self, key: str, data: bytes) -> str:
        if key.endswith(".npz") and self._meanwhile:
            self._meanwhile.pop()()
        return super().put(key, data)


def test_a_name_is_free_again_after_the_removal() -> None:
    stores = small()
    catalog_removal.remove(stores, "films", FIRST_MS)
    fill(stores.objects, EVENTS[:1])
    assert catalogs.settings(stores.objects, "films")["catalog"] == "films"
    assert users_of(stores.objects, "films") == {"user-0"}


def test_a_damaged_object_does_not_keep_a_catalog_from_being_removed() -> None:
    stores = small()
    for key in left(stores):
        stores.objects.put(key, stores.objects.get(key).data[:5])
    catalog_removal.remove(stores, "films", FIRST_MS)
    assert left(stores) == []


def test_a_warm_environment_stops_serving_a_removed_catalog(tmp_path: Path) -> None:
    stores, clock = CatalogStores(MemoryObjects(), MemoryHistories(), MemoryRecords()), Clock()
    fill(stores.objects, checkerboard())
    trained(stores.objects, FIRST_MS)
    warm = Warm(stores.objects, stores.records, tmp_path, clock)
    assert warm.serving("films", Deadline(clock, clock() + 60)).version
    catalog_removal.remove(stores, "films", FIRST_MS)
    clock.seconds += 6
    with pytest.raises(NotFound):
        warm.serving("films", Deadline(clock, clock() + 60))
    fresh = Warm(stores.objects, stores.records, tmp_path, clock)
    with pytest.raises(NotFound):
        fresh.serving("films", Deadline(clock, clock() + 60))


def test_a_catalog_that_is_being_removed_is_not_found_by_readers() -> None:
    stores = small()
    stores.objects.put("catalogs/films.json", b'{"catalog": "films", "removed_ms": 1}')
    assert catalog_record.find(stores.objects, "films") is catalog_record.UNSET


def test_users_of_blocks_are_found_too() -> None:
    objects = small().objects
    before = users_of(objects, "films")
    compaction.compact(objects, "films", FIRST_MS + 2 * LATE_MS, LOG)
    assert list(objects.keys("events/films/")) == []
    assert users_of(objects, "films") == before


def test_a_catalog_of_refused_rows_only_is_dropped_and_any_other_stays() -> None:
    stores = small()
    assert not catalog_removal.drop_empty(stores.objects, "films")
    catalogs.ensure(stores.objects, "empty")
    stores.objects.put("quarantine/empty/one", b"x")
    assert catalog_removal.drop_empty(stores.objects, "empty")
    assert not catalog_removal.drop_empty(stores.objects, "empty")
    assert catalogs.names(stores.objects) == ["films"]
    assert left(stores, "empty") == ["quarantine/empty/one"]


def test_a_catalog_in_which_something_is_stored_while_it_is_dropped_stays() -> None:
    class Late(MemoryObjects):
        def delete(self, key: str) -> None:
            super().delete(key)
            self.put("events/empty/late", b"x")

    objects = Late()
    catalogs.ensure(objects, "empty")
    assert not catalog_removal.drop_empty(objects, "empty")
    assert catalogs.names(objects) == ["empty"]
