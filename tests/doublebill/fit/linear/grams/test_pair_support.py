"""The pairs that enough users have, against counting them, from each form of a gram."""

import numpy as np
import pytest

from doublebill.fit.linear.grams import gram_matrix, pair_support
from doublebill.fit.linear.grams.pair_support import PairSupport
from doublebill.model.interactions import Interactions

ITEMS = 30


def random_interactions(seed: int, users: int = 60) -> Interactions:
    random = np.random.default_rng(seed)
    present = np.argwhere(random.random((users, ITEMS)) < 0.2)
    weights = random.integers(1, 9, len(present)).astype(float)
    return Interactions.of(present[:, 0], present[:, 1], weights, np.zeros(len(present), int), ITEMS)


def oracle(interactions: Interactions, minimum_users: int) -> np.ndarray:
    have = np.zeros((interactions.n_users, ITEMS), int)
    have[interactions.users_of_entries(), interactions.items] = 1
    enough = have.T @ have >= minimum_users
    np.fill_diagonal(enough, False)
    return np.asarray(enough)


@pytest.mark.parametrize("form", ["dense", "sparse", "large"])
@pytest.mark.parametrize("minimum_users", [2, 3, 5])
def test_they_are_those_that_so_many_users_have(form: str, minimum_users: int, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = {"dense": {}, "sparse": {"FEW_ITEMS": 0, "MOST_PAIRS": 10**9}, "large": {"FEW_ITEMS": 0, "MOST_PAIRS": 0}}
    for name, value in limits[form].items():
        monkeypatch.setattr(gram_matrix, name, value)
    if form == "large":
        monkeypatch.setattr(gram_matrix, "HEAD_ITEMS", 5)
    interactions = random_interactions(minimum_users)
    found = PairSupport.of(interactions, minimum_users)
    assert np.array_equal(found.rows(0, ITEMS), oracle(interactions, minimum_users))


@pytest.mark.parametrize(("at_once", "crowded"), [(1, 16), (90, 1), (90, 10**6), (1 << 23, 16)])
def test_edges_are_looked_up_in_any_number_of_bands(
    at_once: int, crowded: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pair_support, "LOOKED_UP", at_once)
    monkeypatch.setattr(pair_support, "CROWDED", crowded)
    interactions = random_interactions(7)
    enough, random = oracle(interactions, 3), np.random.default_rng(1)
    edges = np.argwhere(random.random((ITEMS, ITEMS)) < 0.3)
    found = PairSupport.of(interactions, 3)
    assert np.array_equal(found.has(edges[:, 1], edges[:, 0]), enough[edges[:, 0], edges[:, 1]])
    items = np.array([2, 3, 11, 29])
    assert np.array_equal(found.among(items).rows(0, 4), enough[np.ix_(items, items)])
