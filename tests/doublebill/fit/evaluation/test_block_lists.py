"""Block lists: for every user the list that serving gives, item by item, and every score to its last bit."""

from dataclasses import replace

import numpy as np
import pytest

from doublebill.fit.evaluation import block_lists
from doublebill.fit.evaluation.block_lists import KeptSums, best_columns, lists_in_blocks
from doublebill.fit.fit_recommender import fit
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Edlae, Knn, Prior
from doublebill.model.interactions import Interactions
from doublebill.model.ranking import Eligible
from doublebill.model.recommender import Recommender

N_ITEMS = 40


def random_interactions(seed: int, density: float) -> Interactions:
    random = np.random.default_rng(seed)
    present = np.argwhere(random.random((60, N_ITEMS)) < density)
    times = random.integers(1, 99, len(present))
    return Interactions.of(present[:, 0], present[:, 1], np.ones(len(present)), times, N_ITEMS)


def fitted(config: Config, density: float) -> Recommender:
    catalog = Catalog.of((f"item-{n:02}" for n in range(N_ITEMS)), {})
    available = np.arange(N_ITEMS) % 13 != 5
    return fit(replace(catalog, available=available), random_interactions(1, density), config)


@pytest.mark.parametrize(
    "config",
    [
        Config(Knn("cosine"), k=5),
        Config(Edlae(3.0), k=4, damping=0.3, half_life=2.0),
        Config(Knn("cosine"), k=5, prior=Prior(5.0, 0.0)),
        Config(Knn("cosine"), k=5, damping=0.3, prior=Prior(5.0, 0.5)),
        Config(Knn("cosine"), k=5, prior=Prior(0.0, 1.0)),
    ],
)
@pytest.mark.parametrize("density", [0.02, 0.3])
@pytest.mark.parametrize("n", [5, 100])
def test_lists_and_scores_are_those_of_serving(
    config: Config, density: float, n: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(block_lists, "BLOCK_NUMBERS", 7 * N_ITEMS)
    model, fold_in = fitted(config, density), random_interactions(2, density)
    rows = [slice(*ends) for ends in zip(fold_in.indptr[:-1], fold_in.indptr[1:], strict=True)]
    weights = np.concatenate([config.weigh(fold_in.weights[row], fold_in.timestamps[row]) for row in rows])
    for users, lists, scores in lists_in_blocks(model, fold_in, weights, n):
        for user, items, of_ranks in zip(range(users.start, users.stop), lists, scores, strict=True):
            history = fold_in.items[rows[user]]
            scored = model.score(history, weights[rows[user]])
            served = model.rank(scored, n, Eligible(model.catalog.available, history)).items
            np.testing.assert_array_equal(items[items >= 0], served)
            expected = model.unreached_scores
            reached, values = scored.reached()
            expected[reached] = values
            np.testing.assert_array_equal(of_ranks[model.order_ranker.ranks], expected)


def test_the_first_of_equal_columns_comes_first_and_hidden_ones_never() -> None:
    hidden = -np.inf
    scores = np.array([[0, 2, 0, 0, 2], [hidden, hidden, 1, hidden, hidden], [-1, 0, -2, 0, 0]])
    assert best_columns(scores, 3).tolist() == [[1, 4, 0], [2, -1, -1], [1, 3, 4]]
    assert best_columns(scores, 7)[0].tolist() == [1, 4, 0, 2, 3, -1, -1]


def test_among_many_columns_the_best_are_those_of_a_whole_sort() -> None:
    random = np.random.default_rng(1)
    for largest in (2, 30, 3000):  # from almost all scores equal to almost none
        scores = random.integers(0, largest, (20, 300)).astype(np.float64)
        expected = np.argsort(-scores, axis=1, kind="stable")[:, :7]
        np.testing.assert_array_equal(best_columns(scores, 7), expected)


def test_kept_sums_serve_other_weights_of_items_and_no_other_histories_or_edges() -> None:
    model, fold_in = fitted(Config(Edlae(3.0), k=4), 0.3), random_interactions(2, 0.3)
    prior = fitted(Config(Edlae(3.0), k=4, prior=Prior(5.0, 0.5)), 0.3)
    prior, others = replace(prior, neighbours=model.neighbours), fitted(Config(Edlae(1.0), k=4), 0.3)
    damped, once = replace(model, config=replace(model.config, damping=0.5)), np.ones(len(fold_in.items))
    kept = KeptSums()
    for one, weights in (
        (model, once),
        (damped, once),
        (damped, 2 * once),
        (prior, 2 * once),
        (model, once),
        (others, once),
    ):
        alone = lists_in_blocks(one, fold_in, weights, 5)
        for (_, lists, scores), (_, expected, exact) in zip(
            lists_in_blocks(one, fold_in, weights, 5, kept), alone, strict=True
        ):
            np.testing.assert_array_equal(lists, expected)
            np.testing.assert_array_equal(scores, exact)
