"""The sweep: every catalog is pruned, whatever became of the others, and batches of content go as well."""

import json

import pytest

from doublebill.errors import StoreUnavailable
from doublebill.service.catalog import catalogs
from doublebill.service.content.batches.pack_keys import PLACES
from doublebill.service.registry.pruning.prune import BATCH_DAYS, PruneTerms
from doublebill.service.removing import sweep as sweeping
from doublebill.service.removing.sweep import sweep
from doublebill.stores.job_record import first_of, new_id
from doublebill.times.retention import DAY_MS
from fakes import MemoryObjects

OLD_MS = 1_700_000_000_000
NOW_MS = OLD_MS + BATCH_DAYS * DAY_MS
OLD, YOUNG = new_id(OLD_MS, "a"), new_id(OLD_MS + 1, "b")


@pytest.fixture
def objects() -> MemoryObjects:
    """Two catalogs and a game, each with a batch that is a week old and one that is a moment younger."""
    made = MemoryObjects()
    for catalog in ("films", "music"):
        catalogs.ensure(made, catalog)
    for batch in (OLD, YOUNG):
        for folder in ("batches/films", "batches/music", "packs/maze/digest"):
            made.put(f"{folder}/{batch}/batch.json", b"{}")
        first_of(made, "batches/films/keys", f"key of {batch}", {}, batch)
    return made


def test_every_catalog_and_batches_of_content_are_swept(objects: MemoryObjects) -> None:
    swept = sweep(objects, NOW_MS, PruneTerms())
    assert [(one.catalog, one.batches) for one in swept.catalogs] == [("films", (OLD,)), ("music", (OLD,))]
    assert (swept.packs, swept.failed) == ((OLD,), {})
    left = [key for key in objects.held if not key.startswith("catalogs/")]
    assert len(left) == 4
    assert not any(OLD in key or OLD.encode() in objects.get(key).data for key in left)


def test_a_dry_sweep_names_all_and_deletes_nothing(objects: MemoryObjects) -> None:
    before = dict(objects.held)
    assert sweep(objects, NOW_MS, PruneTerms(), dry=True).packs == (OLD,)
    assert objects.held == before


def test_one_damaged_catalog_keeps_no_other_from_it_and_is_named(objects: MemoryObjects) -> None:
    objects.put("champions/films.json", b"[")
    swept = sweep(objects, NOW_MS, PruneTerms())
    assert [one.catalog for one in swept.catalogs] == ["music"]
    assert swept.packs == (OLD,)
    with pytest.raises(StoreUnavailable, match="could not sweep films: the champion pointer"):
        swept.check()


def test_what_no_reader_foresees_keeps_no_other_catalog_from_it(objects: MemoryObjects, monkeypatch) -> None:
    pruned = sweeping.prune

    def failing(objects, catalog, *rest):
        return pruned(objects, catalog, *rest) if catalog == "music" else {}["a cell"]

    monkeypatch.setattr(sweeping, "prune", failing)
    swept = sweep(objects, NOW_MS, PruneTerms())
    assert ([one.catalog for one in swept.catalogs], swept.packs) == (["music"], (OLD,))
    assert swept.failed == {"films": "KeyError"}


def test_places_of_callers_that_are_damaged_go(objects: MemoryObjects) -> None:
    for name, data in (("bytes", b"{"), ("number", b"3"), ("young", json.dumps([["maze", YOUNG]]).encode())):
        objects.put(f"{PLACES}/{name}.json", data)
    assert sweep(objects, NOW_MS, PruneTerms()).failed == {}
    assert list(objects.keys(PLACES)) == [f"{PLACES}/young.json"]


def test_a_bucket_s_keys_are_not_read(objects: MemoryObjects) -> None:
    sweep(objects, NOW_MS, PruneTerms(with_keys=False))
    assert len(list(objects.keys("batches/films/keys/"))) == 2
