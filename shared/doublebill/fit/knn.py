"""Item-based nearest neighbours (Sarwar et al. 2001, doi:10.1145/371920.372071; Deshpande and Karypis 2004)."""

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from doublebill.config import Config
from doublebill.fit.weightings import weighted
from doublebill.interactions import Interactions

BLOCK = 1024
"""Target items whose similarities are held at once."""

DECIMALS = 9
"""Similarities are compared after rounding, so that sums in another order break ties alike."""


def fit_edges(interactions: Interactions, config: Config) -> sp.csr_array:
    """[sources, targets] for every target item the `config.k` source items most similar to it.

    Edges are cut per target, not per source: every item can be reached, and popular sources may have many edges.
    """
    matrix = weighted(interactions, config)
    by_item = matrix.T.tocsr()
    blocks = [
        _strongest(by_item[start : start + BLOCK] @ matrix, start, config.k)
        for start in range(0, interactions.n_items, BLOCK)
    ]
    by_target = sp.vstack(blocks, format="csr") if blocks else sp.csr_array((0, 0))
    return by_target.T.tocsr()


def _strongest(block: sp.csr_array, start: int, k: int) -> sp.csr_array:
    """The `k` largest entries of each row, without the diagonal; ties go to the lower column."""
    rows = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))
    values = np.round(block.data, DECIMALS)
    real = (block.indices != rows + start) & (values > 0)
    rows, columns, values = rows[real], block.indices[real], values[real]
    order = np.lexsort((columns, -values, rows))
    kept = order[_place_in_row(rows[order]) < k]
    return sp.csr_array((values[kept], (rows[kept], columns[kept])), shape=block.shape)


def _place_in_row(rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """[entries] the how-manieth entry of its row each one is; rows come together."""
    first = np.r_[True, rows[1:] != rows[:-1]] if len(rows) else np.zeros(0, bool)
    starts = np.flatnonzero(first)
    return np.arange(len(rows)) - np.repeat(starts, np.diff(np.append(starts, len(rows))))
