"""Quantising: how far a byte is off, what is dropped, and the forms that keep more."""

from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from doublebill.fit.quantise import LARGEST, quantise
from doublebill.model.neighbours import Neighbours

squares = hnp.arrays(np.float64, (5, 5), elements=st.one_of(st.just(0.0), st.floats(-1e3, 1e3, width=16)))


def dense(neighbours: Neighbours) -> np.ndarray:
    """[sources, targets]"""
    shape = (neighbours.n_items, neighbours.n_items)
    return sp.csr_array((neighbours.similarities, neighbours.targets, neighbours.indptr), shape=shape).toarray()


@given(squares)
def test_a_byte_is_off_by_no_more_than_half_a_step_of_its_target_s_largest(edges: np.ndarray) -> None:
    largest = np.abs(edges).max(axis=0)
    found = dense(quantise(sp.csr_array(edges), "int8"))
    assert (np.abs(found - edges) <= largest / LARGEST / 2 + 1e-6 * largest).all()


@given(squares)
def test_the_largest_of_each_target_takes_all_steps_and_keeps_its_sign(edges: np.ndarray) -> None:
    neighbours = quantise(sp.csr_array(edges), "int8")
    assert neighbours.values.dtype == np.int8
    steps = np.zeros(edges.shape, int)
    steps[np.repeat(np.arange(5), np.diff(neighbours.indptr)), neighbours.targets] = neighbours.values
    np.testing.assert_array_equal(np.abs(steps).max(axis=0), np.where(edges.any(axis=0), LARGEST, 0))
    assert (np.sign(steps) * np.sign(edges) >= 0).all()


@pytest.mark.parametrize("values", ["int8", "float16", "float32"])
@given(edges=squares)
def test_targets_ascend_within_a_source_whatever_their_order_was(values: Any, edges: np.ndarray) -> None:
    matrix = sp.csr_array(edges)
    for start, end in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True):
        matrix.indices[start:end] = matrix.indices[start:end][::-1]
        matrix.data[start:end] = matrix.data[start:end][::-1]
    matrix.has_sorted_indices = False
    neighbours, expected = quantise(matrix, values), quantise(sp.csr_array(edges), values)
    for name, array in expected.to_arrays().items():
        np.testing.assert_array_equal(neighbours.to_arrays()[name], array)
    rows = np.repeat(np.arange(5), np.diff(neighbours.indptr))
    assert (np.diff(rows * 5 + neighbours.targets) > 0).all()


def test_what_rounds_to_no_step_is_dropped() -> None:
    neighbours = quantise(sp.csr_array(np.array([[0.0, 1.0], [0.0, 0.003]])), "int8")
    assert (neighbours.indptr.tolist(), neighbours.targets.tolist()) == ([0, 1, 1], [1])
    kept = quantise(sp.csr_array(np.array([[0.0, 1.0], [0.0, 0.005]])), "int8")
    assert kept.values.tolist() == [127, 1]


def test_a_target_without_edges_has_a_scale_all_the_same() -> None:
    neighbours = quantise(sp.csr_array(np.array([[0.0, 2.0], [0.0, 0.0]])), "int8")
    np.testing.assert_allclose(neighbours.scales, [1.0, 2 / LARGEST])


@pytest.mark.parametrize(("values", "digits"), [("float16", 11), ("float32", 24)])
@given(edges=squares)
def test_floats_keep_every_edge_as_precisely_as_they_are(values: Any, digits: int, edges: np.ndarray) -> None:
    edges = edges / 3
    matrix = sp.csr_array(edges)
    neighbours = quantise(matrix, values)
    assert neighbours.values.dtype == np.dtype(values)
    assert len(neighbours.targets) == matrix.nnz
    assert (neighbours.scales == 1).all()
    assert (np.abs(dense(neighbours) - edges) <= np.abs(edges) * 2.0**-digits + 2.0**-25).all()


@pytest.mark.parametrize("values", ["int8", "float16", "float32"])
@pytest.mark.parametrize("n_items", [0, 3])
def test_no_edges_are_neighbours_too(values: Any, n_items: int) -> None:
    neighbours = quantise(sp.csr_array((n_items, n_items), dtype=np.float64), values)
    assert (neighbours.n_items, len(neighbours.values), len(neighbours.scales)) == (n_items, 0, n_items)
    assert (neighbours.scales > 0).all()


def test_the_edges_stay_unchanged_where_some_round_to_nothing() -> None:
    edges = sp.csr_array(np.array([[0, 1e-9, 1.0], [1.0, 0, 1e-9], [1e-9, 1.0, 0]]))
    before = edges.toarray()
    first, again = quantise(edges, "int8"), quantise(edges, "int8")
    assert np.array_equal(edges.toarray(), before)
    assert len(first.targets) == 3
    assert np.array_equal(first.targets, again.targets)
