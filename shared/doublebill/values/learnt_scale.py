"""Learnt scales: the rating scale of a catalog that was not set, from the ratings that there are.

Almost all ratings of a catalog stand on one grid, such as 1 to 5 or 0.5 to 10. A few senders use another, such as 100
for "ten of ten", and a handful of such ratings moves every mean and the range of all predictions. Quantiles alone would
cut honest extremes where most people give the same stars. So a value is outside the scale only where all of this holds:

- it lies beyond a gap that is wider than the whole range of the values on the near side of the gap;
- there are at least two values on the near side, which makes a grid;
- it and everything beyond it are at most `RARE` of all ratings.

Only the upper end has this rule: scales begin at 0 or 1, so that a low rating is an honest one. At the lower end the
same rule counts for negative values alone.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from doublebill.values.rating_scale import LARGEST_RATING, RatingScale

type Ratings = npt.NDArray[np.float64]
type Counts = npt.NDArray[np.integer]

RARE = 0.05
"""Largest share of the ratings that can be outside."""

FEWEST_VALUES = 2
"""Fewest distinct values that make a grid."""

NO_VALUES = np.zeros(0, np.float64)
NO_COUNTS = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class LearntScale:
    """The scale of some ratings, as far as later ones are compared with it."""

    scale: RatingScale
    ratings: int
    """Number of the ratings inside it."""

    def __contains__(self, rating: float) -> bool:
        if rating in self.scale:
            return True
        if not 0 <= rating <= LARGEST_RATING and self.scale.lowest >= 0:
            return False
        widened = self.with_ratings(np.array([rating]), np.ones(1, np.int64))
        return widened is None or rating in widened

    @property
    def words(self) -> str:
        """Returns the ratings that it allows, as a complaint names them."""
        return (
            f"a rating on the scale {self.scale}, which was learnt from {self.ratings} ratings;"
            " where this one is right, set another: doublebill settings CATALOG --rating-scale LOW..HIGH"
        )

    def with_ratings(self, values: Ratings, counts: Counts) -> RatingScale | None:
        """Returns the scale that is learnt from its ratings and others, each of the `values` `counts` times."""
        ends = np.array([self.scale.lowest, self.scale.highest])
        halves = np.array([self.ratings // 2, self.ratings - self.ratings // 2])
        every, places = np.unique(np.concatenate([ends, values]), return_inverse=True)
        total = np.bincount(places, np.concatenate([halves, counts]), len(every)).astype(np.int64)
        return scale_of_counts(every, total)

    def to_json(self) -> dict[str, object]:
        """Returns the scale as the record of a catalog has it."""
        return {"scale": self.scale.to_json(), "ratings": self.ratings}

    @classmethod
    def of_json(cls, raw: object) -> "LearntScale":
        """Returns the scale that `to_json` wrote.

        Raises:
            InvalidInput, TypeError, KeyError: when it is anything else.
        """
        if not isinstance(raw, dict) or not isinstance(raw["ratings"], int):
            raise TypeError("no learnt scale")
        return cls(RatingScale.of_json(raw["scale"]), raw["ratings"])


def scale_of_counts(values: Ratings, counts: Counts) -> RatingScale | None:
    """Returns the scale of ratings, given as the distinct ascending values and how often there is each."""
    highest = _top(values, counts)
    kept = values <= highest
    lowest = float(values.min(initial=highest))
    if lowest < 0:
        lowest = -_top(-values[kept][::-1], counts[kept][::-1])
    return RatingScale(lowest, highest) if lowest < highest else None


def _top(values: Ratings, counts: Counts) -> float:
    """Returns the highest of the ascending values that is not beyond a gap, as above."""
    total = counts.sum()
    for place in range(FEWEST_VALUES, len(values)):
        rare = counts[place:].sum() <= RARE * total
        if rare and values[place] - values[place - 1] > values[place - 1] - values[0]:
            return float(values[place - 1])
    return float(values[-1]) if len(values) else 0.0
