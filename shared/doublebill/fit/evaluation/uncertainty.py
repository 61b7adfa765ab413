"""Uncertainty: how far a mean over users may be off because other users might have been asked."""

import numpy as np
import numpy.typing as npt

DRAWS = 1000
CONFIDENCE = 0.95


def bootstrap(
    per_user: npt.NDArray[np.floating], seed: int, draws: int = DRAWS
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The ends of the interval that holds the mean over users, `CONFIDENCE` of the time.

    `per_user` is [users] or [users, metrics], and the ends are of its shape without users; all metrics are drawn with
    the same users. Percentiles of means of users drawn with repetition (Efron 1979, doi:10.1214/aos/1176344552).
    """
    users = len(per_user)
    random = np.random.default_rng(seed)
    values = np.asarray(per_user, np.float64).T  # the mean runs along what lies together
    means = np.array([values[..., random.integers(users, size=users)].mean(axis=-1) for _ in range(draws)])
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, [tail, 1 - tail], axis=0)
    return low, high


def paired(
    ours: npt.NDArray[np.floating], theirs: npt.NDArray[np.floating], seed: int, draws: int = DRAWS
) -> dict[str, float]:
    """The mean difference of two models' metric [users] over the same users, its standard error, how many users there
    are, and the ends of its bootstrap interval."""
    differences = ours - theirs
    low, high = bootstrap(differences, seed, draws)
    deviation = float(differences.std(ddof=1)) if len(differences) > 1 else 0.0
    return {
        "difference": float(differences.mean()),
        "standard_error": deviation / float(np.sqrt(len(differences))),
        "users": len(differences),
        "low": float(low),
        "high": float(high),
    }
