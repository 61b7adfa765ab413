"""Comparing two versions: both configs, fitted again, on the same held-out users, paired by user.

Differences are the second minus the first, and so is the verdict on them.

    {"catalog", "versions": [first, second], "configs": [first, second],
     "champion": version that serves, or null,
     "split": {"name", "seed", "test_users"},
     "verdict": of the second version, as `fit.evaluation.judged_difference` has it
     "metrics": {name: {"first", "second", "difference", "standard_error", "low", "high", "users"}},
     "users": {"better", "worse", "equal"}          by ndcg@100
     "lists": {n: {"overlap": mean share of the first n items that both lists have,
                   "changed": {"none", "some", "most", "all"}}}}      users by how many of the first n changed
"""

from collections.abc import Mapping

import numpy as np

from doublebill.arrays import Floats, Ints32
from doublebill.errors import InvalidInput
from doublebill.fit.evaluation.evaluate import Evaluation, evaluate, lists_of
from doublebill.fit.evaluation.judged_difference import judged
from doublebill.fit.evaluation.report import paired_differences
from doublebill.fit.selection.study import DECIDES
from doublebill.fit.splits.holdout import Holdout
from doublebill.model.config import Config
from doublebill.service.analysis.refitted import SplitData, Tell, config_of, refit, split_data
from doublebill.service.registry import champions
from doublebill.stores.objects import Objects

DEPTHS = (10, 100)
"""First items of lists that are compared."""

EQUAL = 1e-12
"""Difference of a metric of a user below which the two versions serve the user equally well."""

CHANGES = {"none": 0.0, "some": 0.5, "most": 1.0 - 1e-9, "all": 1.0}
"""Kinds of change, each with the largest share of changed items that it has."""


def compare(
    objects: Objects,
    catalog: str,
    wanted: tuple[str, str],
    question: tuple[str, int],
    tell: Tell = lambda _: None,
    since_ms: int = 0,
) -> dict[str, object]:
    """Returns the comparison of two versions; `question` is the name of the split and its seed.

    What was stored before `since_ms` is left out.

    Raises:
        NotFound: when there is no such catalog or version.
        NoEvents: when no stored event can be learned from.
        InvalidInput: when both are the same version, or the data cannot be split.
        Unfittable: when a version's config is unknown or cannot be fitted to today's data.
    """
    if wanted[0] == wanted[1]:
        raise InvalidInput.one("VERSION", f"{wanted[0]} is named twice", "name two versions")
    configs = [config_of(objects, catalog, version) for version in wanted]
    tell("reading events")
    data = split_data(objects, catalog, *question, since_ms)
    test = data.parts.test
    named = [(f"version {version}", config) for version, config in zip(wanted, configs, strict=True)]
    evaluations, lists = zip(*(_measured(data, config, name, tell) for name, config in named), strict=True)
    champion, metrics = champions.read_champion(objects, catalog), _metrics(evaluations[0], evaluations[1], data.seed)
    return {
        "catalog": catalog,
        "versions": list(wanted),
        "configs": [config.to_json() for config in configs],
        "champion": champion.version if champion else None,
        "split": {"name": data.name, "seed": data.seed, "test_users": test.fold_in.n_users},
        "verdict": judged(DECIDES, metrics[DECIDES], (wanted[1], wanted[0])),
        "metrics": metrics,
        "users": _users(*(one.per_user[DECIDES] for one in evaluations)),
        "lists": {str(n): list_changes(lists[0][:, :n], lists[1][:, :n], test) for n in DEPTHS},
    }


def _measured(data: SplitData, config: Config, subject: str, tell: Tell) -> tuple[Evaluation, Ints32]:
    """Returns the evaluation of a config that is fitted again, and its lists."""
    recommender, test = refit(data, config, subject, tell), data.parts.test
    tell(f"measuring it on {test.fold_in.n_users} others")
    return evaluate(recommender, test), lists_of(recommender, test)


def _metrics(first: Evaluation, second: Evaluation, seed: int) -> dict[str, Mapping[str, float]]:
    """Returns both means of each metric, and the difference: the second minus the first."""
    means = first.means(), second.means()
    differences = paired_differences(second, first, seed)
    return {name: {"first": means[0][name], "second": means[1][name], **differences[name]} for name in differences}


def _users(first: Floats, second: Floats) -> dict[str, int]:
    """Returns how many users the second version serves better, worse and equally well."""
    gained = second - first
    better, worse = int((gained > EQUAL).sum()), int((gained < -EQUAL).sum())
    return {"better": better, "worse": worse, "equal": len(gained) - better - worse}


def list_changes(first: Ints32, second: Ints32, test: Holdout) -> dict[str, object]:
    """Returns the mean overlap of the lists of the users, and how many users have how much changed."""
    size = test.targets.n_items
    users = np.arange(len(first))[:, np.newaxis] * size
    common = np.isin(np.where(second < 0, -1, users + second), (users + first)[first >= 0]).sum(axis=1)
    lengths = np.maximum(np.maximum((first >= 0).sum(axis=1), (second >= 0).sum(axis=1)), 1)
    changed = 1 - common / lengths
    counts, below = {}, -1.0
    for name, most in CHANGES.items():
        counts[name] = int(((changed > below) & (changed <= most)).sum())
        below = most
    return {"overlap": float((1 - changed).mean()), "changed": counts}
