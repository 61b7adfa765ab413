"""Recency: the share of the recent visits that each item has, from the interactions of a training.

Of interactions only the newest time of each user and item is known, so each pair is one visit, on that day.
"""

import numpy as np

from doublebill.arrays import Floats
from doublebill.model.interactions import Interactions
from doublebill.model.priors.visits import days_of, recent_counts, shares


def recent_shares(interactions: Interactions, half_life_days: float) -> Floats:
    """Returns [n_items] the share of each item, all of them 1 together; zeros where no interaction has a time."""
    timed = np.flatnonzero(interactions.timestamps > 0)
    if not len(timed):
        return np.zeros(interactions.n_items)
    days = days_of(interactions.timestamps[timed])
    counts = recent_counts(interactions.items[timed], days, int(days.max()), half_life_days, interactions.n_items)
    return shares(counts)
