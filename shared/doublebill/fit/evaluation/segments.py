"""Segments: the same lists measured on a part of what was hidden, or on a part of the users."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from doublebill.fit.evaluation import metrics
from doublebill.fit.splits.user_splits import Holdout

HEAD_SHARE = 1 / 3
"""Of the interactions is on head items (Cremonesi, Koren and Turrin 2010, doi:10.1145/1864708.1864721)."""

COLD_USERS = 5
"""Items with fewer users are cold."""

SHORT_HISTORY = 10
"""Histories with fewer items are short."""

Segments = Mapping[str, Mapping[str, float]]


def measure_segments(answers: npt.NDArray[np.int32], hits: npt.NDArray[np.bool_], held_out: Holdout) -> Segments:
    """By segment: recall@20 and ndcg@100, the users they are averaged over, and the hidden items they look for.

    `answers` and `hits` are [users, places], as for `metrics`. An item segment ranks the whole catalog but counts only
    its own items as wanted, over users who have such an item hidden. A segment without users has no metrics.
    """
    users_of_items = held_out.known.popularity()
    head = head_items(users_of_items)
    short = np.diff(held_out.shown.indptr) < SHORT_HISTORY
    everybody, everything = np.ones(len(short), bool), np.ones(len(head), bool)
    parts = {
        "head items": (everybody, head),
        "tail items": (everybody, ~head),
        "cold items": (everybody, users_of_items < COLD_USERS),
        "short histories": (short, everything),
        "long histories": (~short, everything),
    }
    return {name: _measure(answers, hits, held_out, users, items) for name, (users, items) in parts.items()}


def head_items(users_of_items: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
    """[n_items] which items are the fewest, most popular first, that hold `HEAD_SHARE` of all interactions."""
    order = np.lexsort((np.arange(len(users_of_items)), -users_of_items))
    before = np.cumsum(users_of_items[order]) - users_of_items[order]
    head = np.zeros(len(order), bool)
    head[order] = before < HEAD_SHARE * users_of_items.sum()
    return head


def _measure(
    answers: npt.NDArray[np.int32],
    hits: npt.NDArray[np.bool_],
    held_out: Holdout,
    users: npt.NDArray[np.bool_],
    items: npt.NDArray[np.bool_],
) -> dict[str, float]:
    hidden = held_out.hidden
    wanted = np.bincount(hidden.users_of_entries(), items[hidden.items], hidden.n_users).astype(np.int64)
    asked = users & (wanted > 0)
    counts: dict[str, float] = {"users": int(asked.sum()), "hidden": int(wanted[asked].sum())}
    if not asked.any():
        return counts
    found, sought = (hits & items[answers])[asked], wanted[asked]
    return {
        "recall@20": float(metrics.recall(found, sought, 20).mean()),
        "ndcg@100": float(metrics.ndcg(found, sought, 100).mean()),
        **counts,
    }
