"""Pooling: evaluations of one config on several test parts as one, so that a small group says more."""

from collections.abc import Mapping, Sequence

import numpy as np

from doublebill.arrays import Floats, Ints
from doublebill.fit.evaluation.evaluate import Evaluation
from doublebill.fit.evaluation.segments import HIDDEN
from doublebill.fit.splits.holdout import Holdout


def pooled(parts: Sequence[Evaluation], holdouts: Sequence[Holdout]) -> Evaluation:
    """Returns the evaluations on these holdouts as one.

    Metrics per user are those of all users, averaged for a user of several holdouts. Metrics of whole lists are
    averaged over the holdouts; those of segments are per user too, over the holdouts whose segment has the user.
    """
    if len(parts) == 1:
        return parts[0]
    users = _numbers(holdouts)
    counts = np.bincount(users)
    per_user = {
        name: np.bincount(users, np.concatenate([part.per_user[name] for part in parts])) / counts
        for name in parts[0].per_user
    }
    whole = {name: float(np.mean([part.whole[name] for part in parts])) for name in parts[0].whole}
    segments = {name: _segment([part.segments[name] for part in parts], users) for name in parts[0].segments}
    return Evaluation(per_user, whole, segments)


def _numbers(holdouts: Sequence[Holdout]) -> Ints:
    """Returns [users of all] a number for each user, from 0; users without one are all different."""
    before, numbers = 0, []
    for holdout in holdouts:
        size = holdout.fold_in.n_users
        numbers.append(-1 - before - np.arange(size) if holdout.users is None else holdout.users)
        before += size
    return np.unique(np.concatenate(numbers), return_inverse=True)[1]


def _segment(parts: Sequence[Mapping[str, Floats]], users: Ints) -> dict[str, Floats]:
    """Returns the values of a segment by the number of the user, averaged; numbers of targets are summed."""
    found: dict[str, Floats] = {}
    for name in parts[0]:
        values = np.concatenate([part[name] for part in parts])
        within = ~np.isnan(values)
        sums, counts = np.bincount(users, np.where(within, values, 0.0)), np.bincount(users, within)
        found[name] = np.where(counts > 0, sums / (1 if name == HIDDEN else np.maximum(counts, 1)), np.nan)
    return found
