"""Evaluation: a recommender's answers to held-out users, measured.

Items are ranked against the full catalog without what was shown, whatever the catalog's `exclude_seen` says, and by the
very code that serves. How users are held out is told in `splits`, what is measured in `metrics`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from doublebill.fit.evaluation import metrics
from doublebill.fit.evaluation.ranks import Places
from doublebill.fit.evaluation.segments import Segments, measure_segments
from doublebill.fit.evaluation.uncertainty import bootstrap
from doublebill.fit.splits.user_splits import Holdout, Split, split
from doublebill.model.interactions import Interactions
from doublebill.model.recommender import Recommender

__all__ = ["Evaluation", "Holdout", "Split", "evaluate", "evaluate_popularity", "split"]

DEEPEST = 100
"""How many recommendations are asked per user."""

HEADLINE = ("recall@20", "ndcg@10", "ndcg@100")
"""The metrics that are told first."""

DEPTHS = (10, 20)
"""Of the wider set."""

LIKENESS_USERS = 10_000
"""How many of the known users, the first, tell which items are alike; users stand in the order of a digest."""

BOOTSTRAP_SEED = 1

Answer = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.float64]]
"""Item numbers, best first, and the items that have a score other than 0, with their scores."""


@dataclass(frozen=True)
class Evaluation:
    """One model on one set of held-out users."""

    per_user: Mapping[str, npt.NDArray[np.float64]]
    """Each metric per user [n_users], those of `HEADLINE` first."""
    whole: Mapping[str, float] = field(default_factory=dict)
    """Metrics of all lists together."""
    segments: Segments = field(default_factory=dict)
    """Metrics and counts of parts of the items or users."""

    @property
    def coverage(self) -> float:
        """Share of the catalog that is in somebody's first 20."""
        return self.whole["coverage@20"]

    def means(self) -> dict[str, float]:
        """Every metric, averaged over users, by name."""
        return {name: float(values.mean()) for name, values in self.per_user.items()} | dict(self.whole)

    def to_json(self, seed: int = BOOTSTRAP_SEED) -> dict[str, object]:
        """Everything as a JSON object; metrics per user as their mean with the ends of its bootstrap interval."""
        values = np.stack(list(self.per_user.values()), axis=1)
        lows, highs = bootstrap(values, seed)
        return {
            "users": len(values),
            "metrics": {
                name: {"mean": float(self.per_user[name].mean()), "low": float(low), "high": float(high)}
                for name, low, high in zip(self.per_user, lows, highs, strict=True)
            },
            "whole": dict(self.whole),
            "segments": {name: dict(part) for name, part in self.segments.items()},
        }


def evaluate(recommender: Recommender, held_out: Holdout) -> Evaluation:
    """The recommender's answers to the held-out users, measured.

    Where the held-out histories are `timed`, they are weighed by their times as serving does; else as one without.
    """
    shown, config = held_out.shown, recommender.config
    times = shown.timestamps if held_out.timed else np.zeros_like(shown.timestamps)

    def answer(row: slice) -> Answer:
        history, weights = shown.items[row], config.weigh(shown.weights[row], times[row])
        reached, scores = recommender.scores(history, weights)
        return recommender.rank(reached, scores, DEEPEST, history).items, reached, scores

    return _measure(recommender, held_out, answer)


def evaluate_popularity(recommender: Recommender, held_out: Holdout) -> Evaluation:
    """The same for recommending everybody what is most popular."""
    shown, nothing = held_out.shown, np.zeros(0, np.int32)
    return _measure(
        recommender, held_out, lambda row: (recommender.most_popular(DEEPEST, shown.items[row]), nothing, np.zeros(0))
    )


def _measure(recommender: Recommender, held_out: Holdout, answer: Callable[[slice], Answer]) -> Evaluation:
    shown, hidden = held_out.shown, held_out.hidden
    places = Places(recommender.popularity)
    answers = np.full((shown.n_users, DEEPEST), -1, np.int32)
    aucs = np.empty(shown.n_users)
    for user in range(shown.n_users):
        row = slice(shown.indptr[user], shown.indptr[user + 1])
        items, reached, scores = answer(row)
        answers[user, : len(items)] = items
        wanted = hidden.items[hidden.indptr[user] : hidden.indptr[user + 1]]
        aucs[user] = places.auc(reached, scores, shown.items[row], wanted)
    hits = _hits(answers, hidden)
    exposures = {n: metrics.exposure(answers, hidden.n_items, n) for n in DEPTHS}
    whole = {f"coverage@{n}": metrics.coverage(exposures[n]) for n in DEPTHS}
    whole |= {f"gini@{n}": metrics.gini(exposures[n]) for n in DEPTHS}
    per_user = _per_user(answers, hits, held_out) | {"auc": aucs}
    return Evaluation(per_user, whole, measure_segments(answers, hits, held_out))


def _hits(answers: npt.NDArray[np.int32], hidden: Interactions) -> npt.NDArray[np.bool_]:
    """[users, places] which answers are hidden items of the user."""
    entries = hidden.users_of_entries() * hidden.n_items + hidden.items  # ascending, as items are within a user
    wanted = np.arange(len(answers))[:, np.newaxis] * hidden.n_items + answers
    at = np.minimum(np.searchsorted(entries, wanted), len(entries) - 1)
    hits: npt.NDArray[np.bool_] = (entries[at] == wanted) & (answers >= 0)
    return hits


def _per_user(
    answers: npt.NDArray[np.int32], hits: npt.NDArray[np.bool_], held_out: Holdout
) -> dict[str, npt.NDArray[np.float64]]:
    wanted, listed = np.diff(held_out.hidden.indptr), (answers >= 0).sum(axis=1)
    shares = held_out.known.popularity() / max(held_out.known.n_users, 1)
    columns = _columns(held_out.known)
    measured = {
        "recall@20": metrics.recall(hits, wanted, 20),
        "ndcg@10": metrics.ndcg(hits, wanted, 10),
        "ndcg@100": metrics.ndcg(hits, wanted, 100),
    }
    for n in DEPTHS:
        measured |= {
            f"recall@{n}": metrics.recall(hits, wanted, n),
            f"precision@{n}": metrics.precision(hits, n),
            f"f1@{n}": metrics.f1(hits, wanted, n),
            f"accuracy@{n}": metrics.accuracy(hits, wanted, listed, n, held_out.hidden.n_items),
            f"ndcg@{n}": metrics.ndcg(hits, wanted, n),
            f"map@{n}": metrics.average_precision(hits, wanted, n),
            f"mrr@{n}": metrics.reciprocal_rank(hits, n),
            f"hit_rate@{n}": metrics.hit_rate(hits, n),
            f"novelty@{n}": metrics.novelty(answers, shares, n),
            f"diversity@{n}": metrics.diversity(answers, columns, n),
        }
    return measured


def _columns(known: Interactions) -> sp.csr_array:
    """[n_items, users] who has each item, of the first `LIKENESS_USERS`; each item's row of length 1."""
    entries = slice(known.indptr[min(known.n_users, LIKENESS_USERS)])
    items, users = known.items[entries], known.users_of_entries()[entries]
    counts = np.bincount(items, minlength=known.n_items)
    shape = (known.n_items, min(known.n_users, LIKENESS_USERS))
    return sp.csr_array((1 / np.sqrt(counts[items]), (items, users)), shape=shape)
