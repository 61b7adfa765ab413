"""The report of a training: metrics of a model on test users, beside popularity and the champion."""

from collections.abc import Collection

import numpy as np

from doublebill.fit.evaluation.evaluate import Evaluation, evaluate, evaluate_popularity
from doublebill.fit.evaluation.segments import shown_segments
from doublebill.fit.evaluation.uncertainty import paired
from doublebill.fit.splits.holdout import Split
from doublebill.model.recommender import Recommender

Report = dict[str, object]

KINDS = {False: "strong generalisation", True: "strong generalisation, newest hidden"}
"""Name of a split in reports, by whether it is timed."""


def evaluation_report(recommender: Recommender, parts: Split, seed: int, rival: Recommender | None = None) -> Report:
    """Reports a recommender on test users, beside popularity and, where there is one, a rival.

    Differences are paired by user; `seed` draws the users of bootstrap intervals.
    """
    model, popularity = evaluate(recommender, parts.test), evaluate_popularity(recommender, parts.test)
    report: Report = {
        "evaluated": True,
        "split": {
            "kind": KINDS[parts.test.timed],
            "seed": seed,
            "train_users": parts.train.n_users,
            "validation_users": parts.validation.fold_in.n_users,
            "test_users": parts.test.fold_in.n_users,
        },
        "metrics": model.means(),
        "intervals": {name: list(ends) for name, ends in model.intervals(seed).items()},
        "segments": shown_segments(
            model.segments, recommender.config.minimum_users, {"popularity": popularity.segments}, seed
        ),
        "popularity": popularity.means(),
        "over_popularity": paired_differences(model, popularity, seed),
    }
    if rival is not None:
        other = model if rival is recommender else evaluate(rival, parts.test)
        report["champion"] = {"config": rival.config.to_json(), "metrics": other.means()}
        report["over_champion"] = paired_differences(model, other, seed)
    return report


def paired_differences(
    model: Evaluation, other: Evaluation, seed: int, names: Collection[str] = ()
) -> dict[str, dict[str, float]]:
    """Returns the paired difference of each metric, model minus other, as `uncertainty.paired` gives it.

    `names` are the metrics to compare, all where it is empty.
    """
    wanted = [name for name in model.per_user if not names or name in names]
    ours, theirs = (np.stack([one.per_user[name] for name in wanted], axis=1) for one in (model, other))
    return dict(zip(wanted, paired(ours, theirs, seed), strict=True))
