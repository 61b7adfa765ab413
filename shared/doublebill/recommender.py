"""Recommender: one trained model whole, ready to answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from doublebill.catalog import Arrays, Catalog
from doublebill.config import Config
from doublebill.errors import ArtifactCorrupt
from doublebill.neighbours import Items, Neighbours, Numbers, top
from doublebill.ratings import RatingModel

GOLDEN_TOLERANCE = 1e-5
"""How far, relative to the score, a golden answer may be off on another machine."""

GOLDEN_REQUESTS = 5
GOLDEN_N = 10


@dataclass(frozen=True, slots=True)
class Ranking:
    """Items in the order of their scores, highest first."""

    items: npt.NDArray[np.int32]
    scores: npt.NDArray[np.float64]
    cold: bool
    """True where nothing of the history leads anywhere, so the scores are popularity."""


@dataclass(frozen=True, eq=False)
class Recommender:
    """A catalog, its neighbours and its popularity under one config, and ratings where there are any."""

    catalog: Catalog
    neighbours: Neighbours
    popularity: npt.NDArray[np.float32]
    """[n_items] share of the users who have the item."""
    config: Config
    ratings: RatingModel | None = None
    """Where people gave stars; it predicts them and leaves the order of answers alone."""
    popular: npt.NDArray[np.int32] = field(init=False, repr=False)
    """[available] numbers of the available items, most popular first; ties by item number."""
    _ranks: npt.NDArray[np.int32] = field(init=False, repr=False)
    _damping: npt.NDArray[np.float64] = field(init=False, repr=False)
    """[n_items] what the score of each item is multiplied by."""

    def __post_init__(self) -> None:
        ordered = np.lexsort((np.arange(len(self.popularity)), -self.popularity)).astype(np.int32)
        ranks = np.empty_like(ordered)
        ranks[ordered] = np.arange(len(ordered), dtype=np.int32)
        object.__setattr__(self, "popular", ordered[self.catalog.available[ordered]])
        object.__setattr__(self, "_ranks", ranks)
        object.__setattr__(self, "_damping", _damping(self.popularity, self.config.damping))

    def recommend(self, history: Items, weights: Numbers, n: int, excluded: Items) -> Ranking:
        """The `n` best items for a history, fewer only where the catalog has no more.

        `history` holds item numbers, `weights` how much each counts, already saturated; `excluded` item numbers never
        come back. Items that the history does not reach score 0 and follow by popularity.
        """
        reached, scores = self.scores(history, weights)
        return self.rank(reached, scores, n, excluded)

    def scores(self, history: Items, weights: Numbers) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float64]]:
        """The items that a history reaches and their scores, both [reached], in no particular order."""
        counting = np.asarray(weights) != 0
        reached, sums = self.neighbours.scores(np.asarray(history)[counting], np.asarray(weights)[counting])
        return reached, sums * self._damping[reached]

    def rank(self, reached: npt.NDArray[np.int32], scores: npt.NDArray[np.float64], n: int, excluded: Items) -> Ranking:
        """The `n` best of what `scores` gave; the rest of the catalog scores 0 and follows by popularity."""
        if not len(reached):
            items = self.most_popular(n, excluded)
            return Ranking(items, self.popularity[items].astype(np.float64), cold=True)
        allowed = self.catalog.available[reached] & ~np.isin(reached, excluded)
        reached, scores = reached[allowed], scores[allowed]
        if np.count_nonzero(scores > 0) < n:
            others = self.most_popular(n, np.concatenate([reached, excluded]))
            reached = np.concatenate([reached, others])
            scores = np.concatenate([scores, np.zeros(len(others))])
        best = top(reached, scores, n, self._ranks)
        return Ranking(reached[best], scores[best], cold=False)

    def contributions(self, history: Items, weights: Numbers, wanted: Items) -> npt.NDArray[np.float64]:
        """[len(wanted), len(history)] what each history item adds to the score of each wanted item."""
        parts = self.neighbours.contributions(history, weights, wanted)
        return parts * self._damping[wanted][:, np.newaxis]

    def most_popular(self, n: int, excluded: Items) -> npt.NDArray[np.int32]:
        """The `n` most popular items outside `excluded`."""
        first = self.popular[: n + len(excluded)]
        return first[~np.isin(first, excluded)][:n]

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
        return {**self.catalog.to_arrays(), **self.neighbours.to_arrays(), **ratings, "popularity": self.popularity}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: Config) -> "Recommender":
        """The recommender that `to_arrays` gave."""
        return cls(
            Catalog.from_arrays(arrays),
            Neighbours.from_arrays(arrays),
            arrays["popularity"].view(np.float32),
            config,
            RatingModel.from_arrays(arrays),
        )


def _damping(popularity: npt.NDArray[np.float32], power: float) -> npt.NDArray[np.float64]:
    """[n_items] popularity ** -power relative to the most popular item; items of nobody as the least popular."""
    if not power or not popularity.any():
        return np.ones(len(popularity))
    at_least = popularity[popularity > 0].min()
    return (np.maximum(popularity, at_least) / popularity.max()).astype(np.float64) ** -power
