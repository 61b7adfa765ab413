"""Block lists: the recommendations of many users at once, item by item those that the serving code gives each of them.

A block holds the scores of some users over all items, with the items in order of popularity, so that the first of
equal scores is the one that serving ranks first:

    scores = (H E) ∘ scales ∘ damping ∘ factors + added     H [users, items] histories, E [items, items] stored values

where a prior has factors and something added; the items are in its order then.

Each score adds up the same products in the same order as `Neighbours.score`, in double precision, so that even its last
bit is the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Dense, Floats, Ints, Ints32
from doublebill.fit.linear.products import dense_product
from doublebill.model.interactions import Interactions
from doublebill.model.neighbours import Neighbours
from doublebill.model.ranking import Ranker, bounds
from doublebill.model.recommender import Recommender

BLOCK_NUMBERS = 1 << 21
"""Scores in memory at once, unless one user has more: 16 MB, and three copies."""

MOST_KEPT = 1 << 23
"""Sums in memory for further recommenders at most: 64 MB."""

CROWDED = 4
"""Contenders for each place in a list from which most are equal; all but the first of these are left out."""

Block = tuple[slice, Ints32, Floats]
"""Users; their lists [users, n], -1 past the end of a list; scores [users, n_items] in order of popularity."""


@dataclass(eq=False)
class KeptSums:
    """The sums H E of one recommender, kept for others that only weigh items otherwise.

    Those are variants with the same edges, histories, weights and order of items.
    """

    _of: tuple[Neighbours, Interactions] | None = None
    _weights: Floats = field(default_factory=lambda: np.zeros(0))
    _order: Ints32 = field(default_factory=lambda: np.zeros(0, np.int32))
    _blocks: dict[int, Dense] = field(default_factory=dict)
    """By the first user."""

    def blocks(self, recommender: Recommender, fold_in: Interactions, weights: Floats) -> dict[int, Dense]:
        """Returns the blocks of these sums by their first user, to be filled; those of other sums are dropped."""
        order = recommender.order_ranker.order
        same = self._of is not None and self._of[0] is recommender.neighbours and self._of[1] is fold_in
        if not (same and np.array_equal(self._weights, weights) and np.array_equal(self._order, order)):
            self._of, self._weights, self._order = (recommender.neighbours, fold_in), weights, order
            self._blocks.clear()
        return self._blocks

    def clear(self) -> None:
        """Forgets all sums."""
        self._of = None
        self._blocks.clear()


def lists_in_blocks(
    recommender: Recommender, fold_in: Interactions, weights: Floats, n: int, kept: KeptSums | None = None
) -> Iterator[Block]:
    """Yields the `n` best available items of each user outside of the fold-in, whose `weights` are [entries]."""
    ranker, n_items = recommender.order_ranker, fold_in.n_items
    edges, histories = _by_rank(recommender, ranker), _histories(fold_in, weights)
    small = fold_in.n_users * n_items <= MOST_KEPT
    blocks = kept.blocks(recommender, fold_in, weights) if kept is not None and small else None
    factors = [factor.take(ranker.order) for factor in recommender.factors()]
    added = recommender.unreached_scores.take(ranker.order)
    unavailable = np.flatnonzero(~recommender.catalog.available.take(ranker.order))
    step = max(BLOCK_NUMBERS // max(n_items, 1), 1)
    for start in range(0, fold_in.n_users, step):
        users = slice(start, min(start + step, fold_in.n_users))
        found = None if blocks is None else blocks.get(start)
        sums = dense_product(histories[users], edges) if found is None else found
        if blocks is not None:
            blocks[start] = sums
        scores = sums.astype(np.float64, copy=blocks is not None)
        for factor in factors:
            scores *= factor
        scores += added
        entries = slice(fold_in.indptr[users.start], fold_in.indptr[users.stop])
        rows = np.repeat(np.arange(len(scores)), np.diff(fold_in.indptr[users.start : users.stop + 1]))
        shown = scores.copy()
        shown[rows, ranker.ranks.take(fold_in.items[entries])] = -np.inf
        shown[:, unavailable] = -np.inf
        ranks = best_columns(shown, n)
        lists = np.where(ranks >= 0, ranker.order.take(np.maximum(ranks, 0)), -1)
        yield users, lists.astype(np.int32), scores


def _by_rank(recommender: Recommender, ranker: Ranker) -> sp.csr_array:
    """Returns [sources, targets] the stored values of the edges, with the targets in the order of the ranker."""
    neighbours, n_items = recommender.neighbours, recommender.neighbours.n_items
    ranks = ranker.ranks.take(neighbours.targets)
    return sp.csr_array((neighbours.values.astype(np.float64), ranks, neighbours.indptr), shape=(n_items, n_items))


def _histories(fold_in: Interactions, weights: Floats) -> sp.csr_array:
    """Returns [users, items] the weights of histories, without items of weight 0, which reach nothing.

    Where each item counts 1 it is a bool matrix: nothing is to be multiplied.
    """
    counting = np.flatnonzero(weights)
    indptr = np.searchsorted(counting, fold_in.indptr)
    shape = (fold_in.n_users, fold_in.n_items)
    counted = weights[counting]
    values = np.ones(len(counted), np.bool_) if (counted == 1).all() else counted
    return sp.csr_array((values, fold_in.items[counting], indptr), shape=shape)


def best_columns(scores: Floats, n: int) -> Ints:
    """Returns [rows, n] the columns of the highest scores of each row, the lower column first among equals.

    Columns of -inf are left out; -1 stands past the end of a list.
    """
    n_rows = len(scores)
    least = bounds(scores, n) if n < scores.shape[1] else np.full(n_rows, -np.inf)
    contending = scores >= least[:, np.newaxis]
    for row in np.flatnonzero(np.count_nonzero(contending, axis=1) > CROWDED * n):
        level = np.flatnonzero(scores[row] == least[row])
        contending[row, level[n:]] = False
    rows, columns = np.divmod(np.flatnonzero(contending), scores.shape[1])
    values = scores[rows, columns]
    finite = values > -np.inf
    rows, columns, values = rows[finite], columns[finite], values[finite]
    order = np.lexsort((-values, rows))  # stable: the lower column stays first
    places = np.arange(len(rows)) - np.searchsorted(rows, np.arange(n_rows))[rows]
    listed = places < n
    found = np.full((n_rows, n), -1, np.int64)
    found[rows[listed], places[listed]] = columns[order[listed]]
    return found
