"""User splits: validation and test users whom the model has never met (strong generalisation).

Liang et al. 2018, "Variational autoencoders for collaborative filtering", arXiv:1802.05814. By `temporal_split` the
targets are the newest items of each user. Every user has a clock of their own there: a target may be older than some
interaction of the training part, which cannot happen in service (Ji et al. 2023, doi:10.1145/3569930). It measures how
well the next items of a history are found, not how well a model ages.
"""

import dataclasses
from collections.abc import Iterator

import numpy as np

from doublebill.arrays import Ints
from doublebill.fit.splits.holdout import Holdout, Split, eligible_users, hold_out, timed_users
from doublebill.fit.splits.liked import liked_targets
from doublebill.model.counting.verdicts import Stars
from doublebill.model.interactions import Interactions

MOST_REPEATS = 5
"""Sets of targets drawn for one user, at most."""

ENOUGH_HISTORIES = 2000
"""From this many users on, one set of targets each is enough."""


def split(interactions: Interactions, seed: int, share: float = 0.1) -> Split | None:
    """Splits users at random into train, validation and test; `share` of the eligible in each of the last two.

    A random fifth of the items of validation and test users become targets. None where there are too few users.
    """
    return _split_users(interactions, seed, share, timed=False)


def temporal_split(interactions: Interactions, seed: int, share: float = 0.1) -> Split | None:
    """Splits the same users as `split`, with the newest fifth of each validation and test user as targets.

    Both have the same training part, so that one model serves both. Validation and test users without times are left
    out. None where no users remain.
    """
    return _split_users(interactions, seed, share, timed=True)


def repeat_holdout(holdout: Holdout, seed: int) -> Holdout:
    """Repeats users with several random sets of targets, up to `ENOUGH_HISTORIES` histories in all.

    With few users, the choice of targets moves a mean more than the choice between two good models. The newest items
    can be hidden in one way only, so a `timed` holdout is returned unchanged, and so is one of users that a model has
    met: it has seen all but their targets.
    """
    fold_in, targets = holdout.fold_in, holdout.targets
    times = min(MOST_REPEATS, ENOUGH_HISTORIES // fold_in.n_users)
    if holdout.timed or holdout.met or times <= 1:
        return holdout
    users = np.concatenate([fold_in.users_of_entries(), targets.users_of_entries()])
    items = np.concatenate([fold_in.items, targets.items])
    order = np.lexsort((items, users))
    weights = np.concatenate([fold_in.weights, targets.weights])[order]
    timestamps = np.concatenate([fold_in.timestamps, targets.timestamps])[order]
    stars = None
    if fold_in.stars and targets.stars:
        values = np.concatenate([fold_in.stars.values, targets.stars.values])[order]
        stars = Stars(values, fold_in.stars.liked_from)
    whole = Interactions(fold_in.indptr + targets.indptr, items[order], weights, timestamps, fold_in.n_items, stars)
    repeated = whole.rows(np.tile(np.arange(whole.n_users), times))
    drawn = hold_out(repeated, holdout.reference, np.random.default_rng(seed), timed=False)
    return (liked_targets(drawn) if holdout.liked else None) or drawn


def further_tests(interactions: Interactions, seed: int, share: float = 0.1) -> Iterator[Holdout]:
    """Returns more test parts like that of `split`, of other users each, who are not those of its validation either."""
    eligible, size = _drawn_users(interactions, np.random.default_rng(seed), share)
    for place in range(2 * size, len(eligible) - size + 1, size or 1):
        test = np.sort(eligible[place : place + size])
        train = _others(interactions, test, eligible[size : 2 * size])
        random = np.random.default_rng([seed, place])
        yield dataclasses.replace(hold_out(interactions.rows(test), train, random, timed=False), users=test)


def _drawn_users(interactions: Interactions, random: np.random.Generator, share: float) -> tuple[Ints, int]:
    """Returns the eligible users in random order, and how many of them are a part."""
    eligible = random.permutation(np.flatnonzero(eligible_users(interactions)))
    return eligible, int(len(eligible) * share)


def _others(interactions: Interactions, *left_out: Ints) -> Interactions:
    return interactions.rows(np.setdiff1d(np.arange(interactions.n_users), np.concatenate(left_out)))


def _split_users(interactions: Interactions, seed: int, share: float, timed: bool) -> Split | None:
    random = np.random.default_rng(seed)
    eligible, size = _drawn_users(interactions, random, share)
    test, validation = np.sort(eligible[:size]), np.sort(eligible[size : 2 * size])
    train = _others(interactions, test, validation)
    if timed:
        with_times = timed_users(interactions)
        test, validation = test[with_times[test]], validation[with_times[validation]]
    if not len(test) or not len(validation):
        return None
    validation_part, test_part = (
        dataclasses.replace(hold_out(interactions.rows(users), train, random, timed), users=users)
        for users in (validation, test)
    )
    return Split(train, validation_part, test_part)
