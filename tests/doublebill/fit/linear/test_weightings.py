"""Weightings against their formulas, written out by hand on a small matrix."""

import numpy as np
import pytest

from doublebill.fit.linear.weightings import weighted
from doublebill.model.config import Config, Edlae, Knn
from doublebill.model.interactions import Interactions

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


def test_length_gives_unit_columns_in_which_long_histories_count_less(interactions: Interactions) -> None:
    counts = dense(interactions)
    raw = np.log1p(counts) / np.sqrt((counts > 0).sum(axis=1))[:, None]
    matrix = weighted(interactions, Config(Knn("length"), saturation="log")).toarray()
    np.testing.assert_allclose(matrix, raw / np.linalg.norm(raw, axis=0), atol=1e-12)


DAY = 86_400_000
NEWEST = 1_700_000_000_000


def dated(ages_days: np.ndarray) -> Interactions:
    """`COUNTS` with these ages in days [entries]; negative for an unknown time."""
    users, items = np.nonzero(COUNTS)
    timestamps = np.where(ages_days < 0, 0, NEWEST - ages_days * DAY).astype(int)
    return Interactions.of(users, items, COUNTS[users, items], timestamps, 3)


AGES = np.array([0.0, 10.0, 20.0, 5.0, 0.5, 40.0, 10.0])


@pytest.mark.parametrize("weighting", ["cosine", "length", "tfidf"])
def test_an_interaction_halves_per_recency_days_before_the_newest(weighting: str) -> None:
    interactions = dated(AGES)
    decay = np.zeros((interactions.n_users, 3))
    ages = (NEWEST - interactions.timestamps) / DAY
    decay[interactions.users_of_entries(), interactions.items] = 0.5 ** (ages / 10)
    plain = weighted(interactions, Config(Knn(weighting), saturation="log")).toarray()
    # what a weighting makes of a column differs by the column's length only, so decay comes before that
    raw = plain * (np.sqrt(decay) if weighting == "tfidf" else decay)
    expected = raw / np.maximum(np.linalg.norm(raw, axis=0), 1e-300)
    matrix = weighted(interactions, Config(Knn(weighting), saturation="log", recency_days=10)).toarray()
    np.testing.assert_allclose(matrix, expected, atol=1e-12)


def test_bm25_sees_decayed_weights() -> None:
    interactions = dated(AGES)
    counts = dense(interactions)
    decay = np.ones_like(counts)
    ages = (NEWEST - interactions.timestamps) / DAY
    decay[interactions.users_of_entries(), interactions.items] = 0.5 ** (ages / 10)
    w = (counts > 0) * decay
    rarity = np.maximum(np.log(3 / (1 + (counts > 0).sum(axis=1))), 0)
    length = 1 - 0.75 + 0.75 * w.sum(axis=0) / w.sum(axis=0).mean()
    expected = w * 2.2 / (1.2 * length + w) * rarity[:, None]
    matrix = weighted(interactions, Config(Knn("bm25"), recency_days=10)).toarray()
    np.testing.assert_allclose(matrix, expected, atol=1e-12)


def test_an_unknown_time_is_as_old_as_the_oldest_known() -> None:
    ages = AGES.copy()
    ages[3] = -1  # unknown
    as_oldest = AGES.copy()
    as_oldest[3] = 40.0
    config = Config(Knn("cosine"), recency_days=10)
    found, expected = (np.sort(weighted(dated(one), config).toarray(), axis=None) for one in (ages, as_oldest))
    np.testing.assert_array_equal(found, expected)


def test_without_times_nothing_decays() -> None:
    undated = dated(np.full(7, -1.0))
    config = Config(Knn("cosine"), recency_days=10)
    np.testing.assert_array_equal(
        weighted(undated, config).toarray(), weighted(undated, Config(Knn("cosine"))).toarray()
    )


def test_the_same_events_later_give_the_same_weights() -> None:
    config = Config(Knn("cosine"), recency_days=3)
    users, items = np.nonzero(COUNTS)
    times = (NEWEST - AGES * DAY).astype(int)
    found = [
        np.sort(weighted(Interactions.of(users, items, COUNTS[users, items], times + later, 3), config).data)
        for later in (0, 1000 * DAY)
    ]
    np.testing.assert_array_equal(*found)


def test_recency_is_for_knn_only() -> None:
    with pytest.raises(ValueError, match="not a config"):
        Config(Edlae(), recency_days=10)
    with pytest.raises(ValueError, match="not a config"):
        Config(Knn(), recency_days=-1)


def test_recency_makes_a_model_not_additive() -> None:
    assert Config(Knn("length")).additive
    assert not Config(Knn("length"), recency_days=10).additive
