"""Baselines that serve: every kind of answer is given without a single edge, and says whose it is."""

import dataclasses

import numpy as np
import pytest

from doublebill.events import Event
from doublebill.fit.clean import clean
from doublebill.fit.fit_recommender import fit
from doublebill.model import artifact
from doublebill.model.config import Config, Edlae, Family, Knn, Popularity
from doublebill.model.recommender import Recommender
from doublebill.service.recommending.history import History
from doublebill.service.recommending.lists import neighbours
from doublebill.service.recommending.recommendations import rank, recommend
from doublebill.service.recommending.requests import (
    HistoryItem,
    NeighbourOptions,
    RankingRequest,
    RecommendationOptions,
    RowsOptions,
)
from doublebill.service.recommending.rows import rows
from doublebill.service.serving.loaded_models import LoadedModel, Serving

CLEANED = clean([Event(f"u{user}", item, "play", 1.0, 5) for user in range(6) for item in "abcd"[: 1 + user % 4]], {})
HISTORY = History([HistoryItem("a")])


def fitted(family: Family) -> Recommender:
    return fit(CLEANED.catalog, CLEANED.interactions, Config(family))


def serving(family: Family) -> Serving:
    made = LoadedModel.of("v", fitted(family))
    return Serving("v", made.recommender, None, made.available, (), lambda: made.masks)


def test_popularity_answers_everything_and_has_no_neighbours() -> None:
    popular = serving(Popularity())
    found = recommend("films", popular, HISTORY, RecommendationOptions(explain=True), 1)
    assert [entry["item_id"] for entry in found["recommendations"]] == ["b", "c", "d"]
    ranked = rank("films", popular, HISTORY, RankingRequest(items=("d", "b"), history=()), 1)
    assert [entry["item_id"] for entry in ranked["recommendations"]] == ["b", "d"]
    assert rows("films", popular, HISTORY, RowsOptions(), 1)["rows"] == []
    assert neighbours("films", popular, "a", NeighbourOptions(), 1)["neighbours"] == []


@pytest.mark.parametrize(("family", "name"), [(Popularity(), "popularity"), (Knn(), "item-kNN"), (Edlae(), None)])
def test_answers_name_the_baseline_and_none_where_a_model_serves(family: Family, name: str | None) -> None:
    model = serving(family)
    answers = (
        recommend("films", model, HISTORY, RecommendationOptions(), 1),
        rank("films", model, HISTORY, RankingRequest(items=("d", "b"), history=()), 1),
        rows("films", model, HISTORY, RowsOptions(), 1),
        neighbours("films", model, "a", NeighbourOptions(), 1),
    )
    assert [answer.get("baseline") for answer in answers] == [name] * 4


def test_an_artifact_of_popularity_answers_its_golden_requests() -> None:
    model = fitted(Popularity())
    model.check_golden(model.golden())  # type: ignore[arg-type]  # as JSON has them
    assert not len(model.neighbours.values)
    assert artifact.dump(model).version != artifact.dump(fitted(Knn())).version
    changed = dataclasses.replace(model, popularity=np.flip(model.popularity))
    assert artifact.dump(changed).version != artifact.dump(model).version
