"""Splits: what a model is fitted on, what it is then shown of users, and what it must find.

    split               whom              hides of each                  the model has met the user
    `split`             a share of users  a fifth, at random             never (strong generalisation)
    `temporal_split`    the same share    the newest fifth               never
    `newest_split`      everybody         the newest fifth (test) and    in the older part
                                          the tenth before it            (weak generalisation)
                                          (validation)

Strong generalisation is that of Liang et al. (2018, arXiv:1802.05814). The temporal splits follow each user's own
clock: somebody's hidden item may be older than another's item that was trained on, which a model in service never
enjoys (Ji et al. 2023, doi:10.1145/3569930); they say how well the next items of a history are found.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from doublebill.model.interactions import Interactions

SHOWN_SHARE = 0.8
VALIDATION_SHARE = 0.1
"""Of everybody's interactions in `newest_split`."""

MOST_HIDINGS = 5
ENOUGH_HISTORIES = 2000
"""So many histories or more are asked once."""

FEWEST_INTERACTIONS = 5
"""Users with fewer are never asked: there would be nothing to ask."""


@dataclass(frozen=True)
class Holdout:
    """Users that a model is asked about: what it sees of each and what it must find. Same users, same order."""

    shown: Interactions
    hidden: Interactions
    timed: bool = False
    """Whether the model is told when each shown item was met; what is hidden is newer then."""
    train: Interactions | None = None
    """What a model must be fitted on to be asked this; None where that is `shown` itself."""

    @property
    def known(self) -> Interactions:
        """The interactions by which items are popular, rare or alike."""
        return self.shown if self.train is None else self.train


@dataclass(frozen=True)
class Split:
    """One matrix in three parts. Fit on `validation.train` to choose, and on `test.train` to tell."""

    train: Interactions
    """Of the validation; of the test too, but for `newest_split`."""
    validation: Holdout
    test: Holdout


def split(interactions: Interactions, seed: int, held_share: float = 0.1) -> Split | None:
    """The users split at random into train, validation and test, `held_share` of them in each of the last two.

    A fifth of each held-out user is hidden, at random. None where there are too few users to hold any out.
    """
    return _strong(interactions, seed, held_share, timed=False)


def temporal_split(interactions: Interactions, seed: int, held_share: float = 0.1) -> Split | None:
    """The users split as by `split`, with the newest fifth of each held-out user hidden.

    A model fitted on the training part of one may be asked the other. Held-out users without times are not asked. None
    where nobody is left to ask.
    """
    return _strong(interactions, seed, held_share, timed=True)


def newest_split(interactions: Interactions, seed: int) -> Split | None:
    """Everybody's newest fifth as the test, and the tenth before it as the validation.

    What is older than a user's validation part is trained on for the validation; for the test, so is the validation
    part. Users without times or with few interactions are trained on whole and never asked. None where nobody is
    left to ask.
    """
    askable = _askable(interactions) & _timed(interactions)
    if not askable.any():
        return None
    sizes = np.where(askable, np.diff(interactions.indptr), 0)
    tested = _counts(sizes, 1 - SHOWN_SHARE)
    held = tested + _counts(sizes, VALIDATION_SHARE)
    newer = _newer(interactions, np.random.default_rng(seed))
    in_test, in_either = (newer < np.repeat(count, np.diff(interactions.indptr)) for count in (tested, held))
    users = np.flatnonzero(askable)
    oldest, older = _part(interactions, ~in_either), _part(interactions, ~in_test)
    validation = Holdout(oldest.rows(users), _part(interactions, in_either & ~in_test).rows(users), True, oldest)
    test = Holdout(older.rows(users), _part(interactions, in_test).rows(users), True, older)
    return Split(oldest, validation, test)


def repeat_holdout(held_out: Holdout, seed: int) -> Holdout:
    """The same users, each asked several times with another fifth of the items hidden, where they are few.

    Which fifth is hidden matters more to what one user measures than which of two good models answers. What is newest
    can be hidden in one way only: such users are given back as they are.
    """
    shown, hidden = held_out.shown, held_out.hidden
    times = min(MOST_HIDINGS, ENOUGH_HISTORIES // shown.n_users)
    if held_out.timed or times <= 1:
        return held_out
    users = np.concatenate([shown.users_of_entries(), hidden.users_of_entries()])
    items = np.concatenate([shown.items, hidden.items])
    order = np.lexsort((items, users))
    weights = np.concatenate([shown.weights, hidden.weights])[order]
    timestamps = np.concatenate([shown.timestamps, hidden.timestamps])[order]
    whole = Interactions(shown.indptr + hidden.indptr, items[order], weights, timestamps, shown.n_items)
    repeated = whole.rows(np.tile(np.arange(whole.n_users), times))
    return _hold_out(repeated, held_out.known, np.random.default_rng(seed), timed=False)


def _askable(interactions: Interactions) -> npt.NDArray[np.bool_]:
    enough: npt.NDArray[np.bool_] = np.diff(interactions.indptr) >= FEWEST_INTERACTIONS
    return enough


def _timed(interactions: Interactions) -> npt.NDArray[np.bool_]:
    """[n_users] who has an interaction whose time is known."""
    known = np.bincount(interactions.users_of_entries(), interactions.timestamps > 0, interactions.n_users)
    timed: npt.NDArray[np.bool_] = known > 0
    return timed


def _strong(interactions: Interactions, seed: int, held_share: float, timed: bool) -> Split | None:
    random = np.random.default_rng(seed)
    eligible = random.permutation(np.flatnonzero(_askable(interactions)))
    held = int(len(eligible) * held_share)
    test, validation = np.sort(eligible[:held]), np.sort(eligible[held : 2 * held])
    train = interactions.rows(np.setdiff1d(np.arange(interactions.n_users), np.concatenate([test, validation])))
    if timed:
        known = _timed(interactions)
        test, validation = test[known[test]], validation[known[validation]]
    if not len(test) or not len(validation):
        return None
    validation_part, test_part = (
        _hold_out(interactions.rows(users), train, random, timed) for users in (validation, test)
    )
    return Split(train, validation_part, test_part)


def _hold_out(users: Interactions, train: Interactions, random: np.random.Generator, timed: bool) -> Holdout:
    counts = _counts(np.diff(users.indptr), 1 - SHOWN_SHARE)
    if timed:
        hidden = _newer(users, random) < np.repeat(counts, np.diff(users.indptr))
    else:
        hidden = np.zeros(len(users.items), bool)
        for start, end, count in zip(users.indptr[:-1], users.indptr[1:], counts, strict=True):
            hidden[start + random.permutation(end - start)[:count]] = True
    return Holdout(_part(users, ~hidden), _part(users, hidden), timed, train)


def _counts(sizes: npt.NDArray[np.int64], share: float) -> npt.NDArray[np.int64]:
    """[n_users] this share of the sizes, rounded; at least one of whoever has any."""
    return np.maximum(np.rint(sizes * share).astype(np.int64), np.minimum(sizes, 1))


def _newer(users: Interactions, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """[entries] how many of the user's entries are newer.

    Entries of one time stand in a random order: item numbers follow from item ids, which may tell when or by whom an
    item was added.
    """
    order = np.lexsort((random.random(len(users.items)), users.timestamps, users.users_of_entries()))
    newer = np.empty(len(order), np.int64)
    newer[order] = np.repeat(users.indptr[1:], np.diff(users.indptr)) - 1 - np.arange(len(order))
    return newer


def _part(users: Interactions, kept: npt.NDArray[np.bool_]) -> Interactions:
    counts = np.concatenate([np.zeros(1, np.int64), np.cumsum(kept)])
    return users.entries(kept, counts[users.indptr])
