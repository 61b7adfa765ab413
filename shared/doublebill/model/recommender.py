"""Recommender: one trained model whole, ready to answer."""

from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field, replace

import numpy as np

from doublebill.arrays import Arrays, Floats, Floats32, Items, Mask, Reals
from doublebill.errors import ArtifactCorrupt
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config
from doublebill.model.neighbours import Neighbours
from doublebill.model.priors.recency_prior import RecencyPrior, RecentVisits
from doublebill.model.ranking import Eligible, Ranker, Ranking, Scored
from doublebill.model.ratings import RatingModel

GOLDEN_TOLERANCE = 1e-5
"""The largest difference, relative to the score, of a golden answer on another machine."""

GOLDEN_REQUESTS = 5
GOLDEN_N = 10


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
    recent: RecentVisits | None = None
    """Recent visits, where the config has a prior."""
    loaded_ranker: InitVar[Ranker | None] = None
    """The order by that popularity, where an artifact brings it."""
    ranker: Ranker = field(init=False, repr=False)
    damping: Floats | None = field(init=False, repr=False)
    """[n_items] the factor of each item's score; None where all are 1."""
    prior: RecencyPrior | None = field(init=False, repr=False)
    """What recent visits add to scores; None without a prior."""

    def __post_init__(self, loaded_ranker: Ranker | None) -> None:
        object.__setattr__(self, "ranker", loaded_ranker or Ranker.of(self.popularity))
        object.__setattr__(self, "damping", _damping(self.popularity, self.config.damping))
        if (self.config.prior is None) != (self.recent is None):
            raise ValueError("a config with a prior comes with recent visits, and no other does")
        prior = self.config.prior and self.recent and RecencyPrior.of(self.config.prior, self.recent, self.ranker)
        object.__setattr__(self, "prior", prior)

    def with_recent(self, recent: RecentVisits) -> "Recommender":
        """Returns the same model with other recent visits."""
        return replace(self, recent=recent, loaded_ranker=self.ranker)

    @property
    def ranking_worth(self) -> Reals:
        """Returns [n_items] the number that orders items of equal score: popularity, or the prior's."""
        return self.order_ranker.popularity

    @property
    def unreached_scores(self) -> Floats:
        """Returns [n_items] the scores of items that a history does not reach."""
        items = np.arange(len(self.popularity))
        return self.prior.of_unreached(items) if self.prior else np.zeros(len(items))

    def score(self, history: Items, weights: Reals) -> Scored:
        """Returns the scores to which a history adds up, the prior included.

        `history` holds distinct item numbers, `weights` how much each counts, already saturated.
        """
        scored = self.score_by_history(history, weights)
        return scored if self.prior is None else self.prior.applied(scored)

    def score_by_history(self, history: Items, weights: Reals) -> Scored:
        """Returns the sums of the contributions of history items, without the prior."""
        scored = self.neighbours.score(history, weights)
        if self.damping is None:
            return scored
        return replace(scored, scores=scored.scores * self.damping.take(scored.targets))

    def recommend(
        self, history: Items, weights: Reals, n: int, excluded: Items, allowed: Mask | None = None
    ) -> Ranking:
        """Returns the `n` best items for a history, fewer only where the catalog has no more.

        `excluded` holds item numbers that must not come back, `allowed` [n_items] the items that may; without it, those
        that the catalog has available.
        """
        eligible = Eligible(self.catalog.available if allowed is None else allowed, excluded)
        return self.rank(self.score(history, weights), n, eligible)

    def rank(self, scored: Scored, n: int, eligible: Eligible) -> Ranking:
        """Returns the `n` best eligible items by the scores of a history, fewer only where there are no more."""
        return (self.prior or self.ranker).rank(scored, n, eligible)

    def order(self, scored: Scored, items: Items) -> Ranking:
        """Returns some items by the scores of a history, the best first."""
        ranker, cold = self.order_ranker, not len(scored.targets)
        if cold:
            scores = ranker.popularity[items].astype(np.float64)
        else:
            unreached = self.prior.of_unreached(items) if self.prior else np.zeros(len(items))
            scores = scored.scores_of(items, unreached)
        return replace(ranker.ordered(items, scores, len(items)), cold=cold)

    def contributions(self, history: Items, weights: Reals, items: Items) -> Floats:
        """Returns [items, history] how much each history item adds to the score of each of some distinct items.

        Where there is a prior, `prior.contributions` is the rest of the score.
        """
        parts = self.neighbours.contributions(history, weights, items)
        return parts if self.damping is None else parts * self.damping.take(items)[:, np.newaxis]

    def factors(self) -> list[Floats]:
        """Returns the factors of an item's score, each [n_items], to apply to sums of stored values in this order."""
        scales = self.neighbours.scales.astype(np.float64)
        others = (self.damping, self.prior.factors if self.prior else None)
        return [scales, *(factors for factors in others if factors is not None)]

    @property
    def order_ranker(self) -> Ranker:
        """Returns the order of items of equal score: by popularity, or by the prior."""
        return self.prior.ranker if self.prior else self.ranker

    def golden(self) -> list[dict[str, object]]:
        """Returns a few requests with their answers, for the loader to repeat before this model may serve."""
        popular = self.ranker.order
        spread = np.linspace(0, len(popular) - 1, GOLDEN_REQUESTS).astype(np.int64)
        requests = [np.unique(popular[[place, place // 2]]) for place in spread if len(popular)]
        return [{"history": history.tolist(), **self._golden_answer(history)} for history in requests]

    def _golden_answer(self, history: Items) -> dict[str, object]:
        ranking = self.recommend(history, np.ones(len(history)), GOLDEN_N, history)
        return {"items": ranking.items.tolist(), "scores": ranking.scores.tolist()}

    def check_golden(self, golden: list[Mapping[str, list[float]]]) -> None:
        """Returns answers the golden requests again.

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
        """Returns everything but the config, as named arrays."""
        ratings = {} if self.ratings is None else self.ratings.to_arrays()
        recent = {} if self.recent is None else self.recent.to_arrays()
        parts = (self.catalog, self.neighbours, self.ranker)
        return {name: array for part in parts for name, array in part.to_arrays().items()} | ratings | recent

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: Config) -> "Recommender":
        """Returns the recommender that `to_arrays` gave."""
        ranker = Ranker.from_arrays(arrays)
        return cls(
            Catalog.from_arrays(arrays),
            Neighbours.from_arrays(arrays),
            ranker.popularity,
            config,
            RatingModel.from_arrays(arrays),
            RecentVisits.from_arrays(arrays),
            ranker,
        )


def _damping(popularity: Floats32, power: float) -> Floats | None:
    """Returns [n_items] popularity ** -power relative to the most popular item, items without users like the rarest."""
    if not power or not popularity.any():
        return None
    at_least = popularity[popularity > 0].min()
    return (np.maximum(popularity, at_least) / popularity.max()).astype(np.float64) ** -power
