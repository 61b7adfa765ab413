"""Strongest: the edges that a target keeps."""

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Ints


def strongest(block: sp.csr_array, first: int, k: int) -> sp.csr_array:
    """The `k` entries of largest |value| of each row, of a block [targets, sources] whose first row is item `first`.

    No item is its own source and an edge of 0 is none. Values are compared, and given back, as single precision has
    them, so that sums in another order break ties alike; ties go to the lower source.
    """
    rows = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))
    values = block.data.astype(np.float32)
    real = (block.indices != rows + first) & (values != 0)
    rows, columns, values = rows[real], block.indices[real], values[real]
    order = np.lexsort((columns, -np.abs(values), rows))
    kept = order[_place_in_row(rows[order], block.shape[0]) < k]
    return sp.csr_array((values[kept].astype(np.float64), (rows[kept], columns[kept])), shape=block.shape)


def _place_in_row(rows: Ints, n_rows: int) -> Ints:
    """[entries] the how-manieth entry of its row each one is, from 0; `rows` ascend."""
    counts = np.bincount(rows, minlength=n_rows)
    return np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
