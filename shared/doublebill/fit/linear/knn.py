"""Item-based nearest neighbours (Sarwar et al. 2001, doi:10.1145/371920.372071; Deshpande and Karypis 2004).

The similarity of two items is the product of their columns. Where all entries of a column are equal, as in the cosine
of binary interactions, it is how many users the two share, a whole number, times a factor of each; that takes half the
time. Candidates are found in whatever precision the sums have, with a margin; which of them stay, and in what order, is
decided on rounded similarities in double precision, so neither the precision nor the number of threads shows.
"""

from functools import partial

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Dense, Floats, Ints, Ints32
from doublebill.fit.linear.products import dense_product
from doublebill.fit.linear.weightings import weighted
from doublebill.fit.threads import spread
from doublebill.model.config import Config
from doublebill.model.interactions import Interactions

BLOCK_NUMBERS = 1 << 20
"""Similarities that one thread holds at once."""

DECIMALS = 9
"""Similarities are compared after rounding, so that sums in another order break ties alike."""

RELATIVE_MARGIN = 1e-6
"""Ten times what a product of a whole number and a factor is off in single precision."""

SMALLEST_FACTOR = 1e-30
"""Below it a column is as good as nothing; keeps margins finite."""


def fit_edges(interactions: Interactions, config: Config, threads: int | None = None) -> sp.csr_array:
    """[sources, targets] for every target item the `config.k` source items most similar to it.

    Edges are cut per target, not per source: every item can be reached, and popular sources may have many edges.
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
    """[columns] the one value of each column, or None where some column has several."""
    value = np.zeros(matrix.shape[1])
    value[matrix.indices] = matrix.data
    return value if np.array_equal(value[matrix.indices], matrix.data) else None


Edges = tuple[Ints32, Ints32, Floats]


def _block(by_item: sp.csr_array, matrix: sp.csr_array, factors: Floats, rows: int, k: int, start: int) -> Edges:
    """The targets from `start` on, their sources, the similarities: at most `k` a target, targets together."""
    sums = dense_product(by_item[start : start + rows], matrix)
    targets = np.arange(start, start + len(sums))
    sums[targets - start, targets] = 0
    own = factors[targets]
    rows_of, sources = _candidates(sums, factors, own, k)
    values = np.round(sums[rows_of, sources] * own[rows_of] * factors[sources], DECIMALS)
    order = np.lexsort((sources, -values, rows_of))
    order = order[values[order] > 0]
    kept = order[_place_in_row(rows_of[order]) < k]
    return (rows_of[kept] + start).astype(np.int32), sources[kept].astype(np.int32), values[kept]


def _candidates(sums: Dense, factors: Floats, own: Floats, k: int) -> tuple[Ints, Ints]:
    """Row and column of everything that may be among the `k` largest positive of its row after rounding.

    A row's own factor, `own` [rows], does not change its order and is left out of its scores.
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


def _place_in_row(rows: Ints) -> Ints:
    """[entries] the how-manieth entry of its row each one is; rows come together."""
    first = np.r_[True, rows[1:] != rows[:-1]] if len(rows) else np.zeros(0, bool)
    starts = np.flatnonzero(first)
    return np.arange(len(rows)) - np.repeat(starts, np.diff(np.append(starts, len(rows))))
