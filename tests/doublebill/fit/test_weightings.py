"""Weightings against their formulas, written out by hand on a small matrix."""

import numpy as np
import pytest

from doublebill.config import Config, Knn
from doublebill.fit.weightings import weighted
from doublebill.interactions import Interactions

COUNTS = np.array([[1.0, 4.0, 0.0], [2.0, 0.0, 0.0], [1.0, 1.0, 9.0], [0.0, 3.0, 0.0]])


@pytest.fixture
def interactions() -> Interactions:
    users, items = np.nonzero(COUNTS)
    return Interactions.of(users, items, COUNTS[users, items], np.zeros(len(users), int), 3)


def dense(interactions: Interactions) -> np.ndarray:
    """The counts in the matrix's own order of users."""
    whole = np.zeros((interactions.n_users, interactions.n_items))
    whole[interactions.users_of_entries(), interactions.items] = interactions.weights
    return whole


def test_cosine_gives_columns_of_length_one(interactions: Interactions) -> None:
    matrix = weighted(interactions, Config(Knn("cosine"), saturation="log")).toarray()
    np.testing.assert_allclose((matrix**2).sum(axis=0), 1)
    np.testing.assert_allclose(
        matrix, np.log1p(dense(interactions)) / np.linalg.norm(np.log1p(dense(interactions)), axis=0)
    )


def test_tfidf_counts_less_for_users_with_many_items(interactions: Interactions) -> None:
    counts = dense(interactions)
    rarity = np.maximum(np.log(3 / (1 + (counts > 0).sum(axis=1))), 0)
    raw = (counts > 0) * rarity[:, None]
    expected = raw / np.maximum(np.linalg.norm(raw, axis=0), 1e-300)
    np.testing.assert_allclose(
        weighted(interactions, Config(Knn("tfidf"), saturation="binary")).toarray(), expected, atol=1e-12
    )


def test_bm25_saturates_and_discounts_long_items(interactions: Interactions) -> None:
    counts = dense(interactions)
    w = np.log1p(counts)
    rarity = np.maximum(np.log(3 / (1 + (counts > 0).sum(axis=1))), 0)
    length = 1 - 0.75 + 0.75 * w.sum(axis=0) / w.sum(axis=0).mean()
    expected = w * 2.2 / (1.2 * length + w) * rarity[:, None]
    np.testing.assert_allclose(
        weighted(interactions, Config(Knn("bm25"), saturation="log")).toarray(), expected, atol=1e-12
    )
