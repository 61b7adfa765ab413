"""Named versions: any published version, loaded beside those that serve."""

from pathlib import Path

import pytest

from clocks import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import NotFound, StoreUnavailable, VersionRefused
from doublebill.model.artifact import MANIFEST
from doublebill.model.items import Item
from doublebill.service.catalog import availability, catalog_record
from doublebill.service.recommending import recommendations
from doublebill.service.recommending.history import sent_history
from doublebill.service.recommending.requests import VersionRequest
from doublebill.service.registry import champions
from doublebill.service.registry.privacy.refused import refuse
from doublebill.service.registry.versions import artifact_key, delete
from doublebill.service.serving import named_versions
from doublebill.service.serving.disk_cache import DiskCache
from doublebill.service.serving.named_versions import NamedVersions
from doublebill.service.serving.warm_models import Warm
from fake_records import MemoryRecords
from fakes import FailingObjects, MemoryObjects
from trainings import fill, trained
from worlds import FIRST_MS, checkerboard

REQUEST = VersionRequest(history=("item-00", "item-02"), n=5, explain=True)


@pytest.fixture(scope="module")
def trained_twice() -> MemoryObjects:
    """A catalog with a former and a present champion."""
    objects = MemoryObjects()
    for round_, items in enumerate((8, 10)):
        fill(objects, checkerboard(users=8, items=items), now_ms=FIRST_MS + round_)
        trained(objects, FIRST_MS + round_)
    return objects


@pytest.fixture
def objects(trained_twice: MemoryObjects) -> FailingObjects:
    return FailingObjects(trained_twice.copy())


def versions(objects: MemoryObjects | FailingObjects) -> tuple[str, str]:
    """The former champion and the present one."""
    champion = champions.read_champion(objects, "films")
    assert champion
    return champion.previous[0], champion.version


class Asked:
    """Named versions, and what they recommend."""

    def __init__(self, objects: FailingObjects, scratch: Path) -> None:
        self.clock = Clock()
        self.named = NamedVersions(objects, MemoryRecords(), scratch, self.clock)

    def __call__(self, version: str) -> list[str]:
        serving = self.named.serving("films", version, Deadline(self.clock, self.clock.seconds + 60))
        assert serving.version == version
        answer = recommendations.recommend_by("films", serving, REQUEST, FIRST_MS)
        assert "recommendation_id" not in answer
        return [entry["item_id"] for entry in answer["recommendations"]]


@pytest.fixture
def asked(objects: FailingObjects, tmp_path: Path) -> Asked:
    return Asked(objects, tmp_path)


def test_the_champion_answers_by_name_as_it_does_when_it_serves(
    objects: FailingObjects, asked: Asked, tmp_path: Path
) -> None:
    clock = Clock()
    warm = Warm(objects, MemoryRecords(), tmp_path / "warm", clock)
    serving = warm.serving("films", Deadline(clock, clock.seconds + 60))
    answer = recommendations.recommend("films", serving, sent_history(REQUEST.history), REQUEST, FIRST_MS)
    assert asked(versions(objects)[1]) == [entry["item_id"] for entry in answer["recommendations"]]


def test_a_former_champion_answers_too_with_items_that_it_knows(objects: FailingObjects, asked: Asked) -> None:
    former, present = versions(objects)
    assert "item-08" in asked(present)
    assert "item-08" not in asked(former)


def test_items_that_were_taken_down_since_do_not_come_back(objects: FailingObjects, asked: Asked) -> None:
    former, _ = versions(objects)
    first = asked(former)[0]
    availability.note(objects, "films", [Item(first, available=False)])
    assert first not in asked(former)


def test_a_version_that_there_is_not_is_not_found(asked: Asked) -> None:
    with pytest.raises(NotFound, match="has no version"):
        asked("0" * 32)


def test_a_version_whose_files_are_missing_is_unavailable(objects: FailingObjects, asked: Asked) -> None:
    former, _ = versions(objects)
    for key in [*objects.keys(f"artifacts/films/{former}/")]:
        if key != artifact_key("films", former, MANIFEST):
            objects.delete(key)
    with pytest.raises(StoreUnavailable, match=r"version \w+ cannot be loaded"):
        asked(former)


def test_the_same_version_is_fetched_once_and_few_stay(
    objects: FailingObjects, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(named_versions, "MOST_LOADED", 1)
    former, present = versions(objects)

    def fetches(version: str) -> int:
        before = len(objects.calls)
        asked(version)
        return sum(call[0] == "fetch" for call in objects.calls[before:])

    assert fetches(former) > 0
    assert fetches(former) == 0
    assert fetches(present) > 0
    assert fetches(former) > 0


@pytest.mark.parametrize("loaded", [False, True])
def test_a_refused_version_does_not_answer_even_when_it_is_loaded(
    loaded: bool, objects: FailingObjects, asked: Asked
) -> None:
    former, present = versions(objects)
    if loaded:
        asked(former)
    refuse(objects, "films", [former], generation=9, champion_too=False)
    with pytest.raises(VersionRefused):
        asked(former)
    assert asked(present)


def test_a_loaded_version_that_was_deleted_since_answers_no_more(objects: FailingObjects, asked: Asked) -> None:
    former, _ = versions(objects)
    asked(former)
    delete(objects, "films", former)
    with pytest.raises(NotFound, match="has no version"):
        asked(former)


def test_a_loaded_version_of_a_catalog_that_is_removed_answers_no_more(objects: FailingObjects, asked: Asked) -> None:
    former, _ = versions(objects)
    asked(former)
    catalog_record.change(objects, "films", **{catalog_record.REMOVED: FIRST_MS})
    with pytest.raises(NotFound, match="there is no catalog"):
        asked(former)


def test_a_version_that_another_request_loads_stays_on_the_disk(
    objects: FailingObjects, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    former, present = versions(objects)
    load, kept = DiskCache.load, list[set[str]]()

    def loading(cache: DiskCache, catalog: str, version: str) -> object:
        found = load(cache, catalog, version)
        if version == former:
            asked(present)  # another request, meanwhile
        return found

    monkeypatch.setattr(DiskCache, "load", loading)
    monkeypatch.setattr(DiskCache, "keep", lambda _, catalog, versions: kept.append(set(versions)))
    asked(former)
    assert kept == [{former, present}] * 2
