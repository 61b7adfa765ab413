"""Top k: the strongest entries of each row, the one rule by which sparse rows are cut.

Strengths are rounded before they are compared, so that sums taken in another order break ties alike.
"""

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Integers, Ints, Numbers

DECIMALS = 9
"""Cosines and their sums are rounded to so many decimals."""

CROWDED = 2
"""Rows with more than so many times `k` entries are partitioned first: sorting them whole takes ten times as long."""


def top_k(rows: Ints, columns: Integers, strengths: Numbers, k: int) -> Ints:
    """Returns the entries [kept] with the `k` largest strengths above 0 of each row, strongest first.

    `rows`, ascending, `columns` and `strengths` are [entries]. Ties go to the lower column.
    """
    counts = np.bincount(rows)
    ends = np.cumsum(counts)
    least = np.zeros(len(counts))
    for row in np.flatnonzero(counts > CROWDED * k):
        of_row = strengths[ends[row] - counts[row] : ends[row]]
        least[row] = np.partition(of_row, len(of_row) - k)[len(of_row) - k]
    eligible = np.flatnonzero((strengths > 0) & (strengths >= least[rows]))
    order = eligible[np.lexsort((columns[eligible], -strengths[eligible], rows[eligible]))]
    ranks = np.arange(len(order)) - np.searchsorted(rows[order], rows[order])
    return order[ranks < k]


def strongest_sources(block: sp.csr_array, first: int, k: int) -> sp.csr_array:
    """Returns the `k` entries of largest |value| in each row of a block [targets, sources], in single precision.

    The block's first row is item `first`; no item is its own source.
    """
    rows, values = _rows(block), block.data.astype(np.float32)
    strengths = np.where(block.indices == rows + first, 0, np.abs(values))
    kept = top_k(rows, block.indices, strengths, k)
    return sp.csr_array((values[kept].astype(np.float64), (rows[kept], block.indices[kept])), shape=block.shape)


def strongest_entries(matrix: sp.csr_array, k: int) -> sp.csr_array:
    """Returns the `k` entries of largest |value|, compared to `DECIMALS`, in each row of a matrix."""
    rows = _rows(matrix)
    kept = top_k(rows, matrix.indices, np.abs(np.round(matrix.data, DECIMALS)), k)
    return sp.csr_array((matrix.data[kept], (rows[kept], matrix.indices[kept])), shape=matrix.shape)


def _rows(matrix: sp.csr_array) -> Ints:
    """Returns [entries] the row of each entry."""
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
