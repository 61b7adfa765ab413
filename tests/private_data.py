"""Data for tests of private models: histories as rows of interactions."""

from collections.abc import Sequence

import numpy as np

from doublebill.model.interactions import Interactions


def interactions_of(histories: Sequence[dict[int, float]], n_items: int) -> Interactions:
    """The interactions of users whose histories are weights by item."""
    users = np.repeat(np.arange(len(histories)), [len(one) for one in histories])
    items = np.array([item for one in histories for item in one], np.int64)
    weights = np.array([weight for one in histories for weight in one.values()], np.float64)
    return Interactions.of(users, items, weights, np.zeros(len(items), np.int64), n_items)
