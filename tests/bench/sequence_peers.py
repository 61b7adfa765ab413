"""Peers that know the order of histories, from their papers, in numpy and scipy: for `orders.py`.

    sequential rules    what follows the newest item of a history (SR: Kamehkhosh, Jannach and Ludewig 2017, "A
                        comparison of frequent pattern techniques and a deep learning method for session-based
                        recommendation")
    STAN                what stands near common items in the nearest histories of others (Garg et al. 2019,
                        "Sequence and time aware neighborhood for session-based recommendations", arXiv:1910.12781)

Every user is one session. Times of such data are places in a history, so the factor of STAN for the age of a session
is left out. Parameters are chosen on at most `MOST_VALIDATION` validation users of a split, test targets are read once.
SASRec and GRU4Rec are not here: they need torch, whose wheels for Linux are of gigabytes.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from doublebill.fit.evaluation.evaluate import LIST_LENGTH, Evaluation, evaluate_lists
from doublebill.fit.splits.holdout import Holdout, Split, newer_entries
from doublebill.model.interactions import Interactions

MOST_VALIDATION = 1500
DECIDES = "ndcg@100"

STEPS = (1, 3, 10)
"""How far behind an item another one follows it, at most."""

NEIGHBOURS = (200, 1000)
OWN_DECAYS = (1.0, 3.0, 10.0)
"""By how many newer items of a history an item counts e times less where neighbours are looked for."""
NEAR_DECAYS = (1.0, 3.0, 10.0)
"""By how many places from the common item an item of a neighbour counts e times less."""

Scores = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""From the items of a history and how many newer ones each has, [n_items] scores."""


@dataclass(frozen=True, eq=False)
class Sessions:
    """Histories with the place of each item."""

    whole: Interactions
    newer: np.ndarray
    """[entries] how many items of the same history are newer."""

    @classmethod
    def of(cls, interactions: Interactions) -> "Sessions":
        """Returns the sessions of a training part; equal times are ordered at random, with one seed."""
        return cls(interactions, newer_entries(interactions, np.random.default_rng(1)))

    def row(self, user: int) -> tuple[np.ndarray, np.ndarray]:
        """Returns the items of a user, and how many newer ones each has."""
        entries = slice(self.whole.indptr[user], self.whole.indptr[user + 1])
        return self.whole.items[entries], self.newer[entries]


def sequential_rules(sessions: Sessions, steps: int) -> Scores:
    """Returns the scores of rules: one over the distance for each item that follows another within so many steps."""
    whole, rows, columns, weights = sessions.whole, [], [], []
    order = np.lexsort((-sessions.newer, whole.users_of_entries()))
    users, items = whole.users_of_entries()[order], whole.items[order]
    for step in range(1, steps + 1):
        same = users[:-step] == users[step:]
        rows.append(items[:-step][same])
        columns.append(items[step:][same])
        weights.append(np.full(np.count_nonzero(same), 1 / step))
    shape = (whole.n_items, whole.n_items)
    parts = (np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns)))
    rules = sp.csr_array(parts, shape=shape)
    return lambda items, newer: rules[[items[np.argmin(newer)]]].toarray().ravel()


def stan(sessions: Sessions, neighbours: int, own_decay: float, near_decay: float) -> Scores:
    """Returns the scores of the nearest histories, each item by its distance from the newest common item."""
    whole = sessions.whole
    lengths = np.maximum(np.diff(whole.indptr), 1)
    entries = sp.csr_array((np.arange(len(whole.items)) + 1, whole.items, whole.indptr), (whole.n_users, whole.n_items))
    by_item = entries.T.tocsr()

    def scores(items: np.ndarray, newer: np.ndarray) -> np.ndarray:
        rows = [slice(by_item.indptr[item], by_item.indptr[item + 1]) for item in items]
        others = np.concatenate([by_item.indices[row] for row in rows])
        sizes = [row.stop - row.start for row in rows]
        likeness = np.bincount(others, np.repeat(np.exp(-newer / own_decay), sizes)) if len(others) else np.zeros(0)
        near = np.flatnonzero(likeness)
        likeness = likeness[near] / np.sqrt(len(items) * lengths[near])
        best = np.lexsort((near, -likeness))[:neighbours]
        common = np.full(whole.n_users, -1)
        for place in np.argsort(-newer, kind="stable"):  # the newest common item is written last
            common[by_item.indices[rows[place]]] = by_item.data[rows[place]] - 1
        found = np.zeros(whole.n_items)
        for user, alike in zip(near[best], likeness[best], strict=True):
            theirs, places = sessions.row(user)
            found[theirs] += alike * np.exp(-np.abs(places - sessions.newer[common[user]]) / near_decay)
        return found

    return scores


def lists_of(scores: Scores, holdout: Holdout) -> np.ndarray:
    """Returns [users, LIST_LENGTH] the items of the highest scores above 0 but those of the history; -1 for none."""
    known, lists = Sessions.of(holdout.fold_in), np.full((holdout.fold_in.n_users, LIST_LENGTH), -1, np.int32)
    for user in range(len(lists)):
        items, newer = known.row(user)
        found = scores(items, newer)
        found[items] = 0
        best = np.lexsort((np.arange(len(found)), -found))[:LIST_LENGTH] if len(items) else np.zeros(0, np.int32)
        best = best[found[best] > 0]
        lists[user, : len(best)] = best
    return lists


def tried(sessions: Sessions) -> Mapping[str, Iterator[tuple[dict[str, float], Scores]]]:
    """Returns by peer the parameters that are tried, each with its scores."""
    rules = (({"steps": steps}, sequential_rules(sessions, steps)) for steps in STEPS)
    stans = (
        ({"neighbours": k, "own_decay": own, "near_decay": near}, stan(sessions, k, own, near))
        for k in NEIGHBOURS
        for own in OWN_DECAYS
        for near in NEAR_DECAYS
    )
    return {"sequential rules": rules, "STAN": stans}


def sequence_peers(parts: Split, some_of: Callable[[Holdout, int], Holdout]) -> dict[str, tuple[object, Evaluation]]:
    """Returns by peer the parameters that did best on validation users, and its evaluation on the test users."""
    validation, found = some_of(parts.validation, MOST_VALIDATION), {}
    for name, models in tried(Sessions.of(validation.reference)).items():
        chosen, highest = {}, -1.0
        for parameters, scores in models:
            reached = float(evaluate_lists(lists_of(scores, validation), validation).per_user[DECIDES].mean())
            if reached > highest:
                chosen, highest = parameters, reached
        sessions = Sessions.of(parts.test.reference)
        model = stan(sessions, **chosen) if name == "STAN" else sequential_rules(sessions, **chosen)
        found[name] = (chosen, evaluate_lists(lists_of(model, parts.test), parts.test))
    return found
