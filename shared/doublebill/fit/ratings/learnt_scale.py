"""Learnt scales: the rating scale of a catalog that nobody set, from the ratings that there are.

Almost all ratings of a catalog stand on one grid, such as 1 to 5 or 0.5 to 10. A few senders use another, such as 100
for "ten of ten", and a handful of such ratings moves every mean and the range of all predictions. Quantiles alone would
cut honest extremes where most people give the same stars. So a value is outside the scale only where all of this holds:

- it lies beyond a gap that is wider than the whole range of the values on the near side of the gap;
- there are at least two values on the near side, which makes a grid;
- it and everything beyond it are at most `RARE` of all ratings.

Only the upper end has this rule: scales begin at 0 or 1, so that a low rating is an honest one. At the lower end the
same rule counts for negative values alone.
"""

import numpy as np

from doublebill.arrays import Floats, Integers
from doublebill.values.rating_scale import RatingScale

RARE = 0.05
"""Largest share of the ratings that can be outside."""

FEWEST_VALUES = 2
"""Fewest distinct values that make a grid."""


def learnt_scale(ratings: Floats) -> RatingScale | None:
    """Returns the scale of the ratings, from its lowest to its highest value; None where they are all equal."""
    values, counts = np.unique(ratings, return_counts=True)
    highest = _top(values, counts)
    kept = values <= highest
    lowest = float(values.min(initial=highest))
    if lowest < 0:
        lowest = -_top(-values[kept][::-1], counts[kept][::-1])
    return RatingScale(lowest, highest) if lowest < highest else None


def _top(values: Floats, counts: Integers) -> float:
    """Returns the highest of the ascending values that is not beyond a gap, as above."""
    total = counts.sum()
    for place in range(FEWEST_VALUES, len(values)):
        rare = counts[place:].sum() <= RARE * total
        if rare and values[place] - values[place - 1] > values[place - 1] - values[0]:
            return float(values[place - 1])
    return float(values[-1]) if len(values) else 0.0
