"""Met users: a random fifth of the items of some users whom the model has met (weak generalisation).

It says how well those are served of whom a model knows most, where no times say what they met last.
"""

import dataclasses

import numpy as np

from doublebill.fit.splits.holdout import TARGET_SHARE, Holdout, Split, eligible_users, newer_entries, target_counts
from doublebill.model.interactions import Interactions

MOST_USERS = 2000
"""Validation users, and test users, at most: others are known whole."""


def met_split(interactions: Interactions, seed: int) -> Split | None:
    """Hides items of validation users and of test users, and trains on everything else of everybody.

    None where no two users have enough interactions.
    """
    random = np.random.default_rng(seed)
    asked = random.permutation(np.flatnonzero(eligible_users(interactions)))[: 2 * MOST_USERS]
    if len(asked) < 2:
        return None
    sizes = np.diff(interactions.indptr)
    counts = np.zeros_like(sizes)
    counts[asked] = target_counts(sizes[asked], TARGET_SHARE)
    untimed = dataclasses.replace(interactions, timestamps=np.zeros_like(interactions.timestamps))
    hidden = newer_entries(untimed, random) < np.repeat(counts, sizes)
    train, targets = interactions.where(~hidden), interactions.where(hidden)
    validation, test = (
        Holdout(train.rows(users), targets.rows(users), train=train, met=True, users=users)
        for users in (np.sort(asked[::2]), np.sort(asked[1::2]))
    )
    return Split(train, validation, test)
