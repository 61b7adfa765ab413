"""Item-based nearest neighbours (Sarwar et al. 2001, doi:10.1145/371920.372071; Deshpande and Karypis 2004).

The similarity of two items is the product of their columns. Where all entries of each column are equal, as in the
cosine of binary interactions, it is their number of common users times a factor of each item, which takes half the
time, and which other machines may have counted. Candidates are found in the precision of the sums, with a margin, and
chosen by rounded similarities in double precision, so that neither precision nor the number of threads changes the
result.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Dense, Floats, Ints, Ints32, Mask
from doublebill.fit.linear.grams.common_users import CommonUsers
from doublebill.fit.linear.grams.pair_support import PairSupport
from doublebill.fit.linear.grams.shared_grams import SharedGrams
from doublebill.fit.linear.products import dense_product
from doublebill.fit.linear.weightings import weighted
from doublebill.fit.threads import spread
from doublebill.fit.top_k import DECIMALS, top_k
from doublebill.model.config import Config
from doublebill.model.interactions import Interactions
from doublebill.model.ranking import bounds

BLOCK_NUMBERS = 1 << 20
"""Similarities that one thread has in memory at once."""

RELATIVE_MARGIN = 1e-6
"""Ten times the relative error of a product of an integer and a factor in single precision."""

SMALLEST_FACTOR = 1e-30
"""Least factor in a margin; keeps margins finite."""


def fit_edges(
    interactions: Interactions,
    config: Config,
    shared: SharedGrams | None = None,
    whole: Interactions | None = None,
    threads: int | None = None,
) -> sp.csr_array:
    """Fits [sources, targets] the `config.k` most similar sources of every target.

    Edges are cut per target, not per source, so that every item can be recommended. `shared` keeps the pairs with
    enough users for other configs; there they are known by the `whole` interactions.
    """
    n, shared = interactions.n_items, shared or SharedGrams()
    matrix = weighted(interactions, config)
    factors = _constant_columns(matrix)
    if factors is None:
        factors, products = np.ones(n), _products_of(matrix)
        few = partial(_unsupported, shared.supported(interactions, config, whole or interactions))
    else:
        few = partial(_of_too_few, config.minimum_users)
        ones = sp.csr_array((np.ones(matrix.nnz, bool), matrix.indices, matrix.indptr), shape=matrix.shape)
        elsewhere = shared.summing.elsewhere
        products = CommonUsers.of(interactions, shared.summing).rows if elsewhere else _products_of(ones)
    rows = max(BLOCK_NUMBERS // max(n, 1), 1)
    block = partial(_block, products, factors, rows, config.k, few)
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


Products = Callable[[int, int], Dense]
"""Returns the products [rows from start to stop, items] of the columns of items, without factors."""


def _products_of(matrix: sp.csr_array) -> Products:
    """Returns the products of the columns of a matrix [users, items]."""
    by_item = matrix.T.tocsr()
    return lambda start, stop: dense_product(by_item[start:stop], matrix)


Edges = tuple[Ints32, Ints32, Floats]


Few = Callable[[Dense, int], Mask]
"""Returns [rows, items] the pairs of too few users, of some products [rows, items] and the item of the first row."""


def _of_too_few(minimum_users: int, users: Dense, _: int) -> Mask:
    """Returns the pairs of too few users from the numbers of users."""
    return np.asarray(users < minimum_users)


def _unsupported(supported: PairSupport | None, sums: Dense, first: int) -> Mask:
    """Returns the pairs of too few users; none where one user is enough."""
    return np.zeros(sums.shape, bool) if supported is None else ~supported.rows(first, first + len(sums))


def _block(
    products: Products,
    factors: Floats,
    rows: int,
    k: int,
    few: Few,
    start: int,
) -> Edges:
    """Returns edges of the targets from `start` on, at most `k` each: targets, sources, similarities."""
    sums = products(start, start + rows)
    targets = np.arange(start, start + len(sums))
    sums[targets - start, targets] = 0
    sums[few(sums, start)] = 0
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
        least = bounds(scores, k).astype(np.float64)
        least -= RELATIVE_MARGIN * least + 10.0**-DECIMALS / np.maximum(own, SMALLEST_FACTOR)
        found &= scores >= least[:, np.newaxis].astype(sums.dtype)
    rows, columns = np.divmod(np.flatnonzero(found), n)
    return rows, columns
