"""Item-based nearest neighbours (Sarwar et al. 2001, doi:10.1145/371920.372071; Deshpande and Karypis 2004).

The similarity of two items is the product of their columns. Where all entries of each column are equal, as in the
cosine of binary interactions, it is their number of common users times a factor of each item, which takes half the
time. Candidates are found in the precision of the sums, with a margin, and chosen by rounded similarities in double
precision, so that neither precision nor the number of threads changes the result.
"""

from functools import partial

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Dense, Floats, Ints, Ints32
from doublebill.fit.linear.products import dense_product
from doublebill.fit.linear.weightings import weighted
from doublebill.fit.threads import spread
from doublebill.fit.top_k import DECIMALS, top_k
from doublebill.model.config import Config
from doublebill.model.interactions import Interactions

BLOCK_NUMBERS = 1 << 20
"""Similarities that one thread has in memory at once."""

RELATIVE_MARGIN = 1e-6
"""Ten times the relative error of a product of an integer and a factor in single precision."""

SMALLEST_FACTOR = 1e-30
"""Least factor in a margin; keeps margins finite."""


def fit_edges(interactions: Interactions, config: Config, threads: int | None = None) -> sp.csr_array:
    """Fits [sources, targets] the `config.k` most similar sources of every target.

    Edges are cut per target, not per source, so that every item can be recommended.
    """
    n = interactions.n_items
    matrix = weighted(interactions, config)
    factors = _constant_columns(matrix)
    if factors is None:
        factors = np.ones(n)
    else:
        matrix = sp.csr_array((np.ones(matrix.nnz, bool), matrix.indices, matrix.indptr), shape=matrix.shape)
    by_item = matrix.T.tocsr()
    rows = max(BLOCK_NUMBERS // max(n, 1), 1)
    block = partial(_block, by_item, matrix, factors, rows, config.k)
    found = list(spread(block, range(0, n, rows), threads))
    if not found:
        return sp.csr_array((n, n))
    targets, sources, values = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return sp.csr_array((values, (sources, targets)), shape=(n, n))


def _constant_columns(matrix: sp.csr_array) -> Floats | None:
    """Returns [columns] the one value of each column, or None where a column has several."""
    value = np.zeros(matrix.shape[1])
    value[matrix.indices] = matrix.data
    return value if np.array_equal(value[matrix.indices], matrix.data) else None


Edges = tuple[Ints32, Ints32, Floats]


def _block(by_item: sp.csr_array, matrix: sp.csr_array, factors: Floats, rows: int, k: int, start: int) -> Edges:
    """Returns edges of the targets from `start` on, at most `k` each: targets, sources, similarities."""
    sums = dense_product(by_item[start : start + rows], matrix)
    targets = np.arange(start, start + len(sums))
    sums[targets - start, targets] = 0
    own = factors[targets]
    rows_of, sources = _candidates(sums, factors, own, k)
    values = np.round(sums[rows_of, sources] * own[rows_of] * factors[sources], DECIMALS)
    kept = top_k(rows_of, sources, values, k)
    return (rows_of[kept] + start).astype(np.int32), sources[kept].astype(np.int32), values[kept]


def _candidates(sums: Dense, factors: Floats, own: Floats, k: int) -> tuple[Ints, Ints]:
    """Returns rows and columns of all entries that may be among the `k` largest positive of their row after rounding.

    `own` [rows] is the factor of the row itself; it does not change the order within the row.
    """
    scores = sums * factors.astype(sums.dtype)
    n = scores.shape[1]
    found = scores > 0
    if k < n:
        least = np.partition(scores, n - k, axis=1)[:, n - k].astype(np.float64)
        least -= RELATIVE_MARGIN * least + 10.0**-DECIMALS / np.maximum(own, SMALLEST_FACTOR)
        found &= scores >= least[:, np.newaxis].astype(sums.dtype)
    rows, columns = np.divmod(np.flatnonzero(found), n)
    return rows, columns
