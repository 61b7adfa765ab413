"""Ranking: the n best of the items that may be shown, by score, then by popularity, then by item number."""

from dataclasses import dataclass, field

import numpy as np

from doublebill.arrays import Arrays, Floats, Floats32, Ints32, Items, Mask, Places, Reals

UNREACHED_PER_N = 32
"""How many items are looked at by popularity for one that is wanted, before all eligible ones are ordered instead."""

SHORT = 200
"""So many scores are sorted in less time than it takes to find out which are the highest."""

GROUPS = 4
"""Groups of columns for each one that is wanted: with fewer of them too many columns reach the bound."""

MOST_STRIPS = 16
"""Columns of a group at most."""


NO_ITEMS: Ints32 = np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """A history and the scores to which it adds up; an item stands here once for each edge that leads to it."""

    history: Items
    """[history] item numbers."""
    weights: Reals
    """[history] how much each counts."""
    targets: Places
    """[edges] item numbers."""
    scores: Floats
    """[edges] the score of the target on the one edge that represents it, 0 on its others."""
    representing: Mask
    """[edges] whether the edge is the one that represents its target."""

    def reached(self) -> tuple[Ints32, Floats]:
        """Returns the items that the history reaches and their scores, both [reached], in no particular order."""
        edges = self.representing.nonzero()[0]
        return self.targets.take(edges).astype(np.int32), self.scores.take(edges)

    def scores_of(self, items: Items, unreached: Floats) -> Floats:
        """Returns [items] the scores of some items, `unreached` [items] where the history does not reach them."""
        reached, scores = self.reached()
        order = np.argsort(reached)
        places = np.minimum(np.searchsorted(reached, items, sorter=order), len(reached) - 1)
        found = order[places]
        looked_up: Floats = np.where(reached[found] == items, scores[found], unreached)
        return looked_up


@dataclass(frozen=True, slots=True, eq=False)
class Eligible:
    """The items that may be shown: the allowed ones but for the excluded ones."""

    allowed: Mask
    """[n_items]"""
    excluded: Items = field(default_factory=lambda: NO_ITEMS)
    """[excluded] item numbers, -1 for an unknown item."""


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Items in the order of showing, with their scores, which fall unless the list was reranked."""

    items: Ints32
    scores: Floats
    cold: bool = False
    """True where nothing of the history leads anywhere, so the scores are popularity."""


@dataclass(frozen=True, eq=False)
class Ranker:
    """The order of all items by popularity, ties by item number, by which it orders equal scores.

    One instance serves one thread at a time: it reuses a buffer.
    """

    popularity: Reals
    """[n_items] share of the users who have the item, float32; or what a prior makes of it."""
    order: Ints32
    """[n_items] item numbers, the most popular first."""
    ranks: Ints32
    """[n_items] where each item stands in `order`, from 0."""
    _free: Mask = field(init=False, repr=False)
    """[n_items + 1] True but while items are excluded; at the end there is a place for -1."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_free", np.ones(len(self.order) + 1, np.bool_))

    @classmethod
    def of(cls, popularity: Floats32) -> "Ranker":
        """Returns the ranker of items of that popularity [n_items]."""
        order = np.argsort(-popularity, kind="stable").astype(np.int32)
        ranks = np.empty_like(order)
        ranks[order] = np.arange(len(order), dtype=np.int32)
        return cls(popularity, order, ranks)

    def by(self, worth: Floats) -> "Ranker":
        """Returns the ranker of the items by another number [n_items], ties in the order of this one."""
        order = np.lexsort((self.ranks, -worth)).astype(np.int32)
        ranks = np.empty_like(order)
        ranks[order] = np.arange(len(order), dtype=np.int32)
        return Ranker(worth, order, ranks)

    def rank(self, scored: Scored, n: int, eligible: Eligible) -> Ranking:
        """Returns the `n` best eligible items, fewer only where there are no more.

        Items that the history does not reach score 0 and follow by popularity. As long as enough items score above 0,
        no list of all reached items is made.
        """
        best = highest(scored.scores, n + len(eligible.excluded))
        targets, scores = scored.targets.take(best), scored.scores.take(best)
        kept = ((scores > 0) & self.may_show(eligible, targets)).nonzero()[0]
        if len(kept) >= n > 0:
            return self.ordered(targets.take(kept), scores.take(kept), n)
        reached, scores = scored.reached()
        if not len(reached):
            popular = self.most_popular(n, eligible)
            return Ranking(popular, self.popularity[popular].astype(np.float64), cold=True)
        shown = self.may_show(eligible, reached)
        items, scores = reached[shown], scores[shown]
        if np.count_nonzero(scores > 0) < n:
            unreached = Eligible(eligible.allowed, np.concatenate([eligible.excluded, reached]))
            others = self.most_popular(n, unreached)
            items, scores = np.concatenate([items, others]), np.concatenate([scores, np.zeros(len(others))])
        return self.ordered(items, scores, n)

    def ordered(self, items: Items, scores: Floats, n: int) -> Ranking:
        """Returns the `n` best of some items, fewer where there are no more."""
        order = top(items, scores, n, self.ranks)
        return Ranking(items.take(order).astype(np.int32), scores.take(order))

    def most_popular(self, n: int, eligible: Eligible, among: int | None = None) -> Ints32:
        """Returns the `n` most popular eligible items, the most popular first; only of the first `among` of all."""
        end = len(self.order) if among is None else among
        first = self.order[: min(UNREACHED_PER_N * n + len(eligible.excluded), end)]
        found = first[self.may_show(eligible, first)]
        if len(found) < n and len(first) < end:
            allowed = np.flatnonzero(eligible.allowed)
            ranks = self.ranks.take(allowed[self.may_show(eligible, allowed)])
            found = self.order.take(np.sort(np.partition(ranks, n)[:n] if n < len(ranks) else ranks))
        return found[: max(n, 0)]

    def may_show(self, eligible: Eligible, items: Items) -> Mask:
        """Returns [items] whether each is eligible."""
        self._free[eligible.excluded] = False
        shown = eligible.allowed.take(items) & self._free.take(items)
        self._free[eligible.excluded] = True
        return shown

    def to_arrays(self) -> Arrays:
        """Returns the three arrays by name."""
        return {"popularity": self.popularity, "popular": self.order, "popular_ranks": self.ranks}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "Ranker":
        """Returns the ranker that `to_arrays` gave."""
        order, ranks = arrays["popular"].view(np.int32), arrays["popular_ranks"].view(np.int32)
        return cls(arrays["popularity"].view(np.float32), order, ranks)


def highest(scores: Reals, n: int) -> Places:
    """Returns the positions, ascending, of the `n` highest scores and of all that equal the least of them."""
    if n <= 0 or not len(scores):
        return np.zeros(0, np.intp)
    if n >= len(scores):
        return np.arange(len(scores))
    positions: Places = (scores >= bounds(scores, n)).nonzero()[0]
    contending = scores.take(positions)
    least = np.partition(contending, len(contending) - n)[len(contending) - n]
    found: Places = positions[contending >= least]
    return found


def bounds(scores: Reals, n: int) -> Reals:
    """Returns [...] a score that at least `n` of `scores` [..., columns] reach, and few more; of more than `n` columns.

    With many columns these are first put into groups, a column of each strip beside each other: at least as many
    columns reach a score as groups do by their highest one.
    """
    n_columns = scores.shape[-1]
    strips = min(max(n_columns // (GROUPS * n), 1), MOST_STRIPS)
    width = n_columns // strips
    highest_of_groups = scores[..., : strips * width].reshape(*scores.shape[:-1], strips, width).max(axis=-2)
    highest_of_groups.partition(width - n, axis=-1)
    least: Reals = highest_of_groups[..., width - n]
    return least


def top(items: Items, scores: Reals, n: int, ranks: Items | None = None) -> Places:
    """Returns the positions of the `n` highest scores, highest first; ties go to the lower rank, then item number.

    `ranks` [n_items] orders items of equal score; without it only the item number does.
    """
    if len(scores) > max(n, SHORT):
        candidates = highest(scores, n)
        return candidates.take(_first(items.take(candidates), scores.take(candidates), n, ranks))
    return _first(items, scores, n, ranks)


def _first(items: Items, scores: Reals, n: int, ranks: Items | None) -> Places:
    """Returns the same after sorting all of them."""
    keys = (items, -scores) if ranks is None else (items, ranks.take(items), -scores)
    return np.lexsort(keys)[: max(n, 0)]
