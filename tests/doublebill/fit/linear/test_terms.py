"""Edges drawn towards similarities by metadata, against dense algebra, and the support that these extend."""

import numpy as np
import pytest
import scipy.sparse as sp

from doublebill.fit.linear.edlae import fit_edges
from doublebill.fit.linear.support import Support, with_edges
from doublebill.model.config import Config, Edlae
from doublebill.model.interactions import Interactions

ITEMS = 15


def random_interactions(seed: int, users: int = 40) -> Interactions:
    present = np.argwhere(np.random.default_rng(seed).random((users, ITEMS)) < 0.3)
    return Interactions.of(present[:, 0], present[:, 1], np.ones(len(present)), np.zeros(len(present), int), ITEMS)


def random_similarities(seed: int) -> sp.csr_array:
    random = np.random.default_rng(seed)
    values = random.random((ITEMS, ITEMS)) * (random.random((ITEMS, ITEMS)) < 0.2)
    np.fill_diagonal(values, 0)
    return sp.csr_array(values)


def gram_of(interactions: Interactions) -> np.ndarray:
    whole = np.zeros((interactions.n_users, ITEMS))
    whole[interactions.users_of_entries(), interactions.items] = 1
    weights = np.maximum(whole.sum(axis=1), 1) ** -0.5
    return np.asarray(whole.T @ np.diag(weights / weights.mean()) @ whole)


@pytest.mark.parametrize("way", ["pruned", "cosine", "inverse"])
def test_each_target_is_a_ridge_towards_the_similarities(way: str) -> None:
    interactions, similar = random_interactions(1), random_similarities(1)
    family = Edlae(5.0, 0.2, support=way, scaled=False, text=7.0)  # type: ignore[arg-type]  # one of the three
    found = fit_edges(interactions, Config(family, k=ITEMS), similar).toarray()
    gram = gram_of(interactions)
    regular, aim = gram + np.diag(12 + 0.25 * np.diag(gram)), gram + 7 * similar.toarray()
    for target in range(ITEMS):
        sources = np.flatnonzero(found[:, target])
        assert len(sources) >= ITEMS - 4
        expected = np.linalg.solve(regular[np.ix_(sources, sources)], aim[sources, target])
        np.testing.assert_allclose(found[sources, target], expected, rtol=2e-3, atol=1e-4)


@pytest.mark.parametrize("way", ["pruned", "cosine", "inverse"])
def test_similar_items_have_edges_however_few_there_are(way: str) -> None:
    interactions, similar = random_interactions(2), random_similarities(2)
    family = Edlae(5.0, support=way, scaled=False, text=7.0)  # type: ignore[arg-type]  # one of the three
    found = fit_edges(interactions, Config(family, k=1), similar).toarray()
    assert (found[similar.toarray() > 0] != 0).all()
    assert np.count_nonzero(found) <= similar.nnz + ITEMS


def test_without_similarities_a_weight_of_text_is_refused() -> None:
    with pytest.raises(ValueError, match="the similarities by metadata"):
        fit_edges(random_interactions(3), Config(Edlae(text=1.0)))


def test_a_support_with_further_edges_has_each_once_in_order() -> None:
    support = Support(np.array([0, 2, 2, 3]), np.array([1, 2, 0], np.int32), np.array([3, 2, 1], np.float32))
    more = with_edges(support, np.array([2, 1, 2], np.int32), np.array([1, 2, 0], np.int32))
    assert more.indptr.tolist() == [0, 2, 3, 5]
    assert more.sources.tolist() == [1, 2, 2, 0, 1]
    assert more.strengths.tolist() == [3, 2, 0, 1, 0]
