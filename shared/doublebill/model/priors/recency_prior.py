"""Recency: recent popularity as part of a score.

    score with the prior = score * ((recent share + ε all-time share) / ((1 + ε) all-time share)) ** power
                           + weight * recent share

The shares are of all visits (see `doublebill.model.priors.visits`) and of all that users have; ε is `MIXED`, so that no
factor is 0. A history that leads nowhere gets recent popularity: the weight times the recent share or, where the weight
is 0, popularity times the factor.
"""

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

import numpy as np

from doublebill.arrays import Arrays, Floats, Floats32, Ints, Items, Mask
from doublebill.model.bundle import npy
from doublebill.model.config import Prior
from doublebill.model.priors.visits import DAY_MS, CountedVisits, shares
from doublebill.model.ranking import Eligible, Ranker, Ranking, Scored, highest

MIXED = 0.01
"""ε"""

DIGEST_LENGTH = 32


@dataclass(frozen=True, eq=False)
class RecentVisits:
    """The visits of items, recent ones counting more; no number in it is of one user."""

    counts: Floats32
    """[n_items] visits, each halved per half-life before the newest day."""
    newest_ms: int
    """Time of the newest visit; 0 where there is none."""

    @classmethod
    def of_events(
        cls,
        users: Items,
        items: Items,
        timestamps: Ints,
        half_life_days: float,
        n_items: int,
        minimum_users: int = 1,
        visited: Mask | None = None,
    ) -> Self:
        """Returns the visits of some events [events] with times, in any order: each user, item and day is one.

        Those of items that fewer than `minimum_users` visit are left out, but for items [n_items] that enough users
        `visited` before.
        """
        counted = CountedVisits.of_events(users, items, timestamps, n_items)
        return cls.of_counted(counted, half_life_days, minimum_users, visited)

    @classmethod
    def of_counted(
        cls, visits: CountedVisits, half_life_days: float, minimum_users: int = 1, visited: Mask | None = None
    ) -> Self:
        """Returns the visits of counted ones, as `of_events`."""
        counts = visits.recent(half_life_days)
        if minimum_users > 1:
            few = visits.users < minimum_users
            counts[few if visited is None else few & ~visited] = 0
        return cls(counts.astype(np.float32), visits.newest_ms)

    def followed_by(self, later: "RecentVisits", half_life_days: float) -> "RecentVisits":
        """Returns these visits and later ones, of days after the newest day of these or on it."""
        days = later.newest_ms // DAY_MS - self.newest_ms // DAY_MS
        faded = self.counts.astype(np.float64) * 2.0 ** (-days / half_life_days)
        return RecentVisits((faded + later.counts).astype(np.float32), later.newest_ms)

    @cached_property
    def shares(self) -> Floats:
        """Returns [n_items] the share of each item; zeros where there are no visits."""
        return shares(self.counts.astype(np.float64))

    @cached_property
    def data(self) -> bytes:
        """Returns the counts as the bytes of a `.npy` file."""
        return npy(self.counts)

    @cached_property
    def digest(self) -> str:
        """Returns the digest of `data`, by which answers name a prior."""
        return hashlib.sha256(self.data).hexdigest()[:DIGEST_LENGTH]

    def to_arrays(self) -> Arrays:
        """Returns the two arrays by name."""
        return {"recent": self.counts, "recent_newest": np.array([self.newest_ms], np.int64)}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "RecentVisits | None":
        """Returns the visits that `to_arrays` gave, None where there are none."""
        if "recent" not in arrays:
            return None
        return cls(arrays["recent"].view(np.float32), int(arrays["recent_newest"][0]))


@dataclass(frozen=True, eq=False)
class RecencyPrior:
    """The addition of recent popularity to scores, and the order of all items by it."""

    factors: Floats | None
    """[n_items] by which scores are multiplied; None for 1."""
    added: Floats | None
    """[n_items] what is added to scores then; None for 0."""
    ranker: Ranker
    """The order of items that a history does not reach: by the prior, then by popularity, then by number."""
    _rising: Floats | None = field(init=False, repr=False)
    """[n_items] what is added, times -1, in that order."""

    def __post_init__(self) -> None:
        rising = None if self.added is None else -self.added.take(self.ranker.order)
        object.__setattr__(self, "_rising", rising)

    @classmethod
    def of(cls, prior: Prior, visits: RecentVisits, popular: Ranker) -> Self:
        """Returns the prior of these visits; `popular` orders the items by popularity."""
        added = prior.weight * visits.shares if prior.weight else None
        all_time = shares(popular.popularity.astype(np.float64))
        factors = _ratios(visits.shares, all_time) ** prior.power if prior.power else None
        worth = popular.popularity * np.asarray(factors) if added is None else added
        return cls(factors, added, popular.by(worth))

    def applied(self, scored: Scored) -> Scored:
        """Returns the scores of a history together with the prior."""
        scores = scored.scores
        if self.factors is not None:
            scores = scores * self.factors.take(scored.targets)
        if self.added is not None:
            scores = scores + self.added.take(scored.targets) * scored.representing
        return replace(scored, scores=scores)

    def contributions(self, items: Items, without: Floats) -> Floats:
        """Returns [items] the part of the prior in the scores of some items; `without` [items] are those without it."""
        parts = self.of_unreached(items)
        return parts if self.factors is None else parts + without * (self.factors.take(items) - 1)

    def of_unreached(self, items: Items) -> Floats:
        """Returns [items] the scores of items that a history does not reach."""
        return np.zeros(len(items)) if self.added is None else self.added.take(items)

    @property
    def highest(self) -> float:
        """Returns the highest score of an item that a history does not reach."""
        return 0.0 if self._rising is None or not len(self._rising) else -float(self._rising[0])

    def rank(self, scored: Scored, n: int, eligible: Eligible) -> Ranking:
        """Returns the `n` best eligible items, fewer only where there are no more.

        The best of the items that the history reaches are merged with the head of the others, which stand in order.
        """
        if self.added is None or self._rising is None or not len(scored.targets):
            return self.ranker.rank(scored, n, eligible)
        items, scores = self._best_reached(scored, n, eligible)
        least = np.partition(scores, len(scores) - n)[len(scores) - n] if len(scores) >= n > 0 else -np.inf
        rivals = int(np.searchsorted(self._rising, -least, side="right"))
        others = Eligible(eligible.allowed, np.concatenate([eligible.excluded, scored.targets]))
        unreached = self.ranker.most_popular(n, others, rivals)
        merged = np.concatenate([scores, self.added.take(unreached)])
        return self.ranker.ordered(np.concatenate([items, unreached]), merged, n)

    def _best_reached(self, scored: Scored, n: int, eligible: Eligible) -> tuple[Items, Floats]:
        """Returns at least the `n` best eligible items that the history reaches, or all of them, and their scores."""
        scores = np.where(scored.representing, scored.scores, -np.inf)
        best = highest(scores, n + len(eligible.excluded))
        best = best[scored.representing.take(best)]
        items, scores = scored.targets.take(best), scores.take(best)
        shown = self.ranker.may_show(eligible, items)
        if np.count_nonzero(shown) >= n:
            return items[shown], scores[shown]
        reached, scores = scored.reached()
        shown = self.ranker.may_show(eligible, reached)
        return reached[shown], scores[shown]


def _ratios(recent: Floats, all_time: Floats) -> Floats:
    """Returns [n_items] the recent share over the all-time share; 1 for items without users."""
    mixed = (recent + MIXED * all_time) / (1 + MIXED)
    return np.divide(mixed, all_time, out=np.ones(len(recent)), where=all_time > 0)
