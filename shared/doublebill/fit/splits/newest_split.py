"""Newest split: every user's newest items are targets, and the model has met all users (weak generalisation)."""

import numpy as np

from doublebill.fit.splits.holdout import (
    TARGET_SHARE,
    Holdout,
    Split,
    eligible_users,
    newer_entries,
    target_counts,
    timed_users,
)
from doublebill.model.interactions import Interactions

VALIDATION_SHARE = 0.1
"""Share of a user's interactions that are validation targets."""


def newest_split(interactions: Interactions, seed: int) -> Split | None:
    """Splits each user's items: the newest fifth are test targets, the tenth before them validation targets.

    Everything older is the training part; for the test, validation targets are trained on too. Users without times
    or with few interactions are trained on whole and never evaluated. None where no users remain.
    """
    eligible = eligible_users(interactions) & timed_users(interactions)
    if not eligible.any():
        return None
    sizes = np.where(eligible, np.diff(interactions.indptr), 0)
    test_counts = target_counts(sizes, TARGET_SHARE)
    both_counts = test_counts + target_counts(sizes, VALIDATION_SHARE)
    newer = newer_entries(interactions, np.random.default_rng(seed))
    in_test, in_either = (newer < np.repeat(n, np.diff(interactions.indptr)) for n in (test_counts, both_counts))
    users = np.flatnonzero(eligible)
    oldest, older = interactions.where(~in_either), interactions.where(~in_test)
    validation = Holdout(oldest.rows(users), interactions.where(in_either & ~in_test).rows(users), True, oldest)
    test = Holdout(older.rows(users), interactions.where(in_test).rows(users), True, older)
    return Split(oldest, validation, test)
