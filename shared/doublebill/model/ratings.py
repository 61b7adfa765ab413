"""Ratings: how many stars a user would give an item, from the ratings of a history.

    r̂_ui = μ + b_u + b_i + |R|^-½ Σ_j∈R ( (r_uj - μ - b_u - b_j) w_ji + c_ji )
    b_u  = Σ_j∈R (r_uj - μ - b_j) / (λ + |R|)

R are the rated items of the history, λ is `USER_SHRINKAGE`. The first edges, w, carry how the ratings deviate; the
second, c, that items were rated at all, which says something too (the form of Koren 2010, "Factor in the neighbors",
doi:10.1145/1644873.1644874).
Without ratings in the history an item gets its mean, μ + b_i; an item that no user rated gets μ + b_u.
"""

from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Arrays, Floats, Floats32, Items, Reals
from doublebill.model.counting.verdicts import USER_SHRINKAGE, RatingLevels
from doublebill.model.neighbours import Neighbours

PREFIXES = ("deviations_", "presences_")


@dataclass(frozen=True, eq=False)
class RatingModel:
    """Mean ratings of items, and the edges by which one rating predicts another; for one thread, like `Neighbours`."""

    mean: float
    """μ, in stars."""
    lowest: float
    highest: float
    """The range of the ratings fitted; none outside of it is predicted."""
    item_biases: Floats32
    """[n_items] b, 0 where no user rated the item."""
    deviations: Neighbours
    """w."""
    presences: Neighbours
    """c, in stars."""

    def predict(self, history: Items, ratings: Reals, items: Items) -> Floats:
        """Returns [items] the ratings in stars that a user with `ratings` of the items `history` would give to `items`.

        `history` holds distinct item numbers; ratings beyond the range of those fitted count as its ends. An item may
        be in both: its own rating then counts in b_u alone.
        """
        inside = np.clip(np.asarray(ratings, np.float64), self.lowest, self.highest)
        deviations = inside - self.mean - self.item_biases[history]
        bias = deviations.sum() / (USER_SHRINKAGE + len(history))
        share = np.full(len(history), max(len(history), 1) ** -0.5)
        deviating = _sums(self.deviations, history, (deviations - bias) * share, items)
        present = _sums(self.presences, history, share, items)
        expected = self.mean + bias + self.item_biases[items] + deviating + present
        predicted: Floats = np.clip(expected, self.lowest, self.highest)
        return predicted

    @property
    def levels(self) -> RatingLevels:
        """Returns the levels by which a rating is low."""
        return RatingLevels(self.mean, (self.lowest + self.highest) / 2)

    def to_arrays(self) -> Arrays:
        """Returns everything as named arrays, each name beginning with `rating`."""
        edges = zip(PREFIXES, (self.deviations, self.presences), strict=True)
        return {
            "rating_range": np.array([self.lowest, self.mean, self.highest]),
            "rating_item_biases": self.item_biases,
            **{f"rating_{prefix}{name}": array for prefix, part in edges for name, array in part.to_arrays().items()},
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "RatingModel | None":
        """Returns the model that `to_arrays` gave, None where there is none."""
        if "rating_range" not in arrays:
            return None
        lowest, mean, highest = arrays["rating_range"].view(np.float64).tolist()
        return cls(
            mean, lowest, highest, arrays["rating_item_biases"].view(np.float32), *(_edges(arrays, p) for p in PREFIXES)
        )


def _sums(edges: Neighbours, history: Items, weights: Reals, wanted: Items) -> Floats:
    reached, scores = edges.score(history, weights).reached()
    sums = np.zeros(edges.n_items)
    sums[reached] = scores
    return sums[wanted]


def _edges(arrays: Arrays, prefix: str) -> Neighbours:
    names = ("indptr", "targets", "values", "scales")
    return Neighbours.from_arrays({name: arrays[f"rating_{prefix}{name}"] for name in names})
