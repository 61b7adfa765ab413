"""Reranking: the n of many candidates that are shown, best first, under rules that look at the list as a whole.

`max_per` bounds how many of a group there are, promotions reserve a share of the places, and diversity lets a candidate
count less the more it is like those before it:

    worth(i) = (1 - d) * relevance(i) - d * mean over the selected j of alike(i, j)

with relevance from 0 to 1 within the pool. It is the greedy form of maximal marginal relevance (Carbonell & Goldstein
1998, doi:10.1145/290941.291025) with the mean in place of the maximum, which is the max-sum objective of Gollapudi &
Sharma 2009 (doi:10.1145/1526709.1526761): on MovieLens-100K it keeps more recall than the maximum and than calibration
at equal distance within the list. xQuAD over genres is its equal there for little diversity, falls off after, and needs
tags (tests/bench/diversity.py).

Selection is greedy and deterministic, and scores stay as they were: rules change which items come and in what order.
Where each item is in at most one group, no other choice would give more items.
"""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from doublebill.arrays import Floats, Mask
from doublebill.model.ranking import Eligible, Ranking, Scored
from doublebill.model.recommender import Recommender
from doublebill.reranking.greedy import Selection
from doublebill.reranking.group_limits import Groups
from doublebill.reranking.resemblance import resemblance

POOL = 100
"""Fewest candidates at first."""

POOL_PER_ITEM = 5
"""Candidates for each of the n items that are wanted, at most `POOL_MORE` beyond n."""

POOL_MORE = 500
"""Bounds the work of diversity, which grows with the square."""

SHARE_TOLERANCE = 1e-9
"""A tenth of 20 is 2, however floating point has it."""


@dataclass(frozen=True, eq=False)
class Rules:
    """The rules of a list as a whole."""

    max_per: Mapping[str, int] = field(default_factory=dict)
    """How many there may be of one group; `Groups.of` says what a name means."""
    promoted: Mask | None = None
    """[n_items] the items to be promoted."""
    share: float = 0.0
    """0 to 1: promoted items take at least that share of the places, where there are so many."""
    diversity: float = 0.0
    """0 leaves the order as it is; with 1 only difference counts."""

    def rerank(self, model: Recommender, scored: Scored, n: int, eligible: Eligible) -> Ranking:
        """Returns the `n` best eligible items under these rules, fewer only where no more fulfil them.

        Scores stay as they are, so they need not fall.

        Raises:
            InvalidInput: when `max_per` names something that the catalog does not have.
        """
        promoted = self.promoted if self.share > 0 else None
        quota = 0 if promoted is None else math.ceil(self.share * n - SHARE_TOLERANCE)
        wide = max(POOL, min(POOL_PER_ITEM * n, n + POOL_MORE))
        size = wide if self.max_per or self.diversity else n
        while True:
            pool = _Pool.of(model, scored, size, eligible, promoted)
            items = pool.ranking.items
            groups = Groups.of(model.catalog, items, self.max_per) if self.max_per else None
            alike = _resemblance(model, scored, pool.ranking, wide) if self.diversity else None
            selection = Selection(pool.ranking.scores, groups, alike, self.diversity)
            if promoted is None:
                places, n_promoted = selection.extend(n), 0
            else:
                places = _promoting(selection, n, quota, promoted[items])
                n_promoted = int(np.count_nonzero(promoted[items[places]]))
            if not ((len(places) < n and pool.more) or (n_promoted < quota and pool.more_promoted)):
                return Ranking(items[places], pool.ranking.scores[places], pool.ranking.cold)
            size *= 2


@dataclass(frozen=True, eq=False)
class _Pool:
    """The candidates, and whether the catalog has more."""

    ranking: Ranking
    """The best of all, after them the best promoted ones that are not among them."""
    more: bool
    more_promoted: bool

    @classmethod
    def of(cls, model: Recommender, scored: Scored, size: int, eligible: Eligible, promoted: Mask | None) -> "_Pool":
        """Returns the `size` best of all and of the promoted."""
        best = model.rank(scored, size, eligible)
        if promoted is None or len(best.items) < size:
            return cls(best, len(best.items) == size, more_promoted=False)
        others = model.rank(scored, size, Eligible(eligible.allowed & promoted, eligible.excluded))
        new = ~np.isin(others.items, best.items, assume_unique=True)
        items = np.concatenate([best.items, others.items[new]])
        scores = np.concatenate([best.scores, others.scores[new]])
        return cls(Ranking(items, scores, best.cold), True, len(others.items) == size)


def _resemblance(model: Recommender, scored: Scored, pool: Ranking, wide: int) -> Floats:
    items = pool.items[:wide]
    parts = None if pool.cold else model.contributions(scored.history, scored.weights, items)
    return resemblance(model.catalog, items, parts)


def _promoting(selection: Selection, n: int, quota: int, promoted: Mask) -> list[int]:
    """Returns the places of the candidates shown, of which `quota` are promoted ones where there are so many.

    `promoted` [candidates] says which are.
    """
    reserved = len(selection.extend(quota, promoted))
    order = sorted(selection.extend(n))
    if selection.alike is not None:
        among = np.zeros(len(promoted), np.bool_)
        among[order] = True
        order = Selection(selection.scores, None, selection.alike, selection.diversity).extend(n, among)
    return [order[at] for at in _spread(promoted[order].tolist(), reserved)]


def _spread(promoted: list[bool], reserved: int) -> list[int]:
    """Returns the places of a list in an order where, of the first i, i * reserved / n (rounded) or more are promoted.

    `promoted` says which are. Those before their turn stay where they are, and so do the others among themselves.
    """
    n = len(promoted)
    first, others = (deque(at for at in range(n) if promoted[at] == wanted) for wanted in (True, False))
    shown: list[int] = []
    n_first = 0
    while first or others:
        due = n_first < (2 * (len(shown) + 1) * reserved + n) // (2 * n)
        ahead = bool(first) and (not others or first[0] < others[0])
        shown.append(first.popleft() if due or ahead else others.popleft())
        n_first += due or ahead
    return shown
