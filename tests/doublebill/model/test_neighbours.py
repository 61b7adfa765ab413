"""Neighbours: sparse scoring against a dense oracle."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from doublebill.model.neighbours import Neighbours


def random_neighbours(seed: int, n: int = 30) -> tuple[Neighbours, np.ndarray]:
    random = np.random.default_rng(seed)
    dense = np.where(random.random((n, n)) < 0.2, random.normal(size=(n, n)), 0).astype(np.float32)
    sparse = sp.csr_array(dense)
    scales = random.uniform(0.5, 2.0, n).astype(np.float32)
    edges = (sparse.indptr.astype(np.int64), sparse.indices.astype(np.int32), sparse.data)
    return Neighbours(*edges, scales), dense * scales


@given(st.integers(0, 50), st.lists(st.tuples(st.integers(0, 29), st.floats(-5, 5)), unique_by=lambda entry: entry[0]))
def test_scores_are_those_of_the_dense_product(seed: int, entries: list[tuple[int, float]]) -> None:
    neighbours, dense = random_neighbours(seed)
    history = np.array([item for item, _ in entries], np.int32)
    weights = np.array([weight for _, weight in entries])
    reached, scores = neighbours.score(history, weights).reached()
    expected = weights @ dense[history].astype(float) if len(history) else np.zeros(30)
    assert len(set(reached.tolist())) == len(reached)
    assert set(reached.tolist()) == set(np.flatnonzero(dense[history[weights != 0]].any(axis=0)).tolist())
    np.testing.assert_allclose(scores, expected[reached], atol=1e-5)


@given(st.integers(0, 50))
def test_contributions_are_the_single_products(seed: int) -> None:
    neighbours, dense = random_neighbours(seed)
    history, weights, wanted = (
        np.array([3, 7, 9], np.int32),
        np.array([1.0, -2.0, 0.5]),
        np.array([20, 4, 11], np.int32),
    )
    parts = neighbours.contributions(history, weights, wanted)
    np.testing.assert_allclose(parts, (dense[history][:, wanted] * weights[:, None]).T, atol=1e-5)


def test_nothing_wanted_has_no_contributions() -> None:
    neighbours, _ = random_neighbours(1)
    assert neighbours.contributions(np.array([3], np.int32), np.ones(1), np.zeros(0, np.int32)).shape == (0, 1)


@given(st.integers(0, 50), st.integers(0, 29))
def test_around_an_item_are_its_edges_in_both_directions(seed: int, item: int) -> None:
    neighbours, dense = random_neighbours(seed)
    joined, similarities = neighbours.around(item)
    assert joined.tolist() == np.flatnonzero((dense[item] != 0) | (dense[:, item] != 0)).tolist()
    np.testing.assert_allclose(similarities, ((dense[item] + dense[:, item]) / 2)[joined], atol=1e-6)


@given(
    st.integers(0, 20), st.lists(st.integers(0, 29), unique=True, min_size=1), st.lists(st.integers(0, 29), unique=True)
)
def test_contributions_do_not_depend_on_what_was_asked_before(seed: int, first: list[int], second: list[int]) -> None:
    neighbours, dense = random_neighbours(seed)
    history, weights = np.array([3, 7, 9], np.int32), np.array([1.0, -2.0, 0.5])
    for wanted in (np.array(first, np.int32), np.array(second, np.int32)):
        neighbours.score(history[1:], weights[1:])
        parts = neighbours.contributions(history, weights, wanted)
        np.testing.assert_allclose(parts, (dense[history][:, wanted] * weights[:, None]).T, atol=1e-5)


@given(st.integers(0, 50), st.integers(0, 29), st.integers(0, 9))
def test_around_an_item_are_the_items_it_leads_to_where_enough_of_them_are_alike(seed: int, item: int, n: int) -> None:
    neighbours, dense = random_neighbours(seed)
    means, targets = (dense[item] + dense[:, item]) / 2, np.flatnonzero(dense[item])
    joined, similarities = neighbours.around(item, n)
    if np.count_nonzero(means[targets] > 0) >= n:
        assert joined.tolist() == targets.tolist()
    else:
        assert joined.tolist() == np.flatnonzero((dense[item] != 0) | (dense[:, item] != 0)).tolist()
    np.testing.assert_allclose(similarities, means[joined], atol=1e-6)


@given(st.integers(0, 50), st.integers(0, 29))
def test_each_direction_has_the_edges_of_a_row_or_of_a_column(seed: int, item: int) -> None:
    neighbours, dense = random_neighbours(seed)
    for (items, similarities), edges in (
        (neighbours.led_to(item), dense[item]),
        (neighbours.leading_to(item), dense[:, item]),
    ):
        assert items.tolist() == np.flatnonzero(edges).tolist()
        np.testing.assert_allclose(similarities, edges[items], atol=1e-6)


def test_of_a_hub_only_the_strongest_edges_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    neighbours, dense = random_neighbours(1)
    monkeypatch.setattr("doublebill.model.neighbours.MOST_LOOKED_BACK", 3)
    targets = np.flatnonzero(dense[0])
    assert len(targets) > 3
    assert neighbours.around(0, 1)[0].tolist() == sorted(targets[np.argsort(-dense[0][targets])[:3]])


def test_a_long_history_is_scored_like_a_short_one() -> None:
    n = 300
    dense = np.random.default_rng(1).normal(size=(n, n)).astype(np.float32)
    indptr, targets = np.arange(n + 1, dtype=np.int64) * n, np.tile(np.arange(n, dtype=np.int32), n)
    neighbours = Neighbours(indptr, targets, dense.ravel(), np.ones(n, np.float32))
    weights = np.random.default_rng(2).normal(size=n)
    reached, scores = neighbours.score(np.arange(n, dtype=np.int32), weights).reached()
    np.testing.assert_allclose(scores, (weights @ dense.astype(float))[reached])
