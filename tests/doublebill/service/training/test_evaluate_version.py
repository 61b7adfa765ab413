"""Measuring a published version's config again, on users held out of today's data."""

import json

import numpy as np
import pytest

from doublebill.errors import ArtifactCorrupt, NoModel, NotFound, Unfittable
from doublebill.fit.selection.study import SEED
from doublebill.model.config import Config, Knn
from doublebill.service.registry import champions, versions
from doublebill.service.training import config_search
from doublebill.service.training import evaluate_version as measuring
from doublebill.service.training.evaluate_version import measure
from fakes import MemoryObjects
from trainings import fill, trained
from worlds import FIRST_MS, checkerboard


@pytest.fixture(autouse=True)
def one_candidate(monkeypatch):
    monkeypatch.setattr(config_search, "candidates", lambda *_, **__: [Config(Knn("cosine"))])


@pytest.fixture
def objects():
    filled = MemoryObjects()
    fill(filled, checkerboard(users=40, items=12))
    return filled


def test_with_the_seed_of_the_training_the_champion_gets_the_training_s_numbers(objects):
    report = trained(objects, FIRST_MS)["report"]
    before = {key: objects.get(key).data for key in objects.keys("")}
    told = measure(objects, "films", "", "", seed=SEED)
    assert told["config"] == Config(Knn("cosine"), minimum_users=3, most_items=1000).to_json()
    for name in ("metrics", "intervals", "segments", "popularity", "over_popularity", "split"):
        assert told["report"][name] == report[name]
    newest = measure(objects, "films", "", "newest", seed=SEED)["report"]
    assert newest["metrics"] == report["temporal"]["metrics"]
    assert {key: objects.get(key).data for key in objects.keys("")} == before


def test_another_seed_asks_other_users(objects):
    trained(objects, FIRST_MS)
    one, other = (measure(objects, "films", "", question="random", seed=seed)["report"] for seed in (1, 2))
    assert one["metrics"] != other["metrics"]


def test_another_version_than_the_champion_may_be_named(objects, monkeypatch):
    first = trained(objects, FIRST_MS)
    objects.delete(champions.champion_key("films"))  # so that its config is not tried again
    monkeypatch.setattr(config_search, "candidates", lambda *_, **__: [Config(Knn("tfidf"))])
    second = trained(objects, FIRST_MS + 1)
    for version, weighting in ((first["version"], "cosine"), (second["version"], "tfidf")):
        told = measure(objects, "films", str(version), question="random", seed=1)
        assert (told["version"], told["config"]["family"]["weighting"]) == (version, weighting)


def test_too_few_users_are_no_error(objects):
    few = MemoryObjects()
    fill(few, checkerboard(users=4, items=8))
    trained(few, FIRST_MS)
    report = measure(few, "films", "", question="newest", seed=1)["report"]
    assert (report["evaluated"], report["why"].startswith("too few users")) == (False, True)


def test_a_config_that_does_not_suit_today_s_data_is_reported_in_a_sentence(objects, monkeypatch):
    version = trained(objects, FIRST_MS)["version"]

    def singular(*_, **__):
        raise np.linalg.LinAlgError("the gram is not positive definite")

    monkeypatch.setattr(measuring, "judge", singular)
    why = f"the config of version {version} cannot be fitted to today's data: the gram is not positive definite"
    with pytest.raises(Unfittable, match=why):
        measure(objects, "films", "", question="random", seed=1)


def test_what_is_not_there_is_refused(objects):
    with pytest.raises(NotFound, match="no catalog 'songs'"):
        measure(objects, "songs", "", question="random", seed=1)
    with pytest.raises(NoModel):
        measure(objects, "films", "", question="random", seed=1)
    with pytest.raises(NotFound, match="no version"):
        measure(objects, "films", "0" * 32, question="random", seed=1)


def test_a_version_whose_config_is_unknown_is_refused(objects):
    version = str(trained(objects, FIRST_MS)["version"])
    key = versions.artifact_key("films", version, "manifest.json")
    objects.put(key, json.dumps({}).encode())
    with pytest.raises(ArtifactCorrupt, match="found the digest"):
        measure(objects, "films", version, question="random", seed=1)
