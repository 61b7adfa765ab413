"""The recommender beyond the model contract: negative weights, golden requests, damping."""

from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from doublebill.errors import ArtifactCorrupt
from doublebill.fit.clean import clean
from doublebill.fit.fit_recommender import fit
from doublebill.fit.quantise import quantise
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Knn, Prior
from doublebill.model.items import Item
from doublebill.model.priors.recency_prior import RecentVisits
from doublebill.model.ranking import Eligible
from doublebill.model.recommender import Recommender
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
    assert rest == [item for item in model.ranker.order.tolist() if item in rest]
    assert len(rest) == 6


def test_what_is_not_available_never_comes_back() -> None:
    cleaned = clean(checkerboard(), {"item-02": Item("item-02", available=False)})
    model = fit(cleaned.catalog, cleaned.interactions, Config())
    gone = cleaned.catalog.find("item-02")
    for history in (np.zeros(0, np.int32), np.array([cleaned.catalog.find("item-00")], np.int32)):
        ranking = model.recommend(history, np.ones(len(history)), 100, np.zeros(0, np.int32))
        assert gone not in ranking.items
        assert len(ranking.items) == 11


def test_what_became_unavailable_or_available_since_counts_as_it_is_now() -> None:
    cleaned = clean(checkerboard(), {"item-02": Item("item-02", available=False)})
    model = fit(cleaned.catalog, cleaned.interactions, Config())
    now = np.ones(12, np.bool_)
    now[cleaned.catalog.find("item-04")] = False
    for history in (np.zeros(0, np.int32), np.array([cleaned.catalog.find("item-00")], np.int32)):
        ranking = model.recommend(history, np.ones(len(history)), 100, np.zeros(0, np.int32), now)
        assert sorted(ranking.items.tolist()) == np.flatnonzero(now).tolist()
    assert sorted(model.ranker.most_popular(100, Eligible(now)).tolist()) == np.flatnonzero(now).tolist()


def test_golden_requests_are_answered_again(model: Recommender) -> None:
    golden = model.golden()
    assert len(golden) == 5
    model.check_golden(golden)  # type: ignore[arg-type]  # as read from JSON


def test_a_golden_answer_that_is_off_is_found(model: Recommender) -> None:
    golden = model.golden()
    golden[2]["scores"] = [score + 0.1 for score in golden[2]["scores"]]  # type: ignore[union-attr, attr-defined]  # JSON
    with pytest.raises(ArtifactCorrupt, match="golden request 2"):
        model.check_golden(golden)  # type: ignore[arg-type]  # as read from JSON


def test_where_everything_at_the_top_may_not_come_the_best_of_the_rest_does() -> None:
    edges = np.zeros((10, 10))
    edges[0, 1:] = np.arange(9, 0, -1) / 10
    catalog = Catalog.of([f"item-{n}" for n in range(10)], {})
    popularity = np.linspace(0.1, 1, 10, dtype=np.float32)
    model = Recommender(catalog, quantise(sp.csr_array(edges), "float32"), popularity, Config())
    ranking = model.recommend(np.array([0]), np.ones(1), 1, np.array([0]), np.arange(10) >= 8)
    assert ranking.items.tolist() == [8]
    assert ranking.scores.tolist() == pytest.approx([0.2])


class TestAgainstTheWholeOrder:
    """Worlds of a few items in random edges, of coarse similarities and popularity, so that there are many ties."""

    N = 24
    requests = st.fixed_dictionaries(
        {
            "seed": st.integers(0, 20),
            "history": st.dictionaries(st.integers(0, N - 1), st.sampled_from([-1.0, 0.0, 1.0, 2.0]), max_size=6),
            "n": st.integers(1, 4) | st.integers(0, N + 1),
            "excluded": st.lists(st.integers(-1, N - 1)),
            "allowed": st.none() | st.lists(st.booleans(), min_size=N, max_size=N),
            "damping": st.sampled_from([0.0, 0.5]),
            "prior": st.none() | st.builds(Prior, st.sampled_from([0.0, 1.0, 40.0]), st.sampled_from([0.5, 1.0])),
        }
    )

    def world(self, seed: int, damping: float, prior: Prior | None) -> tuple[Recommender, np.ndarray]:
        """A model, and its similarities as served [N, N] without the prior."""
        random = np.random.default_rng(seed)
        edges = random.integers(-1, 4, (self.N, self.N)) * (random.random((self.N, self.N)) < 0.3) / 4
        popularity = (random.integers(0, 5, self.N) / 4).astype(np.float32)
        items = {f"item-{n:02}": Item(f"item-{n:02}", available=bool(random.random() < 0.8)) for n in range(self.N)}
        model = Recommender(
            Catalog.of([], items),
            quantise(sp.csr_array(edges), "float32"),
            popularity,
            Config(Knn(), damping=damping, prior=prior),
            recent=prior and RecentVisits(random.integers(0, 4, self.N).astype(np.float32), 1),
        )
        rare = popularity[popularity > 0].min()
        return model, edges / (np.maximum(popularity, rare) / popularity.max()).astype(np.float64) ** damping

    @given(requests)
    def test_the_first_n_of_everything_come(self, asked: dict[str, Any]) -> None:
        model, similarities = self.world(asked["seed"], asked["damping"], asked["prior"])
        history = np.array(list(asked["history"]), np.int32)
        weights = np.array(list(asked["history"].values()))
        excluded = np.array(asked["excluded"], np.int32)
        allowed = None if asked["allowed"] is None else np.array(asked["allowed"])
        ranking = model.recommend(history, weights, asked["n"], excluded, allowed)

        counting = history[weights != 0]
        cold = not similarities[counting].any()
        scores, worth = self.by_prior(model, np.zeros(self.N) if cold else weights @ similarities[history], cold)
        permitted = np.flatnonzero(model.catalog.available if allowed is None else allowed)
        order = np.lexsort((np.arange(self.N), -model.popularity, -worth, -np.round(scores, 9)))
        expected = [item for item in order if item in permitted and item not in excluded][: asked["n"]]
        if not (asked["prior"] and asked["prior"].power):  # powers round, so that hardly anything is tied exactly
            assert ranking.items.tolist() == expected
        np.testing.assert_allclose(ranking.scores, scores[expected], atol=1e-9)
        assert len(set(ranking.items.tolist())) == len(expected)
        assert ranking.cold == cold
        np.testing.assert_allclose(ranking.scores, scores[ranking.items], atol=1e-9)

        eligible = Eligible(np.isin(np.arange(self.N), permitted) & ~np.isin(np.arange(self.N), excluded))
        unprepared = model.rank(model.score(history, weights), asked["n"], eligible)
        assert unprepared.items.tolist() == ranking.items.tolist()
        assert unprepared.scores.tolist() == ranking.scores.tolist()
        ordered = model.order(model.score(history, weights), np.arange(self.N))
        np.testing.assert_allclose(ordered.scores, scores[order], atol=1e-9)
        np.testing.assert_allclose(ordered.scores, scores[ordered.items], atol=1e-9)

    def by_prior(self, model: Recommender, scores: np.ndarray, cold: bool) -> tuple[np.ndarray, np.ndarray]:
        """The scores with the prior, item by item, and the number that orders items of equal score."""
        prior, recent = model.config.prior, model.recent
        if prior is None or recent is None:
            return (model.popularity if cold else scores), model.popularity
        of_visits = recent.counts.astype(np.float64) / max(recent.counts.sum(), 1)
        of_users = model.popularity.astype(np.float64) / model.popularity.sum(dtype=np.float64)
        factors = np.ones(self.N)
        for item in np.flatnonzero(of_users):
            factors[item] = ((of_visits[item] + 0.01 * of_users[item]) / 1.01 / of_users[item]) ** prior.power
        added = prior.weight * of_visits
        worth = added if prior.weight else model.popularity * factors
        return (worth if cold else scores * factors + added), worth

    @given(st.integers(0, 20), st.integers(0, N + 1), st.lists(st.integers(-1, N - 1)), st.integers(1, 3))
    def test_the_most_popular_come_however_few_are_looked_through(
        self, seed: int, n: int, excluded: list[int], looked_through: int
    ) -> None:
        model, _ = self.world(seed, 0.0, None)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("doublebill.model.ranking.UNREACHED_PER_N", looked_through)
            eligible = Eligible(model.catalog.available, np.array(excluded, np.int32))
            found = model.ranker.most_popular(n, eligible)
            nothing = model.ranker.most_popular(n, Eligible(np.zeros(self.N, np.bool_)))
        permitted = [i for i in model.ranker.order.tolist() if model.catalog.available[i] and i not in excluded]
        assert found.tolist() == permitted[:n]
        assert nothing.tolist() == []


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
        reached, scores = model.score(self.HISTORY, np.array([1.0, -0.5])).reached()
        found[reached] = scores
        return found

    @pytest.mark.parametrize("damping", [-0.2, 0.0, 0.3, 1.0])
    def test_a_score_is_divided_by_that_power_of_popularity(self, damping: float) -> None:
        plain = np.array([-0.125, 0.5, 0.375, 0.5])
        expected = plain / np.array([1.0, 0.5, 0.1, 0.1]) ** damping  # an item of nobody is as rare as the rarest
        np.testing.assert_allclose(self.scores(self.model(damping)), expected, rtol=1e-6)

    def test_only_popularity_relative_to_the_most_popular_item_counts(self) -> None:
        halved = self.model(0.5, self.POPULARITY / 2)
        np.testing.assert_allclose(self.scores(halved), self.scores(self.model(0.5)), rtol=1e-6)

    @pytest.mark.parametrize("damping", [-0.2, 0.0, 0.7])
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
