"""Recency: the share of the recent visits that each item has, from the interactions of a training.

Of interactions only the newest time of each user and item is known, so each pair is one visit, on that day.
"""

import numpy as np

from doublebill.arrays import Floats
from doublebill.model.interactions import Interactions
from doublebill.model.priors.recency_prior import RecentVisits


def recent_visits(interactions: Interactions, half_life_days: float, minimum_users: int = 1) -> RecentVisits:
    """Returns the visits of each item by the newest times of interactions; those without a time are none.

    Items with visits of fewer than `minimum_users` have none.
    """
    timed = np.flatnonzero(interactions.timestamps > 0)
    return RecentVisits.of_events(
        interactions.users_of_entries()[timed],
        interactions.items[timed],
        interactions.timestamps[timed],
        half_life_days,
        interactions.n_items,
        minimum_users,
    )


def recent_shares(interactions: Interactions, half_life_days: float) -> Floats:
    """Returns [n_items] the share of each item, all of them 1 together; zeros where no interaction has a time."""
    return recent_visits(interactions, half_life_days).shares
