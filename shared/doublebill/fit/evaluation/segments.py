"""Segments: metrics of the same lists on a part of the targets or of the users."""

from collections.abc import Mapping

import numpy as np

from doublebill.arrays import Integers, Ints32, Mask
from doublebill.fit.evaluation import metrics
from doublebill.fit.splits.holdout import Holdout

HEAD_SHARE = 1 / 3
"""Share of the interactions on head items (Cremonesi, Koren and Turrin 2010, doi:10.1145/1864708.1864721)."""

COLD_USERS = 5
"""Items with fewer users are cold."""

SHORT_HISTORY = 10
"""Histories with fewer items are short."""

Segments = Mapping[str, Mapping[str, float]]


def measure_segments(lists: Ints32, hits: Mask, holdout: Holdout) -> Segments:
    """Returns recall@20 and ndcg@100 per segment, with the number of users and targets they are based on.

    `lists` and `hits` are [users, ranks], as in `metrics`. An item segment ranks the whole catalog but counts only
    its own items as targets, over users who have such a target. A segment without users has no metrics.
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


PARTITIONS = (("head items", "tail items"), ("short histories", "long histories"))
"""Segments that are the rest of each other: the figures of the one and of all give those of the other."""


def shown_segments(segments: Segments, minimum_users: int) -> dict[str, dict[str, float]]:
    """Returns segments as reports have them: one of fewer users has no figures, and neither has the rest of it."""

    def few(name: str) -> bool:
        return 0 < segments[name]["users"] < minimum_users

    hidden = {name for name in segments if few(name)}
    hidden |= {name for pair in PARTITIONS if hidden & {*pair} for name in pair}
    return {name: {} if name in hidden else dict(segment) for name, segment in segments.items()}


def head_items(users_of_items: Integers) -> Mask:
    """Returns [n_items] which items are the fewest, most popular first, with `HEAD_SHARE` of all interactions."""
    order = np.lexsort((np.arange(len(users_of_items)), -users_of_items))
    before = np.cumsum(users_of_items[order]) - users_of_items[order]
    head = np.zeros(len(order), np.bool_)
    head[order] = before < HEAD_SHARE * users_of_items.sum()
    return head


def _measure(
    lists: Ints32,
    hits: Mask,
    holdout: Holdout,
    users: Mask,
    items: Mask,
) -> dict[str, float]:
    targets = holdout.targets
    n_targets = np.bincount(targets.users_of_entries(), items[targets.items], targets.n_users).astype(np.int64)
    counted = users & (n_targets > 0)
    counts: dict[str, float] = {"users": int(counted.sum()), "hidden": int(n_targets[counted].sum())}
    if not counted.any():
        return counts
    hits_of_items = (hits & items[lists])[counted]
    return {
        "recall@20": float(metrics.recall(hits_of_items, n_targets[counted], 20).mean()),
        "ndcg@100": float(metrics.ndcg(hits_of_items, n_targets[counted], 100).mean()),
        **counts,
    }
