"""Low ratings in a history: they lead nowhere, and are never the reason of a recommendation."""

import numpy as np
import pytest

from doublebill.events import Event
from doublebill.fit.clean import clean
from doublebill.fit.fit_recommender import fit
from doublebill.fit.ratings.fit_ratings import fit_biases
from doublebill.model.config import Config, Knn
from doublebill.model.recommender import Recommender
from doublebill.service.recommending import recommendations
from doublebill.service.recommending.history import History
from doublebill.service.recommending.requests import HistoryItem, RecommendationOptions
from doublebill.service.serving.loaded_models import LoadedModel, Serving


@pytest.fixture(scope="module")
def model() -> Recommender:
    """Fans of a-films and fans of h-films, who rate one 5 and one of the others 1."""
    events = []
    for user in range(40):
        own, other = ("a", "h") if user % 2 else ("h", "a")
        events += [Event(f"u{user}", f"{own}{film}", "rate", 5.0) for film in range(6) if film != user % 6]
        events += [Event(f"u{user}", f"{other}{user % 6}", "rate", 1.0)]
    cleaned = clean(events, {})
    return fit(cleaned.catalog, cleaned.interactions, Config(Knn()), fit_biases(cleaned.ratings))


def answered(model: Recommender, **stars: float) -> list[tuple[str, str]]:
    serving = Serving("v", model, None, LoadedModel.of("v", model).available)
    history = History([HistoryItem(item, rating, rating=rating) for item, rating in stars.items()])
    answer = recommendations.recommend("films", serving, history, RecommendationOptions(n=4, explain=True), 1)
    return [(one["item_id"], one.get("reason", "")) for one in answer["recommendations"]]


def test_items_that_the_user_rated_low_lead_nowhere(model: Recommender) -> None:
    found = answered(model, a1=1, a2=1, h1=5)
    assert [item[0] for item, _ in found] == ["h"] * 4
    assert {reason for _, reason in found} == {"because of h1"}


def test_a_history_of_low_ratings_alone_is_answered_by_popular_items(model: Recommender) -> None:
    assert [reason for _, reason in answered(model, a1=1, a2=2)] == [""] * 4


def test_a_rating_is_low_by_the_middle_of_the_scale_and_the_mean_of_its_user(model: Recommender) -> None:
    assert model.ratings is not None
    harsh, generous = [1.0] * 30 + [2.0], [5.0] * 30 + [4.0]
    assert not model.ratings.levels.low(np.array(harsh))[-1]
    assert not model.ratings.levels.low(np.array(generous)).any()
    assert model.ratings.levels.low(np.array([1.0, np.nan, 5.0])).tolist() == [True, False, False]
