"""Holdout: users of whom a model sees some items, the fold-in, and must find the others, the targets."""

from dataclasses import dataclass, replace

import numpy as np

from doublebill.arrays import Ints, Mask
from doublebill.model.interactions import Interactions

TARGET_SHARE = 0.2
"""Share of a user's items that become targets."""

FEWEST_INTERACTIONS = 5
"""Users with fewer interactions are trained on but never evaluated."""


@dataclass(frozen=True)
class Holdout:
    """Fold-in and targets of the users a model is evaluated on, in the same order."""

    fold_in: Interactions
    """The items a model sees of each user."""
    targets: Interactions
    """The items it must find."""
    timed: bool = False
    """True where the model sees the times of fold-in items; every target is then at least as new as these."""
    train: Interactions | None = None
    """The interactions a model must be fitted on to be evaluated here; None where those are `fold_in`."""
    liked: bool = False
    """True where liked items are the only targets."""
    met: bool = False
    """True where `train` has the fold-in of these users, who can have no other targets."""
    users: Ints | None = None
    """[users] their numbers among all users, by which tests of the same users are pooled; None where nothing is."""

    @property
    def reference(self) -> Interactions:
        """Returns the interactions that say which items are popular, rare or alike."""
        return self.fold_in if self.train is None else self.train


@dataclass(frozen=True)
class Split:
    """Training part, validation users and test users of one matrix.

    A config is chosen by models fitted on `validation.train`; its report comes from a model fitted on `test.train`.
    """

    train: Interactions
    """Equal to `validation.train`; equal to `test.train` too, except for `newest_split`."""
    validation: Holdout
    test: Holdout

    def fitted_on(self, train: Interactions) -> "Split":
        """Returns this split with a training part of equal content, so that another split shares its fits."""
        return Split(train, replace(self.validation, train=train), replace(self.test, train=train))


def hold_out(users: Interactions, train: Interactions | None, random: np.random.Generator, timed: bool) -> Holdout:
    """Hides a fifth of each user's items as targets: the newest where `timed`, else a random fifth."""
    counts = target_counts(np.diff(users.indptr), TARGET_SHARE)
    if timed:
        target = newer_entries(users, random) < np.repeat(counts, np.diff(users.indptr))
    else:
        target = np.zeros(len(users.items), np.bool_)
        for start, end, count in zip(users.indptr[:-1], users.indptr[1:], counts, strict=True):
            target[start + random.permutation(end - start)[:count]] = True
    return Holdout(users.where(~target), users.where(target), timed, train)


def eligible_users(interactions: Interactions) -> Mask:
    """Returns [n_users] which users have enough interactions to be evaluated."""
    return np.asarray(np.diff(interactions.indptr) >= FEWEST_INTERACTIONS)


def timed_users(interactions: Interactions) -> Mask:
    """Returns [n_users] which users have an interaction with a time."""
    times = np.bincount(interactions.users_of_entries(), interactions.timestamps > 0, interactions.n_users)
    return np.asarray(times > 0)


def target_counts(sizes: Ints, share: float) -> Ints:
    """Returns [n_users] this share of each size, rounded; at least 1 where the size is not 0."""
    return np.maximum(np.rint(sizes * share).astype(np.int64), np.minimum(sizes, 1))


def newer_entries(users: Interactions, random: np.random.Generator) -> Ints:
    """Returns [entries] the number of newer entries of the same user.

    Entries with equal times are ordered at random: item numbers follow from item ids, which may reveal when, or by
    whom, an item was added.
    """
    order = np.lexsort((random.random(len(users.items)), users.timestamps, users.users_of_entries()))
    newer = np.empty(len(order), np.int64)
    newer[order] = np.repeat(users.indptr[1:], np.diff(users.indptr)) - 1 - np.arange(len(order))
    return newer
