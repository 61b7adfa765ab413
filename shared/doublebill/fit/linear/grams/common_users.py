"""Common users: how many users every two items have in common, as the sums of a binary gram."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Dense
from doublebill.fit.linear.gram import Gram
from doublebill.fit.linear.grams.gram_matrix import HEAD_ITEMS
from doublebill.fit.linear.grams.symmetric_rows import SymmetricRows
from doublebill.fit.linear.sums.summing import Summing
from doublebill.model.interactions import Interactions


@dataclass(frozen=True, eq=False)
class CommonUsers:
    """The numbers of common users of every two items, whole where that takes little memory, else without zeros."""

    counts: Dense | SymmetricRows
    """[n_items, n_items] float32, exact up to 2²⁴ users."""

    @classmethod
    def of(cls, interactions: Interactions, summing: Summing) -> "CommonUsers":
        """Returns the numbers of all items of the interactions."""
        gram, every = Gram.of(interactions, 0.0, np.sign, summing=summing), np.arange(interactions.n_items)
        if interactions.n_items <= HEAD_ITEMS:
            return cls(gram.dense(every))
        return cls(SymmetricRows.of(gram.upper(every)))

    def rows(self, start: int, stop: int) -> Dense:
        """Returns [items from start to stop, n_items] their numbers, as a copy."""
        if not isinstance(self.counts, SymmetricRows):
            return self.counts[start:stop].copy()
        rows, n_items = self.counts, len(self.counts.starts) - 1
        stop = min(stop, n_items)
        entries = slice(rows.starts[start], rows.starts[stop])
        indptr = rows.starts[start : stop + 1] - rows.starts[start]
        shape = (stop - start, n_items)
        return sp.csr_array(
            (rows.values[entries], rows.columns[entries].astype(np.int32), indptr), shape=shape
        ).toarray()
