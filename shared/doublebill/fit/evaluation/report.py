"""The report: what a training claims about a model, measured on test users only."""

import numpy as np

from doublebill.fit.evaluation.evaluate import Evaluation, evaluate, evaluate_popularity
from doublebill.fit.evaluation.uncertainty import bootstrap
from doublebill.fit.splits.user_splits import Split
from doublebill.model.recommender import Recommender

Report = dict[str, object]

KINDS = {False: "strong generalisation", True: "strong generalisation, newest hidden"}
"""What a split is called, by whether it goes by time."""


def measured(recommender: Recommender, parts: Split, seed: int, rival: Recommender | None = None) -> Report:
    """The recommender on the test users, beside popularity and, where there is one, beside a rival.

    Every comparison is paired by user; `seed` draws the users of the intervals.
    """
    model, popularity = evaluate(recommender, parts.test), evaluate_popularity(recommender, parts.test)
    report = {
        "evaluated": True,
        "split": _described(parts, seed),
        **_told(model, seed),
        "popularity": popularity.means(),
        "over_popularity": over(model, popularity, seed),
    }
    if rival is not None:
        other = model if rival is recommender else evaluate(rival, parts.test)
        report["champion"] = {"config": rival.config.to_json(), "metrics": other.means()}
        report["over_champion"] = over(model, other, seed)
    return report


def over(model: Evaluation, other: Evaluation, seed: int) -> dict[str, dict[str, float]]:
    """How much better the model is than the other, user by user: of each metric the mean difference, its standard
    error, the ends of its bootstrap interval and the number of users."""
    differences = np.stack([values - other.per_user[name] for name, values in model.per_user.items()], axis=1)
    users = len(differences)
    deviations = differences.std(axis=0, ddof=1) if users > 1 else np.zeros(differences.shape[1])
    low, high = bootstrap(differences, seed)
    columns = zip(model.per_user, differences.mean(axis=0), deviations / np.sqrt(users), low, high, strict=True)
    return {
        name: {
            "difference": float(difference),
            "standard_error": float(error),
            "low": float(least),
            "high": float(most),
            "users": users,
        }
        for name, difference, error, least, most in columns
    }


def _told(model: Evaluation, seed: int) -> Report:
    low, high = bootstrap(np.stack(list(model.per_user.values()), axis=1), seed)
    return {
        "metrics": model.means(),
        "intervals": {
            name: [float(one), float(other)] for name, one, other in zip(model.per_user, low, high, strict=True)
        },
        "segments": {name: dict(part) for name, part in model.segments.items()},
    }


def _described(parts: Split, seed: int) -> dict[str, object]:
    return {
        "kind": KINDS[parts.test.timed],
        "seed": seed,
        "train_users": parts.train.n_users,
        "validation_users": parts.validation.shown.n_users,
        "test_users": parts.test.shown.n_users,
    }
