"""The recommender beyond the model contract: negative weights, golden requests, damping."""

import numpy as np
import pytest
import scipy.sparse as sp

from doublebill.catalog import Catalog
from doublebill.config import Config, Knn
from doublebill.errors import ArtifactCorrupt
from doublebill.fit.clean import clean
from doublebill.fit.fitting import fit
from doublebill.fit.quantise import quantise
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


class TestDamping:
    """Items 0 to 3 of which everybody, half, a tenth and nobody have one; item 0 leads to all others alike."""

    POPULARITY = np.array([1.0, 0.5, 0.1, 0.0], np.float32)
    HISTORY = np.array([0, 1], np.int32)

    def model(self, damping: float, popularity: np.ndarray = POPULARITY) -> Recommender:
        edges = np.array([[0, 0.5, 0.5, 0.5], [0.25, 0, 0.25, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
        catalog = Catalog.of(["item-0", "item-1", "item-2", "item-3"], {})
        neighbours = quantise(sp.csr_array(edges), "float32")
        return Recommender(catalog, neighbours, popularity, Config(Knn(), damping=damping))

    def scores(self, model: Recommender) -> np.ndarray:
        """[n_items] what the history makes of each."""
        found = np.zeros(4)
        reached, scores = model.scores(self.HISTORY, np.array([1.0, -0.5]))
        found[reached] = scores
        return found

    @pytest.mark.parametrize("damping", [0.0, 0.3, 1.0])
    def test_a_score_is_divided_by_that_power_of_popularity(self, damping: float) -> None:
        plain = np.array([-0.125, 0.5, 0.375, 0.5])
        expected = plain / np.array([1.0, 0.5, 0.1, 0.1]) ** damping  # an item of nobody is as rare as the rarest
        np.testing.assert_allclose(self.scores(self.model(damping)), expected, rtol=1e-6)

    def test_only_popularity_relative_to_the_most_popular_item_counts(self) -> None:
        halved = self.model(0.5, self.POPULARITY / 2)
        np.testing.assert_allclose(self.scores(halved), self.scores(self.model(0.5)), rtol=1e-6)

    @pytest.mark.parametrize("damping", [0.0, 0.7])
    def test_contributions_add_up_to_the_score(self, damping: float) -> None:
        model, everything = self.model(damping), np.arange(4, dtype=np.int32)
        parts = model.contributions(self.HISTORY, np.array([1.0, -0.5]), everything)
        np.testing.assert_allclose(parts.sum(axis=1), self.scores(model))

    def test_rare_items_come_first_among_equals(self) -> None:
        history = np.array([0], np.int32)
        assert self.model(0.0).recommend(history, np.ones(1), 3, history).items.tolist() == [1, 2, 3]
        assert self.model(0.5).recommend(history, np.ones(1), 3, history).items.tolist() == [2, 3, 1]

    def test_where_nobody_has_anything_nothing_is_damped(self) -> None:
        nobody = self.model(0.5, np.zeros(4, np.float32))
        np.testing.assert_array_equal(self.scores(nobody), self.scores(self.model(0.0)))
