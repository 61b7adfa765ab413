"""The recommender beyond the model contract: negative weights, golden requests."""

import numpy as np
import pytest

from doublebill.config import Config, Knn
from doublebill.errors import ArtifactCorrupt
from doublebill.fit.clean import clean
from doublebill.fit.fitting import fit
from doublebill.items import Item
from doublebill.recommender import Recommender
from worlds import checkerboard


@pytest.fixture
def model() -> Recommender:
    cleaned = clean(checkerboard(), {})
    return fit(cleaned.catalog, cleaned.interactions, Config(Knn("cosine")))


def test_what_a_disliked_item_leads_to_comes_last(model: Recommender) -> None:
    disliked = np.array([model.catalog.find("item-00")], np.int32)
    ranking = model.recommend(disliked, np.array([-1.0]), 11, disliked)
    parity = [int(model.catalog.item_ids[item][-2:]) % 2 for item in ranking.items]
    assert parity == [1] * 6 + [0] * 5


def test_items_the_history_does_not_reach_score_nothing_and_follow_by_popularity(model: Recommender) -> None:
    history = np.array([model.catalog.find("item-00")], np.int32)
    ranking = model.recommend(history, np.ones(1), 12, history)
    rest = ranking.items[ranking.scores == 0].tolist()
    assert rest == [item for item in model.popular.tolist() if item in rest]
    assert len(rest) == 6


def test_what_is_not_available_never_comes_back() -> None:
    cleaned = clean(checkerboard(), {"item-02": Item("item-02", available=False)})
    model = fit(cleaned.catalog, cleaned.interactions, Config())
    gone = cleaned.catalog.find("item-02")
    for history in (np.zeros(0, np.int32), np.array([cleaned.catalog.find("item-00")], np.int32)):
        ranking = model.recommend(history, np.ones(len(history)), 100, np.zeros(0, np.int32))
        assert gone not in ranking.items
        assert len(ranking.items) == 11


def test_golden_requests_are_answered_again(model: Recommender) -> None:
    golden = model.golden()
    assert len(golden) == 5
    model.check_golden(golden)  # type: ignore[arg-type]  # as read from JSON


def test_a_golden_answer_that_is_off_is_found(model: Recommender) -> None:
    golden = model.golden()
    golden[2]["scores"] = [score + 0.1 for score in golden[2]["scores"]]  # type: ignore[union-attr, attr-defined]  # JSON
    with pytest.raises(ArtifactCorrupt, match="golden request 2"):
        model.check_golden(golden)  # type: ignore[arg-type]  # as read from JSON
