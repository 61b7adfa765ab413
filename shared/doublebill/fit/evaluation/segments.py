"""Segments: metrics of the same lists on a part of the targets or of the users."""

from collections.abc import Mapping

import numpy as np

from doublebill.arrays import Floats, Integers, Ints32, Mask
from doublebill.fit.evaluation import metrics
from doublebill.fit.evaluation.uncertainty import FEWEST_TO_JUDGE, bootstrap, paired
from doublebill.fit.splits.holdout import Holdout

HEAD_SHARE = 1 / 3
"""Share of the interactions on head items (Cremonesi, Koren and Turrin 2010, doi:10.1145/1864708.1864721)."""

COLD_USERS = 5
"""Items with fewer users are cold."""

SHORT_HISTORY = 10
"""Histories with fewer items are short."""

Segments = Mapping[str, Mapping[str, Floats]]
"""By the name of a segment: recall@20, ndcg@100 and the number of `hidden` targets, each [n_users]; NaN for users who
are not in it."""

HIDDEN = "hidden"


def measure_segments(lists: Ints32, hits: Mask, holdout: Holdout) -> Segments:
    """Returns the values of recall@20 and ndcg@100 of each user per segment, with the number of targets.

    `lists` and `hits` are [users, ranks], as in `metrics`. An item segment ranks the whole catalog but counts only
    its own items as targets, over users who have such a target.
    """
    users_of_items = holdout.reference.popularity()
    head = head_items(users_of_items)
    short = np.diff(holdout.fold_in.indptr) < SHORT_HISTORY
    all_users, all_items = np.ones(len(short), np.bool_), np.ones(len(head), np.bool_)
    segments = {
        "head items": (all_users, head),
        "tail items": (all_users, ~head),
        "cold items": (all_users, users_of_items < COLD_USERS),
        "short histories": (short, all_items),
        "long histories": (~short, all_items),
    }
    return {name: _measure(lists, hits, holdout, users, items) for name, (users, items) in segments.items()}


def figures(segment: Mapping[str, Floats]) -> dict[str, float]:
    """Returns the means over the users of a segment, and the number of users and targets; of nobody only numbers."""
    within = {name: values[~np.isnan(values)] for name, values in segment.items()}
    users, hidden = len(within[HIDDEN]), int(within[HIDDEN].sum())
    means = {name: float(values.mean()) for name, values in within.items() if name != HIDDEN and users}
    return {**means, "users": users, HIDDEN: hidden}


PARTITIONS = (("head items", "tail items"), ("short histories", "long histories"))
"""Segments that are the rest of each other: the figures of the one and of all give those of the other."""


def shown_segments(
    segments: Segments, minimum_users: int, others: Mapping[str, Segments], seed: int
) -> dict[str, dict[str, object]]:
    """Returns segments as reports have them: each beside those of other models on the same users.

    One of fewer than `minimum_users` has nothing, and neither has the rest of it; one of fewer than `FEWEST_TO_JUDGE`
    has its numbers of users and targets only. Others have `intervals`, the ends of the 95 % interval of each metric,
    and `beside`: the `metrics` of each other model, and `over`, the paired difference to it.
    """
    users = {name: int(figures(segment)["users"]) for name, segment in segments.items()}
    hidden = {name for name, number in users.items() if 0 < number < minimum_users}
    hidden |= {name for pair in PARTITIONS if hidden & {*pair} for name in pair}
    return {
        name: {} if name in hidden else _shown(segment, {other: one[name] for other, one in others.items()}, seed)
        for name, segment in segments.items()
    }


def _shown(segment: Mapping[str, Floats], others: Mapping[str, Mapping[str, Floats]], seed: int) -> dict[str, object]:
    found = figures(segment)
    if found["users"] < FEWEST_TO_JUDGE:
        return {name: found[name] for name in ("users", HIDDEN)}
    names, values = _values(segment)
    lows, highs = bootstrap(values, seed)
    beside = {
        other: {
            "metrics": {name: figures(one)[name] for name in names},
            "over": dict(zip(names, paired(values, _values(one)[1], seed), strict=True)),
        }
        for other, one in others.items()
    }
    ends = zip(lows.tolist(), highs.tolist(), strict=True)
    return {**found, "intervals": {name: list(one) for name, one in zip(names, ends, strict=True)}, "beside": beside}


def _values(segment: Mapping[str, Floats]) -> tuple[list[str], Floats]:
    """Returns the names of the metrics, and [users of the segment, metrics] their values."""
    names = [name for name in segment if name != HIDDEN]
    within = ~np.isnan(segment[HIDDEN])
    return names, np.stack([segment[name][within] for name in names], axis=1)


def head_items(users_of_items: Integers) -> Mask:
    """Returns [n_items] which items are the fewest, most popular first, with `HEAD_SHARE` of all interactions."""
    order = np.lexsort((np.arange(len(users_of_items)), -users_of_items))
    before = np.cumsum(users_of_items[order]) - users_of_items[order]
    head = np.zeros(len(order), np.bool_)
    head[order] = before < HEAD_SHARE * users_of_items.sum()
    return head


def _measure(lists: Ints32, hits: Mask, holdout: Holdout, users: Mask, items: Mask) -> dict[str, Floats]:
    targets = holdout.targets
    n_targets = np.bincount(targets.users_of_entries(), items[targets.items], targets.n_users).astype(np.int64)
    counted = users & (n_targets > 0)
    hits_of_items = (hits & items[lists])[counted]
    values = {
        "recall@20": metrics.recall(hits_of_items, n_targets[counted], 20),
        "ndcg@100": metrics.ndcg(hits_of_items, n_targets[counted], 100),
        HIDDEN: n_targets[counted],
    }
    found = {name: np.full(len(counted), np.nan) for name in values}
    for name, of_counted in values.items():
        found[name][counted] = of_counted
    return found
