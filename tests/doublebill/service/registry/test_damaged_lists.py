"""Lists with a damaged object: the others are there, and the damaged one is named."""

import pytest

from clocks import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.service.catalog import catalogs
from doublebill.service.content.kind_list import visible_games
from doublebill.service.registry import model_list
from doublebill.service.registry.catalog_list import overview
from fakes import MemoryObjects
from trainings import fill, trained
from worlds import FIRST_MS, checkerboard


@pytest.fixture
def objects():
    """One trained catalog, and one with nothing but its record."""
    made = MemoryObjects()
    fill(made, checkerboard())
    trained(made, FIRST_MS)
    catalogs.ensure(made, "music")
    return made


def cut(objects, key: str) -> None:
    objects.put(key, objects.get(key).data[:7])


def test_whole_lists_name_nothing(objects):
    assert "skipped" not in overview(objects)
    assert "skipped" not in model_list.models(objects, "films")


@pytest.mark.parametrize("key", ["champions/films.json", "catalogs/films.json"])
def test_a_catalog_with_a_damaged_object_is_skipped_and_named(objects, key):
    cut(objects, key)
    answer = overview(objects)
    assert [one["catalog"] for one in answer["catalogs"]] == ["music"]
    ((name, problem),) = (one.values() for one in answer["skipped"])
    assert name == "films"
    assert "cannot be read" in problem


def test_a_damaged_run_is_skipped_and_named_and_the_catalog_is_listed(objects):
    version = trained(objects, FIRST_MS + 1, force=True)["version"]
    first, second = objects.keys("runs/films/")
    cut(objects, second)
    answer = model_list.models(objects, "films")
    assert [one["version"] for one in answer["models"]] == [version]
    name = second.rpartition("/")[2].removesuffix(".json")
    assert answer["skipped"] == [{"name": name, "problem": f"{second} cannot be read"}]
    assert [one["catalog"] for one in overview(objects)["catalogs"]] == ["films", "music"]
    cut(objects, first)
    assert model_list.models(objects, "films")["models"] == []


def test_a_damaged_corpus_is_skipped_and_named(objects):
    objects.put("corpora/names/elves.json", b'{"kind"')
    answer = visible_games(objects, lambda _: True, Deadline(Clock(), 60))
    assert answer["degraded"] is False
    assert answer["skipped"] == [{"name": "names/elves", "problem": "the record of a corpus cannot be read"}]
