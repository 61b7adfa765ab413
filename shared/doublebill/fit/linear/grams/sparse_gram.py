"""Sparse gram matrices: of many items few pairs of which have users in common, and which take little memory.

All pairs with users in common are kept in sparse rows, and those of the most popular items in a dense block as well:
popular items are sources of most targets, and their sparse rows are long.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Ints, Items, Matrix
from doublebill.fit.linear.gram import Gram
from doublebill.fit.linear.support import Strengths, strengths_of_pairs

HEAD_ITEMS = 4_000
"""Most popular items, whose block is dense: 64 MB."""

BAND = 512
"""Targets whose strengths are in memory at once."""

TURNED_ROWS = 2048
"""Rows of a triangle that are turned into columns at once."""


@dataclass(frozen=True, eq=False)
class SparseGram:
    """A gram matrix of which only pairs with users in common are in memory."""

    head: Ints
    """[n_items] the row of each item in `dense`, or -1."""
    dense: Matrix
    """[popular, popular]"""
    whole: sp.csr_array
    """[n_items, n_items] float32, with ascending columns."""

    @classmethod
    def of(cls, gram: Gram, active: Ints) -> "SparseGram":
        """Returns the gram matrix of the `active` items."""
        whole = symmetric(gram.upper(active))
        counts = gram.popularity()[active]
        popular = np.sort(np.lexsort((active, -counts))[:HEAD_ITEMS])
        head = np.full(len(active), -1, np.int64)
        head[popular] = np.arange(len(popular))
        return cls(head, cast(Matrix, whole[popular][:, popular].toarray()), whole)

    @property
    def diagonal(self) -> Matrix:
        """Returns [n_items] G_ii."""
        return np.asarray(self.whole.diagonal())

    @property
    def nbytes(self) -> int:
        """Returns the bytes that it has in memory."""
        return int(self.dense.nbytes + self.whole.data.nbytes + self.whole.indices.nbytes)

    def system(self, sources: Items, target: int) -> tuple[Matrix, Matrix]:
        """Returns G [sources, sources], symmetric, and G [sources, target] of sources without the target."""
        both = self._among(np.append(sources, target))
        return both[:-1, :-1], both[:-1, -1]

    def _among(self, items: Ints) -> Matrix:
        """Returns G [items, items] of different items."""
        places = self.head[items]
        popular, rare = np.flatnonzero(places >= 0), np.flatnonzero(places < 0)
        block = self.dense.ravel().take(np.add.outer(places[popular] * len(self.dense), places[popular]))
        if not len(rare):
            return block
        found = np.zeros((len(items), len(items)), np.float32)
        found[np.ix_(popular, popular)] = block
        rows, columns, values = self._pairs(items, rare)
        found[rows, columns] = values
        found[columns, rows] = values
        return found

    def _pairs(self, items: Ints, rare: Ints) -> tuple[Ints, Ints, Matrix]:
        """Returns places of rare and of any items among `items`, and G of these pairs where it is not 0."""
        starts = self.whole.indptr[items[rare]].astype(np.int64)
        lengths = self.whole.indptr[items[rare] + 1] - starts
        skipped = starts - np.cumsum(lengths) + lengths
        entries = np.arange(int(lengths.sum())) + np.repeat(skipped, lengths)
        place_of = np.full(len(self.head), -1, np.int32)
        place_of[items] = np.arange(len(items), dtype=np.int32)
        columns = place_of.take(self.whole.indices.take(entries))
        wanted = np.flatnonzero(columns >= 0)
        return np.repeat(rare, lengths)[wanted], columns[wanted], self.whole.data.take(entries[wanted])

    def correlations(self, powers: Matrix) -> Iterator[Strengths]:
        """Yields every pair of two items with users in common, in both directions: strength G_ij powers_i powers_j."""
        for start in range(0, len(self.head), BAND):
            rows = self.whole[start : start + BAND]
            targets = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr)) + start
            yield strengths_of_pairs(rows.indices, targets, rows.data, powers)


def symmetric(upper: sp.csr_array) -> sp.csr_array:
    """Returns the symmetric matrix with this upper triangle, whose columns ascend in each row.

    Besides the two it needs the memory of a few rows.
    """
    n = upper.shape[0]
    diagonal = np.flatnonzero(upper.diagonal())
    below = np.bincount(upper.indices, minlength=n)
    below[diagonal] -= 1
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(below + np.diff(upper.indptr))])
    values, columns = np.empty(starts[-1], upper.dtype), np.empty(starts[-1], upper.indices.dtype)
    free = starts[:-1].copy()  # the next free place below the diagonal in each row
    for start in range(0, n, TURNED_ROWS):
        band = upper[start : start + TURNED_ROWS]
        lengths = np.diff(band.indptr)
        places = np.arange(band.nnz) + np.repeat(
            (starts[:-1] + below)[start:][: len(lengths)] - band.indptr[:-1], lengths
        )
        values[places], columns[places] = band.data, band.indices
        turned = sp.triu(band, start + 1, format="csc")
        counts = np.diff(turned.indptr)
        places = np.arange(turned.nnz) + np.repeat(free - turned.indptr[:-1], counts)
        values[places], columns[places] = turned.data, turned.indices + start
        free += counts
    return sp.csr_array((values, columns, starts.astype(columns.dtype)), shape=upper.shape)
