"""Newest split: every user's newest items are targets, and the model has met all users (weak generalisation)."""

import numpy as np

from doublebill.arrays import Ints
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
    sizes = np.where(eligible, np.diff(interactions.indptr), 0)
    test_counts, validation_counts = target_counts(sizes, TARGET_SHARE), target_counts(sizes, VALIDATION_SHARE)
    return hide_newest(interactions, seed, test_counts, validation_counts)


def hide_newest(interactions: Interactions, seed: int, test_counts: Ints, validation_counts: Ints) -> Split | None:
    """Hides so many newest items of each user for the test, and so many before them for validation, [n_users] each.

    Users without test targets are trained on whole and never evaluated. None where no others remain.
    """
    users = np.flatnonzero(test_counts)
    if not len(users):
        return None
    newer, sizes = newer_entries(interactions, np.random.default_rng(seed)), np.diff(interactions.indptr)
    in_test, in_either = (newer < np.repeat(n, sizes) for n in (test_counts, test_counts + validation_counts))
    oldest, older = interactions.where(~in_either), interactions.where(~in_test)
    validation = Holdout(oldest.rows(users), interactions.where(in_either & ~in_test).rows(users), True, oldest)
    test = Holdout(older.rows(users), interactions.where(in_test).rows(users), True, older)
    return Split(oldest, validation, test)
