"""Top k: the rows of sparse matrices are cut as sorting all entries would cut them."""

import numpy as np
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from doublebill.fit.top_k import CROWDED, strongest_entries, strongest_sources, top_k

VALUES = arrays.arrays(np.float64, (4, 12), elements=st.sampled_from([-2.0, -1.0, 0.0, 0.5, 1.0, 1.0 + 1e-12]))


@given(VALUES, st.integers(1, 5))
def test_entries_are_those_of_sorting_every_row_by_strength_then_column(values: np.ndarray, k: int) -> None:
    rows, columns = np.nonzero(values)
    strengths = np.abs(values[rows, columns])
    kept = top_k(rows, columns, strengths, k)
    expected = []
    for row in range(len(values)):
        present = [entry for entry in range(len(rows)) if rows[entry] == row]
        expected += sorted(present, key=lambda entry: (-strengths[entry], columns[entry]))[:k]
    assert kept.tolist() == expected


def test_entries_without_strength_are_never_kept() -> None:
    rows, columns = np.zeros(3, np.int64), np.arange(3)
    assert top_k(rows, columns, np.array([-1.0, 0.0, 2.0]), 3).tolist() == [2]
    assert top_k(rows[:0], columns[:0], np.zeros(0), 3).tolist() == []


def test_ties_in_crowded_rows_go_to_the_lower_column() -> None:
    k, n = 2, 2 * (CROWDED + 1)
    assert top_k(np.zeros(n, np.int64), np.arange(n)[::-1], np.ones(n), k).tolist() == [n - 1, n - 2]


def test_no_item_is_its_own_source_and_either_sign_counts() -> None:
    block = sp.csr_array(np.array([[9.0, 0.1, -3.0], [0.2, 9.0, 1.0]]))
    assert strongest_sources(block, 0, 1).toarray().tolist() == [[0, 0, -3.0], [0, 0, 1.0]]
    assert strongest_sources(block[:, ::-1], 1, 1).toarray().tolist() == [[0, 0, 9.0], [0, 9.0, 0]]
    assert strongest_sources(block, 1, 2).toarray().tolist() == [[9.0, 0, -3.0], [np.float32(0.2), 9.0, 0]]


def test_values_equal_to_nine_decimals_are_ties_and_keep_their_bits() -> None:
    matrix = sp.csr_array(np.array([[0.5, 0.5 + 1e-12, 0.1]]))
    assert strongest_entries(matrix, 1).toarray().tolist() == [[0.5, 0, 0]]
    assert strongest_entries(matrix, 2).toarray().tolist() == [[0.5, 0.5 + 1e-12, 0]]
