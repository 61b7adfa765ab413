"""Liked targets: where people rate, only the items that they liked are worth finding."""

import dataclasses

import numpy as np

from doublebill.fit.splits.holdout import Holdout, Split


def liked_targets(holdout: Holdout) -> Holdout | None:
    """Returns the holdout with liked items as its only targets, without users who have none; None without users.

    Histories stay as they are, so that low ratings are known. Where no user gave a low rating nothing changes.
    """
    liked = holdout.targets.liked
    if liked is None:
        return holdout
    targets = holdout.targets.where(liked)
    users = np.flatnonzero(np.diff(targets.indptr))
    if not len(users):
        return None
    numbers = None if holdout.users is None else holdout.users[users]
    fold_in, targets = holdout.fold_in.rows(users), targets.rows(users)
    return dataclasses.replace(holdout, fold_in=fold_in, targets=targets, liked=True, users=numbers)


def liked_split(parts: Split | None) -> Split | None:
    """Returns the split with liked items as its only targets; None where no users remain in one of its parts."""
    if parts is None:
        return None
    validation, test = liked_targets(parts.validation), liked_targets(parts.test)
    return dataclasses.replace(parts, validation=validation, test=test) if validation and test else None
