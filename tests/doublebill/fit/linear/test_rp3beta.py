"""RP³β: every walk counted by plain loops, and under the model contract."""

import numpy as np
import pytest

from doublebill.fit.linear import rp3beta as module
from doublebill.fit.linear.rp3beta import fit_edges
from doublebill.model.config import Config, Rp3beta
from doublebill.model.interactions import Interactions
from model_contract import ModelContract


class TestRp3beta(ModelContract):
    config = Config(Rp3beta(alpha=1.0, beta=0.3))


class TestRp3betaOfLog(ModelContract):
    config = Config(Rp3beta(alpha=0.7, beta=0.0), saturation="log")


def random_interactions(seed: int, users: int = 40, items: int = 25) -> Interactions:
    random = np.random.default_rng(seed)
    present = np.argwhere(random.random((users, items)) < 0.2)
    weights = random.integers(1, 6, len(present)).astype(float)
    return Interactions.of(present[:, 0], present[:, 1], weights, np.zeros(len(present), int), items)


def oracle(interactions: Interactions, alpha: float, beta: float, k: int) -> np.ndarray:
    """[sources, targets] walk by walk; for every target the `k` sources of largest B √d."""
    whole = np.zeros((interactions.n_users, interactions.n_items))
    whole[interactions.users_of_entries(), interactions.items] = np.log1p(interactions.weights.astype(float))
    by_user, by_item = whole.sum(axis=1), whole.sum(axis=0)
    walks = np.zeros((interactions.n_items, interactions.n_items))
    for user in range(interactions.n_users):
        for source in np.flatnonzero(whole[user]):
            for target in np.flatnonzero(whole[user]):
                there, on = whole[user, source] / by_item[source], whole[user, target] / by_user[user]
                walks[source, target] += (source != target) * there**alpha * on**alpha / by_item[target] ** beta
    kept = np.zeros_like(walks)
    for target in range(interactions.n_items):
        felt = walks[:, target] * np.sqrt(by_item)
        strongest = sorted(np.flatnonzero(walks[:, target]), key=lambda source: (-felt[source], source))[:k]
        kept[strongest, target] = walks[strongest, target]
    return kept / kept.max()


@pytest.mark.parametrize(("alpha", "beta"), [(1.0, 0.0), (1.0, 0.6), (0.5, 0.3), (0.0, 1.0)])
@pytest.mark.parametrize("k", [1, 4, 1000])
def test_the_blocked_kernel_counts_the_walks_of_the_slow_oracle(
    alpha: float, beta: float, k: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BLOCK", 6)
    interactions = random_interactions(seed=k)
    found = fit_edges(interactions, Config(Rp3beta(alpha, beta), saturation="log", k=k)).toarray()
    np.testing.assert_allclose(found, oracle(interactions, alpha, beta, k), rtol=1e-5)


def test_by_beta_the_popular_attract_less() -> None:
    def share_of_the_popular(beta: float) -> float:
        users, items = np.array([0, 0, 0, 1, 1, 2, 3]), np.array([0, 1, 2, 0, 1, 1, 1])
        interactions = Interactions.of(users, items, np.ones(7), np.zeros(7, int), 3)
        edges = fit_edges(interactions, Config(Rp3beta(1.0, beta))).toarray()
        return float(edges[0, 1] / edges[0].sum())

    assert share_of_the_popular(0.0) > share_of_the_popular(0.5) > share_of_the_popular(1.0)


def test_a_target_does_not_keep_a_rare_source_before_a_common_one() -> None:
    # item 2 leads to item 0 through its one user half the time, items 1 and 3 through eight users a third of it
    users, items = np.array([0, 0, *np.repeat(np.arange(1, 9), 3)]), np.array([0, 2, *[0, 1, 3] * 8])
    interactions = Interactions.of(users, items, np.ones(26), np.zeros(26, int), 4)
    assert np.flatnonzero(fit_edges(interactions, Config(Rp3beta(), k=1)).toarray()[:, 0]).tolist() == [1]


def test_a_catalog_without_interactions_has_items_without_neighbours() -> None:
    none = np.zeros(0, int)
    found = fit_edges(Interactions.of(none, none, np.zeros(0), none, 3), Config(Rp3beta()))
    assert found.shape == (3, 3)
    assert found.nnz == 0
