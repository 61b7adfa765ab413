"""Uncertainty: bootstrap intervals of means over users, and paired differences of two models."""

from collections.abc import Mapping

import numpy as np

from doublebill.arrays import Floats, Reals

DRAWS = 1000
CONFIDENCE = 0.95

BLOCK = 1 << 16
"""Numbers of all draws that are in memory at once: many draws of few users, or one of many."""

FEWEST_TO_JUDGE = 10
"""With fewer test users no difference counts, since their spread says little."""


def bootstrap(per_user: Reals, seed: int, draws: int = DRAWS) -> tuple[Floats, Floats]:
    """Returns the ends of the percentile interval of the mean over users, at confidence `CONFIDENCE`.

    `per_user` is [users] or [users, metrics], and each end a number or [metrics]; all metrics share the same draws of
    users, with repetition (Efron 1979, doi:10.1214/aos/1176344552).
    """
    users = len(per_user)
    random = np.random.default_rng(seed)
    values = np.ascontiguousarray(per_user, np.float64)
    at_once = max(1, BLOCK // values.size)
    blocks = [min(at_once, draws - first) for first in range(0, draws, at_once)]
    means = np.concatenate([values[random.integers(users, size=(block, users))].mean(axis=1) for block in blocks])
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, [tail, 1 - tail], axis=0)
    return low, high


def paired(ours: Reals, theirs: Reals, seed: int, draws: int = DRAWS) -> list[dict[str, float]]:
    """Returns the mean difference of each metric of two models over the same users, with its uncertainty.

    `ours` and `theirs` are [users, metrics]. An entry has the mean difference, its standard error (0 for one user),
    the ends of its bootstrap interval and the number of users.
    """
    differences = ours - theirs
    users = len(differences)
    deviations = differences.std(axis=0, ddof=1) if users > 1 else np.zeros(differences.shape[1])
    low, high = bootstrap(differences, seed, draws)
    columns = (differences.mean(axis=0), deviations / np.sqrt(users), low, high)
    names = ("difference", "standard_error", "low", "high")
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [{**dict(zip(names, row, strict=True)), "users": users} for row in rows]


def better_beyond_noise(measured: Mapping[str, float]) -> bool:
    """Checks whether a paired difference is above 0 by more than two standard errors, on enough users."""
    return beyond_noise({**measured, "difference": -measured["difference"]})


def beyond_noise(measured: Mapping[str, float]) -> bool:
    """Checks whether a paired difference is below 0 by more than two standard errors, on enough users."""
    below = measured["difference"] + 2 * measured["standard_error"] < 0
    return below and measured["users"] >= FEWEST_TO_JUDGE
