"""Products: sparse matrices multiplied into dense rows, the inner loop of all comparisons of items.

Row i of L R is the sum of the rows of R that L's row i names. They are copied one after the other and then added up in
one dense row, which costs about 2 ns a multiplication where scipy's sparse product, which has to find out which columns
occur, takes 4 to 15 ns.
"""

from collections.abc import Iterator

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Dense, Ints

BATCH = 1 << 18
"""Entries copied at once: few enough for a processor cache, enough to make calls cheap."""


def dense_product(left: sp.csr_array, right: sp.csr_array) -> Dense:
    """Returns left @ right [left's rows, right's columns] in the dtype of `right`; that of `left` is the same or bool.

    All entries of a bool matrix are True. A bool `left` adds unscaled rows of `right`; two bool matrices give counts of
    common rows as float32, exact up to 2²⁴.
    """
    pattern = right.dtype == bool
    product: Dense = np.empty((left.shape[0], right.shape[1]), np.float32 if pattern else right.dtype)
    lengths = np.diff(right.indptr)
    ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths[left.indices], dtype=np.int64)])[left.indptr]
    ones = np.ones(int(np.diff(ends).max(initial=BATCH)) if pattern else 0, np.float32)
    for start, stop in _batches(ends):
        entries = slice(left.indptr[start], left.indptr[stop])
        copied = right[left.indices[entries]]
        values = ones[: copied.nnz] if pattern else copied.data
        if left.dtype != bool:
            values = values * np.repeat(left.data[entries], np.diff(copied.indptr))
        shape = (stop - start, right.shape[1])
        indptr = (ends[start : stop + 1] - ends[start]).astype(copied.indices.dtype)
        sp.csr_array((values, copied.indices, indptr), shape=shape).toarray(out=product[start:stop])
    return product


def _batches(ends: Ints) -> Iterator[tuple[int, int]]:
    """Yields ranges of rows, first and after the last, with at most BATCH entries together, or one row with more."""
    start = 0
    while start < len(ends) - 1:
        stop = max(int(np.searchsorted(ends, ends[start] + BATCH, side="right")) - 1, start + 1)
        yield start, stop
        start = stop
