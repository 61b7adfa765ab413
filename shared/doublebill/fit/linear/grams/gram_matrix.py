"""Gram matrices: blocks of a gram for sparse regressions, whether or not the whole fits in memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, cast

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Ints, Items, Matrix
from doublebill.fit.linear.gram import VALUE_BITS, Gram
from doublebill.fit.linear.grams.sparse_gram import SparseGram
from doublebill.fit.linear.support import Strengths, strengths_of_pairs
from doublebill.fit.threads import spread

BLOCK = 512
"""Targets whose strengths are in memory at once."""

FEW_ITEMS = 4_000
"""Items up to which a gram is dense, however few pairs have users in common: 64 MB."""

MOST_PAIRS = 100_000_000
"""Pairs of items of one user, over all users, up to which a gram may be sparse: at most 0.8 GB, and less where users
have the same pairs."""

HEAD_ITEMS = 20_000
"""Most popular items of a large gram, whose block is dense: 1.6 GB."""


class GramMatrix(Protocol):
    """A symmetric gram [n_items, n_items] that gives blocks."""

    @property
    def diagonal(self) -> Matrix:
        """Returns [n_items] G_ii."""

    @property
    def nbytes(self) -> int:
        """Returns the bytes that it has in memory."""

    def system(self, sources: Items, target: int) -> tuple[Matrix, Matrix]:
        """Returns G [sources, sources], symmetric, and G [sources, target] of ascending sources without the target."""

    def correlations(self, powers: Matrix) -> Iterator[Strengths]:
        """Yields every pair of two items, in both directions, with strength G_ij powers_i powers_j."""


def gram_matrix_of(gram: Gram, active: Ints) -> GramMatrix:
    """Returns the gram matrix of the `active` items, sparse or dense where that is small enough."""
    pairs = int((np.diff(gram.terms[:, active].indptr).astype(np.int64) ** 2).sum())
    if len(active) > FEW_ITEMS and pairs <= min(MOST_PAIRS, len(active) ** 2 // 2):
        return SparseGram.of(gram, active)
    if len(active) <= HEAD_ITEMS:
        return DenseGram(cast(Matrix, gram.dense(active)))
    return LargeGram.of(gram, active)


@dataclass(frozen=True)
class DenseGram:
    """A gram matrix in memory."""

    whole: Matrix
    """[n_items, n_items]"""

    @property
    def diagonal(self) -> Matrix:
        """Returns [n_items] G_ii."""
        return self.whole.diagonal().copy()

    @property
    def nbytes(self) -> int:
        """Returns the bytes that it has in memory."""
        return self.whole.nbytes

    def system(self, sources: Items, target: int) -> tuple[Matrix, Matrix]:
        """Returns G [sources, sources] and G [sources, target]."""
        rows = sources * np.int64(len(self.whole))
        among = self.whole.ravel().take(np.add.outer(rows, sources))  # faster than `np.ix_`
        return among, self.whole[target].take(sources)

    def correlations(self, powers: Matrix) -> Iterator[Strengths]:
        """Yields every pair of two items, in both directions, with strength G_ij powers_i powers_j."""
        for start in range(0, len(self.whole), BLOCK):
            band = self.whole[start : start + BLOCK]
            targets, sources = np.nonzero(band)
            yield strengths_of_pairs(sources, targets + start, band[targets, sources], powers)


@dataclass(frozen=True)
class LargeGram:
    """A gram matrix too large for memory: dense among popular items, summed over users in rows of rare items."""

    head: Ints
    """[n_items] the row of each item in `dense`, or -1."""
    dense: Matrix
    """[popular, popular]"""
    by_user: sp.csr_array
    """[n_users, n_items] float32: the terms, so that G = by_userᵀ diag(weights) by_user."""
    by_item: sp.csr_array
    """[n_items, n_users] float32: diag(weights) by_user, transposed."""
    unweighted: sp.csr_array
    """[n_items, n_users] float32: by_user, transposed."""

    @classmethod
    def of(cls, gram: Gram, active: Ints) -> "LargeGram":
        """Returns the gram matrix of the `active` items."""
        counts = gram.popularity()[active]
        popular = np.sort(np.lexsort((active, -counts))[:HEAD_ITEMS])
        head = np.full(len(active), -1, np.int64)
        head[popular] = np.arange(len(popular))
        by_user = gram.terms[:, active].astype(np.float32)
        weights = (gram.weights * np.float64(gram.scale * 4.0**VALUE_BITS)).astype(np.float32)
        by_user.data /= np.float32(2**VALUE_BITS)
        by_item = (sp.diags_array(weights) @ by_user).T.tocsr()
        return cls(head, cast(Matrix, gram.dense(active[popular])), by_user, by_item, by_user.T.tocsr())

    @property
    def diagonal(self) -> Matrix:
        """Returns [n_items] G_ii."""
        values, terms = np.zeros(len(self.head)), self.unweighted
        np.add.at(values, np.repeat(np.arange(len(values)), np.diff(terms.indptr)), terms.data * self.by_item.data)
        return values.astype(np.float32)

    @property
    def nbytes(self) -> int:
        """Returns the bytes that it has in memory."""
        return self.dense.nbytes + sum(
            one.data.nbytes + one.indices.nbytes for one in (self.by_user, self.by_item, self.unweighted)
        )

    def system(self, sources: Items, target: int) -> tuple[Matrix, Matrix]:
        """Returns G [sources, sources], symmetric, and G [sources, target] of ascending sources without the target."""
        place = int(np.searchsorted(sources, target))
        both = self.among(np.insert(sources, place, target))
        return np.delete(np.delete(both, place, 0), place, 1), np.delete(both[place], place)

    def among(self, items: Items) -> Matrix:
        """Returns G [items, items] of ascending items."""
        places = self.head[items]
        popular, rare = np.flatnonzero(places >= 0), np.flatnonzero(places < 0)
        gram = np.zeros((len(items), len(items)), np.float32)
        gram[np.ix_(popular, popular)] = self.dense[np.ix_(places[popular], places[popular])]
        if len(rare):
            rows = self._rows(items, rare)
            corner = np.tril(rows[:, rare])  # each pair once: two sums in single precision may differ
            rows[:, rare] = corner + np.tril(corner, -1).T
            gram[rare] = rows
            gram[:, rare] = rows.T
        return gram

    def _rows(self, items: Items, rare: Items) -> Matrix:
        """Returns G [rare, items], summed over the users who have one of the rare items."""
        mine = self.by_item[items[rare]]
        users, places = np.unique(mine.indices, return_inverse=True)
        theirs = self.unweighted[items]
        row_of = np.full(self.by_user.shape[0], -1, np.int32)  # a table, since most users have none of the rare items
        row_of[users] = np.arange(len(users), dtype=np.int32)
        row = row_of[theirs.indices]
        wanted = np.flatnonzero(row >= 0)
        column = np.searchsorted(theirs.indptr, wanted, side="right") - 1
        terms = np.zeros((len(users), len(items)), np.float32)
        terms[row[wanted], column] = theirs.data[wanted]
        rows = sp.csr_array((mine.data, places, mine.indptr), shape=(len(rare), len(users)))
        return cast(Matrix, rows @ terms)

    def correlations(self, powers: Matrix) -> Iterator[Strengths]:
        """Yields every pair of two items, in both directions, with strength G_ij powers_i powers_j."""

        def band(start: int) -> Strengths:
            summed = self.by_item[start : start + BLOCK] @ self.by_user
            targets = np.repeat(np.arange(summed.shape[0]), np.diff(summed.indptr)) + start
            return strengths_of_pairs(summed.indices, targets, summed.data, powers)

        return spread(band, range(0, len(self.head), BLOCK))
