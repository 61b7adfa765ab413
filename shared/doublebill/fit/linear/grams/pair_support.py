"""Pair support: which two items enough users have in common, so that an edge between them shows no few users.

The users of every two items are counted once, as sums of a binary gram, and of these only the pairs with enough users
are kept. Kernels leave out all other pairs before they choose their edges. (Sweeney 2002, "k-anonymity",
doi:10.1142/S0218488502001648, asks the same of the rows of a table.)
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Items, Mask
from doublebill.fit.linear.gram import Gram
from doublebill.fit.linear.grams.gram_matrix import gram_matrix_of
from doublebill.fit.linear.sums.summing import HERE, Summing
from doublebill.fit.linear.support import Strengths
from doublebill.model.interactions import Interactions

LOOKED_UP = 1 << 23
"""Pairs that are looked at at once."""

CROWDED = 16
"""Pairs for each of which there is one to look up, at most, where whole rows are looked at."""


@dataclass(frozen=True, eq=False)
class PairSupport:
    """The pairs of two different items with enough users in common."""

    pairs: sp.csr_array
    """[n_items, n_items] bool, symmetric, with ascending columns and True entries only."""

    @classmethod
    def of(cls, interactions: Interactions, minimum_users: int, summing: Summing = HERE) -> "PairSupport":
        """Returns the pairs that at least so many users have."""
        n_items = interactions.n_items
        active = np.flatnonzero(interactions.popularity() >= minimum_users)
        gram = gram_matrix_of(Gram.of(interactions, 0.0, np.sign, summing=summing), active)
        columns, lengths = [np.zeros(0, np.int32)], np.zeros(n_items + 1, np.int64)
        for sources, targets, users in gram.correlations(np.ones(len(active), np.float32)):
            enough = np.flatnonzero(users >= minimum_users)
            columns.append(active[sources[enough]].astype(np.int32))
            lengths += np.bincount(active[targets[enough]] + 1, minlength=n_items + 1)
        indices, shape = np.concatenate(columns), (n_items, n_items)
        pairs = sp.csr_array((np.ones(len(indices), bool), indices, np.cumsum(lengths)), shape=shape)
        pairs.sort_indices()
        return cls(pairs)

    def among(self, items: Items) -> "PairSupport":
        """Returns the pairs of some ascending items, numbered by their places in `items`."""
        if len(items) == self.pairs.shape[0]:
            return self
        return PairSupport(self.pairs[items][:, items].tocsr())

    def rows(self, start: int, stop: int) -> Mask:
        """Returns [items from start to stop, n_items] the pairs of these items."""
        return np.asarray(self.pairs[start:stop].toarray())

    def has(self, sources: Items, targets: Items) -> Mask:
        """Returns [edges] which edges are pairs with enough users; those of a target are consecutive, ascending."""
        n_items = max(self.pairs.shape[0], 1)
        found = np.zeros(len(targets), np.bool_)
        for start in range(0, n_items, max(LOOKED_UP // n_items, 1)):
            stop = min(start + max(LOOKED_UP // n_items, 1), n_items)
            edges = slice(*np.searchsorted(targets, [start, stop]))
            if edges.stop - edges.start > (stop - start) * n_items // CROWDED:
                found[edges] = self.rows(start, stop)[targets[edges] - start, sources[edges]]
            elif edges.stop > edges.start:
                found[edges] = self.pairs[targets[edges], sources[edges]]
        return found

    def only(self, parts: Iterable[Strengths]) -> Iterator[Strengths]:
        """Yields the parts of edges, each of ascending targets, without pairs of too few users."""
        for sources, targets, strengths in parts:
            kept = self.has(sources, targets)
            yield sources[kept], targets[kept], strengths[kept]

    def of_matrix(self, block: sp.csr_array, first: int = 0) -> sp.csr_array:
        """Returns the entries of a block [targets from `first` on, sources] without pairs of too few users."""
        targets = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))
        kept = self.has(block.indices, targets + first)
        ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(kept)])[block.indptr]
        return sp.csr_array((block.data[kept], block.indices[kept], ends), shape=block.shape)
