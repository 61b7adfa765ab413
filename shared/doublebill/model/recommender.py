"""Recommender: one trained model whole, ready to answer."""

from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field

import numpy as np

from doublebill.arrays import Arrays, Floats, Floats32, Ints32, Items, Mask, Places, Reals
from doublebill.errors import ArtifactCorrupt
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config
from doublebill.model.neighbours import Neighbours, highest, top
from doublebill.model.popularity import ByPopularity
from doublebill.model.ratings import RatingModel

GOLDEN_TOLERANCE = 1e-5
"""How far, relative to the score, a golden answer may be off on another machine."""

LOOKED_THROUGH = 32
"""How many items are looked at by popularity for one that is wanted, before the allowed ones are ordered instead."""

GOLDEN_REQUESTS = 5
GOLDEN_N = 10


@dataclass(frozen=True, slots=True)
class Ranking:
    """Items in the order of their scores, highest first."""

    items: Ints32
    scores: Floats
    cold: bool
    """True where nothing of the history leads anywhere, so the scores are popularity."""


@dataclass(frozen=True, eq=False)
class Recommender:
    """A catalog, its neighbours and its popularity under one config, and ratings where there are any."""

    catalog: Catalog
    neighbours: Neighbours
    popularity: Floats32
    """[n_items] share of the users who have the item."""
    config: Config
    ratings: RatingModel | None = None
    """Where people gave stars; it predicts them and leaves the order of answers alone."""
    ranked: InitVar[ByPopularity | None] = None
    """The items by their popularity, where that was found out before."""
    _ranked: ByPopularity = field(init=False, repr=False)
    _damping: Floats | None = field(init=False, repr=False)
    """[n_items] what the score of each item is multiplied by; None where that is 1."""
    _free: Mask = field(init=False, repr=False)
    """[n_items + 1] True but while a request excludes items; at the end there is a place for -1, an unknown item."""

    def __post_init__(self, ranked: ByPopularity | None) -> None:
        object.__setattr__(self, "_ranked", ranked or ByPopularity.of(self.popularity))
        object.__setattr__(self, "_damping", _damping(self.popularity, self.config.damping))
        object.__setattr__(self, "_free", np.ones(len(self.popularity) + 1, np.bool_))

    @property
    def popular(self) -> Ints32:
        """[n_items] item numbers, most popular first; ties by item number."""
        return self._ranked.order

    def recommend(
        self,
        history: Items,
        weights: Reals,
        n: int,
        excluded: Items,
        allowed: Mask | None = None,
    ) -> Ranking:
        """The `n` best items for a history, fewer only where the catalog has no more.

        `history` holds item numbers, `weights` how much each counts, already saturated; `excluded` item numbers never
        come back. Items that the history does not reach score 0 and follow by popularity. It is what `rank` makes of
        `scores`, but as long as enough items score above 0, no list of all reached items is made.
        """
        allowed = self.catalog.available if allowed is None else allowed
        targets, scores, chosen = self._edge_scores(history, weights)
        best = highest(scores, n + len(excluded))
        items, candidates = targets.take(best), scores.take(best)
        fit = (candidates > 0) & allowed.take(items) & self._outside(excluded, items)
        if np.count_nonzero(fit) >= n > 0:
            return self.ordered(items[fit], candidates[fit], n)
        return self.rank(targets[chosen].astype(np.int32), scores[chosen], n, excluded, allowed)

    def scores(self, history: Items, weights: Reals) -> tuple[Ints32, Floats]:
        """The items that a history reaches and their scores, both [reached], in no particular order."""
        targets, scores, chosen = self._edge_scores(history, weights)
        winners = chosen.nonzero()[0]
        return targets.take(winners).astype(np.int32), scores.take(winners)

    def _edge_scores(self, history: Items, weights: Reals) -> tuple[Places, Floats, Mask]:
        if np.count_nonzero(weights) < len(weights):
            counting = np.flatnonzero(weights)
            history, weights = np.asarray(history)[counting], np.asarray(weights)[counting]
        targets, scores, chosen = self.neighbours.edge_scores(history, weights)
        return targets, scores if self._damping is None else scores * self._damping.take(targets), chosen

    def rank(
        self,
        reached: Ints32,
        scores: Floats,
        n: int,
        excluded: Items,
        allowed: Mask | None = None,
    ) -> Ranking:
        """The `n` best of what `scores` gave; the rest of the catalog scores 0 and follows by popularity.

        `allowed` [n_items] says which items may come back at all; without it, those that the catalog has available.
        """
        if not len(reached):
            items = self.most_popular(n, excluded, allowed)
            return Ranking(items, self.popularity[items].astype(np.float64), cold=True)
        allowed = self.catalog.available if allowed is None else allowed
        best = self._best(reached, scores, n, excluded, allowed)
        items, candidates = reached.take(best), scores.take(best)
        if np.count_nonzero(candidates > 0) < n:
            others = self.most_popular(n, np.concatenate([reached, excluded]), allowed)
            items, candidates = np.concatenate([items, others]), np.concatenate([candidates, np.zeros(len(others))])
        return self.ordered(items, candidates, n)

    def ordered(self, items: Items, scores: Floats, n: int) -> Ranking:
        """The `n` best of some items, fewer where there are no more; ties by popularity, then by item number."""
        order = top(items, scores, n, self._ranked.ranks)
        return Ranking(items.take(order).astype(np.int32), scores.take(order), cold=False)

    def _best(self, reached: Items, scores: Reals, n: int, excluded: Items, allowed: Mask) -> Places:
        """The positions of at least the `n` best that are allowed and not excluded, or of all there are."""
        best = highest(scores, n + len(excluded))
        items = reached.take(best)
        best = best[allowed.take(items) & self._outside(excluded, items)]
        if len(best) >= n or len(items) == len(reached):
            return best
        permitted = (allowed.take(reached) & self._outside(excluded, reached)).nonzero()[0]
        return permitted.take(highest(scores.take(permitted), n))

    def contributions(self, history: Items, weights: Reals, wanted: Items) -> Floats:
        """[len(wanted), len(history)] what each history item adds to the score of each wanted item."""
        parts = self.neighbours.contributions(history, weights, wanted)
        return parts if self._damping is None else parts * self._damping.take(wanted)[:, np.newaxis]

    def most_popular(self, n: int, excluded: Items, allowed: Mask | None = None) -> Ints32:
        """The `n` most popular allowed items outside `excluded`; `allowed` as for `rank`."""
        allowed = self.catalog.available if allowed is None else allowed
        first = self.popular[: LOOKED_THROUGH * n + len(excluded)]
        found = first[allowed.take(first) & self._outside(excluded, first)]
        if len(found) < n and len(first) < len(self.popular):
            candidates = np.flatnonzero(allowed)
            found = self._ranked.first(n, candidates[self._outside(excluded, candidates)])
        return found[: max(n, 0)]

    def _outside(self, excluded: Items, items: Items) -> Mask:
        """[len(items)] whether each item is none of the excluded ones."""
        self._free[excluded] = False
        free = self._free.take(items)
        self._free[excluded] = True
        return free

    def golden(self) -> list[dict[str, object]]:
        """A few requests with their answers, for the loader to repeat before this model may serve."""
        spread = np.linspace(0, len(self.popular) - 1, GOLDEN_REQUESTS).astype(np.int64)
        requests = [np.unique(self.popular[[place, place // 2]]) for place in spread if len(self.popular)]
        return [{"history": history.tolist(), **self._golden_answer(history)} for history in requests]

    def _golden_answer(self, history: Items) -> dict[str, object]:
        ranking = self.recommend(history, np.ones(len(history)), GOLDEN_N, history)
        return {"items": ranking.items.tolist(), "scores": ranking.scores.tolist()}

    def check_golden(self, golden: list[Mapping[str, list[float]]]) -> None:
        """Answers the golden requests again.

        Raises:
            ArtifactCorrupt: when a score differs by more than `GOLDEN_TOLERANCE`.
        """
        for number, request in enumerate(golden):
            history = np.array(request["history"], np.int32)
            ranking = self.recommend(history, np.ones(len(history)), GOLDEN_N, history)
            expected = np.array(request["scores"])
            if ranking.scores.shape != expected.shape or not np.allclose(
                ranking.scores, expected, rtol=GOLDEN_TOLERANCE, atol=GOLDEN_TOLERANCE
            ):
                raise ArtifactCorrupt(f"golden request {number}: found scores {ranking.scores}, expected {expected}")

    def to_arrays(self) -> Arrays:
        """Everything but the config, as named arrays."""
        ratings = {} if self.ratings is None else self.ratings.to_arrays()
        parts = (self.catalog, self.neighbours, self._ranked)
        arrays = {name: array for part in parts for name, array in part.to_arrays().items()}
        return {**arrays, **ratings, "popularity": self.popularity}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: Config) -> "Recommender":
        """The recommender that `to_arrays` gave."""
        return cls(
            Catalog.from_arrays(arrays),
            Neighbours.from_arrays(arrays),
            arrays["popularity"].view(np.float32),
            config,
            RatingModel.from_arrays(arrays),
            ByPopularity.from_arrays(arrays),
        )


def _damping(popularity: Floats32, power: float) -> Floats | None:
    """[n_items] popularity ** -power relative to the most popular item; items of nobody as the least popular."""
    if not power or not popularity.any():
        return None
    at_least = popularity[popularity > 0].min()
    return (np.maximum(popularity, at_least) / popularity.max()).astype(np.float64) ** -power
