"""Evaluation by strong generalisation (Liang et al. 2018, arXiv:1802.05814): the model has never met the test users.

Some users are held out whole. Of each, most interactions are shown to the model (`shown`) and the rest must be found
(`hidden`), ranked against the full catalog without what was shown, whatever the catalog's `exclude_seen` says. The
recommender that is measured answers by the very code that serves.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from doublebill.interactions import Interactions
from doublebill.recommender import Recommender

SHOWN_SHARE = 0.8
FEWEST_INTERACTIONS = 5
"""Users with fewer are never held out: there would be nothing to ask."""

DEEPEST = 100
"""How many recommendations are asked per user."""


@dataclass(frozen=True)
class HeldOut:
    """Users that a model is asked about: what it sees of each and what it must find. Same users, same order."""

    shown: Interactions
    hidden: Interactions


@dataclass(frozen=True)
class Split:
    """The users of one matrix in three parts; nobody is in two of them."""

    train: Interactions
    validation: HeldOut
    test: HeldOut


@dataclass(frozen=True)
class Measured:
    """One model on one set of held-out users: each metric per user [n_users], and for the whole."""

    per_user: Mapping[str, npt.NDArray[np.float64]]
    coverage: float
    """Share of the catalog that is in somebody's first 20."""

    def means(self) -> dict[str, float]:
        """Every metric, averaged over users, by name."""
        return {name: float(values.mean()) for name, values in self.per_user.items()} | {"coverage@20": self.coverage}


def split(interactions: Interactions, seed: int, held_share: float = 0.1) -> Split | None:
    """The users split at random into train, validation and test, `held_share` of them in each of the last two.

    None where there are too few users to hold any out.
    """
    random = np.random.default_rng(seed)
    eligible = random.permutation(np.flatnonzero(np.diff(interactions.indptr) >= FEWEST_INTERACTIONS))
    held = int(len(eligible) * held_share)
    if held == 0:
        return None
    test, validation = np.sort(eligible[:held]), np.sort(eligible[held : 2 * held])
    train = np.setdiff1d(np.arange(interactions.n_users), np.concatenate([test, validation]))
    return Split(
        interactions.rows(train),
        _hold_out(interactions.rows(validation), random),
        _hold_out(interactions.rows(test), random),
    )


def _hold_out(users: Interactions, random: np.random.Generator) -> HeldOut:
    hidden = np.zeros(len(users.items), bool)
    for start, end in zip(users.indptr[:-1], users.indptr[1:], strict=True):
        count = max(1, round((end - start) * (1 - SHOWN_SHARE)))
        hidden[start + random.permutation(end - start)[:count]] = True
    return HeldOut(_part(users, ~hidden), _part(users, hidden))


def _part(users: Interactions, kept: npt.NDArray[np.bool_]) -> Interactions:
    counts = np.concatenate([np.zeros(1, np.int64), np.cumsum(kept)])
    return users.entries(kept, counts[users.indptr])


def evaluate(recommender: Recommender, held_out: HeldOut) -> Measured:
    """The recommender's answers to the held-out users, measured."""
    return _measure([_answer(recommender, held_out.shown, user) for user in range(held_out.shown.n_users)], held_out)


def evaluate_popularity(recommender: Recommender, held_out: HeldOut) -> Measured:
    """The same for recommending everybody what is most popular."""
    shown = held_out.shown
    answers = [
        recommender.most_popular(DEEPEST, shown.items[shown.indptr[user] : shown.indptr[user + 1]])
        for user in range(shown.n_users)
    ]
    return _measure(answers, held_out)


def _answer(recommender: Recommender, shown: Interactions, user: int) -> npt.NDArray[np.int32]:
    row = slice(shown.indptr[user], shown.indptr[user + 1])
    history = shown.items[row]
    return recommender.recommend(history, recommender.config.saturate(shown.weights[row]), DEEPEST, history).items


def _measure(answers: list[npt.NDArray[np.int32]], held_out: HeldOut) -> Measured:
    hidden = held_out.hidden
    hits = [
        np.isin(answer, hidden.items[hidden.indptr[user] : hidden.indptr[user + 1]])
        for user, answer in enumerate(answers)
    ]
    wanted = np.diff(hidden.indptr)
    per_user = {
        "recall@20": np.array([recall(h, int(w), 20) for h, w in zip(hits, wanted, strict=True)]),
        "ndcg@10": np.array([ndcg(h, int(w), 10) for h, w in zip(hits, wanted, strict=True)]),
        "ndcg@100": np.array([ndcg(h, int(w), 100) for h, w in zip(hits, wanted, strict=True)]),
    }
    first = np.unique(np.concatenate([answer[:20] for answer in answers]))
    return Measured(per_user, len(first) / hidden.n_items)


def recall(hits: npt.NDArray[np.bool_], wanted: int, n: int) -> float:
    """Share of the `wanted` items among the first `n`, of those that could be there: hits / min(n, wanted)."""
    return float(hits[:n].sum() / min(n, wanted))


def ndcg(hits: npt.NDArray[np.bool_], wanted: int, n: int) -> float:
    """Discounted cumulative gain of the first `n`, over the best possible (Järvelin and Kekäläinen 2002,
    doi:10.1145/582415.582418); every wanted item gains 1 / log2(1 + place)."""
    discounts = 1 / np.log2(np.arange(2, n + 2))
    return float(discounts[: len(hits[:n])][hits[:n]].sum() / discounts[: min(n, wanted)].sum())
