"""Sparse gram matrices: of many items few pairs of which have users in common, and which take little memory.

All pairs with users in common are kept in sparse rows, and those of the most popular items in a dense block as well:
popular items are sources of most targets, and their sparse rows are long.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Ints, Ints32, Items, Matrix
from doublebill.fit.linear.gram import Gram
from doublebill.fit.linear.grams.symmetric_rows import SymmetricRows
from doublebill.fit.linear.support import Strengths, strengths_of_pairs

HEAD_ITEMS = 4_000
"""Most popular items, whose block is dense: 64 MB."""

BAND = 512
"""Targets whose strengths are in memory at once."""


@dataclass(frozen=True, eq=False)
class SparseGram:
    """A gram matrix of which only pairs with users in common are in memory."""

    head: Ints
    """[n_items] the row of each item in `dense`, or -1."""
    dense: Matrix
    """[popular, popular]"""
    rows: SymmetricRows
    """[n_items, n_items] float32"""
    diagonal: Matrix
    """[n_items] G_ii"""

    @classmethod
    def of(cls, gram: Gram, active: Ints) -> "SparseGram":
        """Returns the gram matrix of the `active` items."""
        upper = gram.upper(active)
        diagonal, rows = np.asarray(upper.diagonal()), SymmetricRows.of(upper)
        counts = gram.popularity()[active]
        popular = np.sort(np.lexsort((active, -counts))[:HEAD_ITEMS])
        head = np.full(len(active), -1, np.int64)
        head[popular] = np.arange(len(popular))
        return cls(head, rows.block(popular), rows, diagonal)

    @property
    def nbytes(self) -> int:
        """Returns the bytes that it has in memory."""
        return self.dense.nbytes + self.rows.nbytes

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

    def _pairs(self, items: Ints, rare: Ints) -> tuple[Ints, Ints32, Matrix]:
        """Returns places of rare and of any items among `items`, and G of these pairs where it is not 0."""
        entries, lengths = self.rows.entries(items[rare])
        place_of = np.full(len(self.head), -1, np.int32)
        place_of[items] = np.arange(len(items), dtype=np.int32)
        columns = place_of.take(self.rows.columns.take(entries))
        wanted = np.flatnonzero(columns >= 0)
        return np.repeat(rare, lengths)[wanted], columns[wanted], self.rows.values.take(entries[wanted])

    def correlations(self, powers: Matrix) -> Iterator[Strengths]:
        """Yields every pair of two items with users in common, in both directions: strength G_ij powers_i powers_j."""
        rows, n = self.rows, len(self.head)
        for start in range(0, n, BAND):
            stop = min(start + BAND, n)
            band = slice(rows.starts[start], rows.starts[stop])
            targets = np.repeat(np.arange(start, stop), np.diff(rows.starts[start : stop + 1]))
            yield strengths_of_pairs(rows.columns[band].astype(np.int32), targets, rows.values[band], powers)
