"""Evaluating lists of others: on the same test users as a version's config, which is fitted again without them.

Test users have names here, `t0`, `t1`, …, in the order of the split: neither ids nor pseudonyms, which the split does
not know. `doublebill evaluate --write-split` writes their histories under these names.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from doublebill.arrays import Ints32
from doublebill.errors import InvalidInput
from doublebill.fit.evaluation.evaluate import LIST_LENGTH, Evaluation, evaluate, evaluate_lists, evaluate_popularity
from doublebill.fit.evaluation.judged_difference import judged
from doublebill.fit.evaluation.report import paired_differences
from doublebill.fit.selection.study import DECIDES
from doublebill.fit.splits.holdout import Holdout, Split
from doublebill.model.catalog import Catalog
from doublebill.service.analysis.refitted import SplitData, Tell, config_of, refit
from doublebill.stores.objects import Objects

TEST = "t"
"""First letter of the name of a test user."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """Scores or ranks of items for users, one row each."""

    users: Sequence[str]
    item_ids: Sequence[str]
    scores: Sequence[float]
    """Higher is better; ranks are negative here."""


def beside(
    objects: Objects, catalog: str, version: str, data: SplitData, predictions: Predictions, tell: Tell = lambda _: None
) -> dict[str, object]:
    """Returns the metrics of predictions beside those of a version's config, of the champion's where it is empty.

    Differences are those of the model minus the predictions, and so is the verdict.

    Raises:
        NotFound: when there is no such version, or no champion.
        Unfittable: when the version's config is unknown or cannot be fitted to today's data.
        InvalidInput: when the predictions have no test user, or an item twice for a user.
    """
    config = config_of(objects, catalog, version)
    test = data.parts.test
    lists, counts = ranked(predictions, data.cleaned.catalog, test)
    recommender = refit(data, config, "the config", tell)
    tell(f"measuring both on {test.fold_in.n_users} users")
    theirs, popular = evaluate_lists(lists, test), evaluate_popularity(recommender, test)
    ours = _only(evaluate(recommender, test), theirs)
    means = ours.means(), theirs.means()
    differences = paired_differences(ours, theirs, data.seed)
    return {
        "catalog": catalog,
        "config": config.to_json(),
        "split": {"name": data.name, "seed": data.seed, "test_users": test.fold_in.n_users},
        "predictions": counts,
        "verdict": judged(DECIDES, differences[DECIDES], ("the model", "the predictions")),
        "metrics": {
            name: {"model": means[0][name], "predictions": means[1][name], **differences[name]} for name in differences
        },
        "popularity": {name: value for name, value in popular.means().items() if name in differences},
    }


def ranked(predictions: Predictions, catalog: Catalog, test: Holdout) -> tuple[Ints32, dict[str, int]]:
    """Returns [users, LIST_LENGTH] the best predicted items of each test user, and counts of the rows left out.

    Items of the fold-in are left out, as they are of a model's lists; equal scores are ordered by item number.
    """
    names = {f"{TEST}{user}": user for user in range(test.fold_in.n_users)}
    users = np.array([names.get(name, -1) for name in predictions.users], np.int64)
    items = catalog.find_all(list(predictions.item_ids)).astype(np.int64)
    if not (users >= 0).any():
        problem = f"none of the {len(users)} rows is of a test user"
        raise InvalidInput.one("--predictions", problem, f"name users {TEST}0 … as evaluate --write-split writes them")
    size = test.fold_in.n_items
    entries = test.fold_in.users_of_entries() * size + test.fold_in.items
    found = (users >= 0) & (items >= 0)
    in_history = found & np.isin(users * size + items, entries)
    kept = np.flatnonzero(found & ~in_history)
    pairs = users[kept] * size + items[kept]
    if len(np.unique(pairs)) < len(pairs):
        raise InvalidInput.one("--predictions", "an item stands twice for one user", "give each item once for a user")
    scores = np.array(predictions.scores, np.float64)[kept]
    order = kept[np.lexsort((items[kept], -scores, users[kept]))]
    lists = np.full((test.fold_in.n_users, LIST_LENGTH), -1, np.int32)
    starts = np.searchsorted(users[order], np.arange(len(lists)))
    ranks = np.arange(len(order)) - starts[users[order]]
    shown = ranks < LIST_LENGTH
    lists[users[order][shown], ranks[shown]] = items[order][shown]
    return lists, {
        "rows": len(users),
        "other_users": int((users < 0).sum()),
        "unknown_items": int(((users >= 0) & (items < 0)).sum()),
        "of_the_history": int(in_history.sum()),
        "users_without": int((lists[:, 0] < 0).sum()),
    }


def _only(evaluation: Evaluation, other: Evaluation) -> Evaluation:
    """Returns the evaluation with only the metrics that the other one has."""
    return replace(evaluation, per_user={name: evaluation.per_user[name] for name in other.per_user})


def digest_of(parts: Split) -> str:
    """Returns the digest of a split, by which predictions made elsewhere know that they belong to it."""
    digest = hashlib.sha256()
    holdouts = (parts.validation, parts.test)
    matrices = [parts.train, *(matrix for one in holdouts for matrix in (one.reference, one.fold_in, one.targets))]
    for matrix in matrices:
        for array in (matrix.indptr, matrix.items, matrix.weights, matrix.timestamps):
            digest.update(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes())
    return digest.hexdigest()[:32]
