"""k-support: what fewer than k users have in common reaches no model, whatever kind it is."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doublebill.fit.fit_recommender import fit
from doublebill.fit.linear.gram import Gram
from doublebill.fit.linear.support import Support
from doublebill.fit.order.directed import DirectedGram
from doublebill.fit.order.transitions import transitions
from doublebill.fit.selection.workbench import Workbench
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Edlae, Factors, Knn, Popularity, Prior, Rp3beta
from doublebill.model.interactions import Interactions
from doublebill.model.items import Item
from doublebill.model.recommender import Recommender

ITEMS = 8
IDS = [f"item-{number}" for number in range(ITEMS)]
PLAIN = Catalog.of(IDS, {})
DESCRIBED = Catalog.of(
    IDS, {name: Item(name, tags=("even" if number % 2 else "odd",)) for number, name in enumerate(IDS)}
)

CONFIGS = (
    Config(Knn()),
    Config(Knn("tfidf")),
    Config(Rp3beta()),
    Config(Edlae(2.0)),
    Config(Edlae(2.0, support="cosine"), k=2),
    Config(Edlae(2.0, support="inverse")),
    Config(Edlae(2.0, support="inverse", refit=False)),
    Config(Edlae(2.0, order=0.5)),
    Config(Edlae(2.0), strength="bm25"),
    Config(Factors(dimensions=2, epochs=2)),
    Config(Knn(), transitions=0.5, new_transitions=True),
    Config(Popularity(), prior=Prior()),
    Config(Knn(), liked_edges=0.5, liked_from=3.0),
)

histories = st.lists(
    st.lists(st.integers(0, ITEMS - 1), min_size=1, max_size=ITEMS, unique=True), min_size=1, max_size=12
)


def interactions_of(table: list[list[int]], n_items: int = ITEMS) -> Interactions:
    users = np.repeat(np.arange(len(table)), [len(one) for one in table])
    items = np.array([item for one in table for item in one])
    times = np.array([1_000 + place for one in table for place in range(len(one))])
    return Interactions.of(users, items, 1.0 + items % 3, times, n_items)


def users_of_pairs(interactions: Interactions) -> np.ndarray:
    """[items, items] how many users have both."""
    shape = (interactions.n_users, interactions.n_items)
    have = sp.csr_array((np.ones(len(interactions.items)), interactions.items, interactions.indptr), shape=shape)
    return np.asarray((have.T @ have).toarray())


def edges_of(model: Recommender) -> tuple[np.ndarray, np.ndarray]:
    found = model.neighbours
    return np.repeat(np.arange(len(found.indptr) - 1), np.diff(found.indptr)), found.targets


def check(model: Recommender, interactions: Interactions, k: int) -> None:
    users = users_of_pairs(interactions)
    assert (users[edges_of(model)] >= k).all()
    few = np.diag(users) < k
    assert not model.popularity[few].any()
    assert model.recent is None or not model.recent.counts[few].any()


@pytest.mark.parametrize("config", CONFIGS, ids=str)
@given(table=histories, k=st.integers(2, 4))
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
def test_no_edge_is_of_two_items_that_fewer_than_k_users_have(config: Config, table: list[list[int]], k: int) -> None:
    interactions, config = interactions_of(table), replace(config, minimum_users=k)
    check(fit(PLAIN, interactions, config), interactions, k)
    check(Workbench(PLAIN, interactions).recommender(config), interactions, k)


@pytest.mark.parametrize("config", CONFIGS[:-2], ids=str)
def test_one_user_makes_edges_where_one_is_enough_and_k_users_where_k_are_needed(config: Config) -> None:
    alone, together = [0, 1, 2], [3, 4, 5]
    interactions = interactions_of([alone, [0], [1], *[together] * 3, [3], [4]])
    free = edges_of(fit(PLAIN, interactions, config))
    assert set(alone) & set(free[0])
    kept = edges_of(fit(PLAIN, interactions, replace(config, minimum_users=3)))
    assert set(kept[0]) <= set(together)
    assert len(kept[0])


@given(table=histories, k=st.integers(2, 4))
@settings(max_examples=30)
def test_an_order_counts_where_it_is_that_of_k_users(table: list[list[int]], k: int) -> None:
    interactions = interactions_of(table)
    follow = np.zeros((ITEMS, ITEMS))
    for one in table:
        for place, item in enumerate(one):
            follow[item, one[place + 1 :]] += 1
    found = transitions(interactions, minimum_users=k).toarray()
    assert np.array_equal(found > 0, follow >= k)
    every = np.divmod(np.arange(ITEMS * ITEMS, dtype=np.int32), ITEMS)
    support = Support(np.arange(0, ITEMS * ITEMS + 1, ITEMS), every[1], np.ones(ITEMS * ITEMS, np.float32))
    directed = DirectedGram.of(interactions, Gram.of(interactions, 0.5, np.sign), k).on(support, np.arange(ITEMS))
    assert np.array_equal(directed.reshape(ITEMS, ITEMS).T > 0, follow >= k)


@pytest.mark.parametrize(
    "config", [Config(Knn(), cold_users=5), Config(Edlae(2.0, length_power=0.0, text=3.0), cold_users=5)], ids=str
)
def test_edges_from_metadata_say_nothing_of_the_first_users_of_an_item(config: Config) -> None:
    config, others = replace(config, minimum_users=3), [[0, 2, 4]] * 6 + [[1, 3, 5]] * 6
    without, one, two = (
        fit(DESCRIBED, interactions_of([*others, *[[6]] * count]), config).neighbours for count in (0, 1, 2)
    )
    into_six = [np.flatnonzero(model.targets == 6) for model in (without, one, two)]
    assert len(into_six[0])
    for model, edges in zip((one, two), into_six[1:], strict=True):
        assert np.array_equal(model.values[edges], without.values[into_six[0]])
        assert np.array_equal(model.targets, without.targets)
