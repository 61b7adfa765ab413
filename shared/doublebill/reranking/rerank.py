"""Choosing: the n of many candidates that are shown, best first, under rules that look at the list as a whole.

`max_per` bounds how many of a group there are, promotions reserve a share of the places, and diversity lets a candidate
count less the more it is like those before it:

    worth(i) = (1 - d) * relevance(i) - d * mean over the chosen j of like(i, j)

with relevance from 0 to 1 within the pool. It is the greedy form of maximal marginal relevance (Carbonell & Goldstein
1998, doi:10.1145/290941.291025) with the mean in place of the maximum, which is the max-sum objective of Gollapudi &
Sharma 2009 (doi:10.1145/1526709.1526761): on MovieLens-100K it keeps more recall than the maximum and than calibration
at equal distance within the list. xQuAD over genres is its equal there for little diversity, falls off after, and needs
tags (tests/bench/diversity.py).

Choosing is greedy and deterministic, and scores stay as they were: rules change which items come and in what order.
Where each item is in at most one group, no other choice would give more items.
"""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from doublebill.arrays import Floats, Ints32, Items, Mask, Reals
from doublebill.model.recommender import Ranking, Recommender
from doublebill.reranking.greedy import Picking
from doublebill.reranking.group_limits import Groups
from doublebill.reranking.item_distances import likeness

POOL = 100
"""Candidates that rules choose from at first, at least."""

POOL_PER_ITEM = 5
"""The same, for one that is wanted; past `POOL_MORE` more than are wanted there are no more."""

POOL_MORE = 500
"""Bounds the work of diversity, which grows with the square."""

SHARE_TOLERANCE = 1e-9
"""A tenth of 20 is 2, however floating point has it."""


@dataclass(frozen=True, eq=False)
class Rules:
    """What a list must fulfil as a whole."""

    max_per: Mapping[str, int] = field(default_factory=dict)
    """How many there may be of one group; what a name means, `Groups.of` says."""
    promoted: Mask | None = None
    """[n_items] what is promoted."""
    share: float = 0.0
    """0 to 1: promoted items take at least that share of the places, where there are so many."""
    diversity: float = 0.0
    """0 leaves the order as it is; with 1 only difference counts."""

    @property
    def reserved(self) -> Mask | None:
        """What is promoted, where that has any effect."""
        return self.promoted if self.share > 0 else None


@dataclass(frozen=True, eq=False)
class Chosen:
    """What is shown."""

    ranking: Ranking
    """In the order of showing; the scores need not fall."""
    promoted: Mask
    """[n] whether each is one of the promoted items, also where it would have come without."""


def choose(
    model: Recommender,
    history: Items,
    weights: Reals,
    n: int,
    excluded: Items,
    allowed: Mask | None,
    rules: Rules,
) -> Chosen:
    """The `n` best items for a history under the rules, fewer only where the catalog has no more that fulfil them.

    Raises:
        InvalidInput: when `max_per` names what the catalog does not know.
    """
    if not rules.max_per and rules.reserved is None and not rules.diversity:
        return _flagged(model.recommend(history, weights, n, excluded, allowed), rules)
    reached, scores = model.scores(history, weights)
    wide = max(POOL, min(POOL_PER_ITEM * n, n + POOL_MORE))
    size = wide if rules.max_per or rules.diversity else n
    while True:
        found = _candidates(model, (reached, scores), size, excluded, allowed, rules)
        pool = found.ranking
        alike = _likeness(model, history, weights, pool, wide) if rules.diversity else None
        groups = Groups.of(model.catalog, pool.items, rules.max_per) if rules.max_per else None
        places = _places(Picking(pool.scores, groups, alike, rules.diversity), pool.items, n, rules)
        shown = _flagged(Ranking(pool.items[places], pool.scores[places], pool.cold), rules)
        if not found.more_would_help(shown, n, _quota(n, rules)):
            return shown
        size *= 2


@dataclass(frozen=True, eq=False)
class _Candidates:
    ranking: Ranking
    """The best of all, after them the best promoted ones that are not among them."""
    more: bool
    """Whether the catalog has more."""
    more_promoted: bool

    def more_would_help(self, shown: Chosen, n: int, quota: int) -> bool:
        """Whether too little is shown for want of candidates."""
        too_few = len(shown.ranking.items) < n
        too_few_promoted = int(np.count_nonzero(shown.promoted)) < quota
        return (too_few and self.more) or (too_few_promoted and self.more_promoted)


def _flagged(ranking: Ranking, rules: Rules) -> Chosen:
    none = np.zeros(len(ranking.items), np.bool_)
    return Chosen(ranking, none if rules.promoted is None else rules.promoted[ranking.items])


def _quota(n: int, rules: Rules) -> int:
    return 0 if rules.reserved is None else math.ceil(rules.share * n - SHARE_TOLERANCE)


def _candidates(
    model: Recommender,
    scored: tuple[Ints32, Floats],
    size: int,
    excluded: Items,
    allowed: Mask | None,
    rules: Rules,
) -> _Candidates:
    """The `size` best of all and of the promoted."""
    pool = model.rank(*scored, size, excluded, allowed)
    if rules.reserved is None or len(pool.items) < size:
        return _Candidates(pool, len(pool.items) == size, more_promoted=False)
    may = (model.catalog.available if allowed is None else allowed) & rules.reserved
    promoted = model.rank(*scored, size, excluded, may)
    new = ~np.isin(promoted.items, pool.items, assume_unique=True)
    items = np.concatenate([pool.items, promoted.items[new]])
    scores = np.concatenate([pool.scores, promoted.scores[new]])
    return _Candidates(Ranking(items, scores, pool.cold), True, len(promoted.items) == size)


def _likeness(model: Recommender, history: Items, weights: Reals, pool: Ranking, wide: int) -> Floats:
    items = pool.items[:wide]
    return likeness(model.catalog, items, None if pool.cold else model.contributions(history, weights, items))


def _places(picking: Picking, items: Items, n: int, rules: Rules) -> list[int]:
    """The places of what is shown, in its order."""
    if rules.reserved is None:
        return picking.pick(n)
    promoted = rules.reserved[items]
    reserved = len(picking.pick(_quota(n, rules), promoted))
    order = sorted(picking.pick(n))
    if picking.likeness is not None:
        chosen = np.zeros(len(items), np.bool_)
        chosen[order] = True
        order = Picking(picking.scores, None, picking.likeness, picking.diversity).pick(n, chosen)
    return [order[at] for at in _spread(promoted[order].tolist(), reserved)]


def _spread(promoted: list[bool], reserved: int) -> list[int]:
    """The places of a list in an order where, of the first i, i * reserved / n (rounded) or more are promoted.

    `promoted` says which are. Those before their turn stay where they are, and so do the others among themselves.
    """
    n = len(promoted)
    first, others = (deque(at for at in range(n) if promoted[at] == wanted) for wanted in (True, False))
    shown: list[int] = []
    given = 0
    while first or others:
        due = given < (2 * (len(shown) + 1) * reserved + n) // (2 * n)
        ahead = bool(first) and (not others or first[0] < others[0])
        shown.append(first.popleft() if due or ahead else others.popleft())
        given += due or ahead
    return shown
