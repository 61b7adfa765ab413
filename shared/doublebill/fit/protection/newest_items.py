"""Newest items: of each user at most so many, so that no user moves a model by more than others may.

Of a user's items those of the newest times are kept; of equal times, or without times, those of the largest weights,
then the lower numbers. What is kept of a user depends on that user alone.
"""

import numpy as np

from doublebill.model.interactions import Interactions


def newest_items(interactions: Interactions, most: int) -> Interactions:
    """Returns the interactions with at most the `most` newest items of each user; all of them where that is 0."""
    lengths = np.diff(interactions.indptr)
    if not most or not (lengths > most).any():
        return interactions
    users = interactions.users_of_entries()
    order = np.lexsort((interactions.items, -interactions.weights, -interactions.timestamps, users))
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order)) - interactions.indptr[users]
    return interactions.where(ranks < most)
