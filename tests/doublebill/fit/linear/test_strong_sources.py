"""Strong sources: edges lead from what somebody plays a lot, to whatever such people have."""

import numpy as np

from doublebill.fit.fit_recommender import fit
from doublebill.fit.linear.gram import Gram
from doublebill.fit.linear.strong_sources import sums_on
from doublebill.fit.linear.support import Support
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Edlae
from doublebill.model.interactions import Interactions

X, Y = 0, 1
N_ITEMS = 8


def listeners() -> Interactions:
    """All listen to X and Y: those who play X a lot have two of items 2 to 4, the others two of items 5 to 7."""
    rows = []
    for user in range(30):
        of_x = user % 2 == 0
        rows += [(user, X, 500 if of_x else 1), (user, Y, 1 if of_x else 500)]
        rows += [(user, (2 if of_x else 5) + (user // 2 + step) % 3, 90) for step in range(2)]
    users, items, weights = np.array(rows).T
    return Interactions.of(users, items, weights, np.zeros(len(rows), np.int64), N_ITEMS)


def test_the_sums_are_those_of_strong_sources_and_targets_that_count_once() -> None:
    interactions = listeners()
    gram = Gram.of(interactions, 0.5, lambda weights: weights / 100.0)
    active = np.array([0, 1, 3, 6])
    support = Support(np.array([0, 1, 2, 4, 5]), np.array([1, 0, 0, 1, 1], np.int32), np.ones(5, np.float32))
    strong = gram.terms.toarray() / 1024
    weights = gram.weights / gram.weights.mean()
    dense = strong.T @ (weights[:, np.newaxis] * (strong > 0))
    expected = [
        dense[active[source], active[target]] for source, target in zip(support.sources, support.targets, strict=True)
    ]
    assert np.allclose(sums_on(gram, support, active), expected, rtol=1e-5)


def test_who_plays_one_a_lot_gets_what_such_people_have() -> None:
    catalog = Catalog.of((f"item-{n}" for n in range(N_ITEMS)), {})
    history, times = np.array([X, Y]), np.zeros(2, np.int64)
    for strength, apart in (("none", False), ("bm25", True), ("log", True)):
        config = Config(Edlae(10.0), k=8, strength=strength)  # type: ignore[arg-type]  # one of the three
        model = fit(catalog, listeners(), config)
        lists = [
            model.recommend(history, config.weigh(np.array(weights), times), 3, history).items.tolist()
            for weights in ([500.0, 1.0], [1.0, 500.0])
        ]
        assert (sorted(lists[0]) == [2, 3, 4] and sorted(lists[1]) == [5, 6, 7]) is apart
        assert (lists[0] != lists[1]) is apart
