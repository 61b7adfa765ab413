"""Evaluation: metrics of a recommender on a holdout.

Items are ranked against the full catalog without the fold-in, regardless of the catalog's `exclude_seen`, by the code
that serves. See `fit.splits` for holdouts and `metrics` for definitions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Floats, Ints32, Mask
from doublebill.fit.evaluation import metrics
from doublebill.fit.evaluation.ranks import CatalogRanks
from doublebill.fit.evaluation.segments import Segments, measure_segments
from doublebill.fit.evaluation.uncertainty import bootstrap
from doublebill.fit.splits.holdout import Holdout
from doublebill.model.interactions import Interactions
from doublebill.model.ranking import Eligible
from doublebill.model.recommender import Recommender

LIST_LENGTH = 100
"""Recommendations per user."""

HEADLINE = ("recall@20", "ndcg@10", "ndcg@100")
"""Metrics that reports name first."""

DEPTHS = (10, 20)
"""Depths n of all other metrics."""

DIVERSITY_USERS = 10_000
"""First users, in order of a digest, over whom the similarity of two items is measured."""

BOOTSTRAP_SEED = 1

ScoredList = tuple[Ints32, Ints32, Floats]
"""Recommended item numbers, best first; then the item numbers with a score other than 0, and these scores."""


@dataclass(frozen=True)
class Evaluation:
    """Metrics of one recommender on one holdout."""

    per_user: Mapping[str, Floats]
    """Metrics by name, each [n_users]; those of `HEADLINE` first."""
    whole: Mapping[str, float] = field(default_factory=dict)
    """Metrics of all lists together, by name."""
    segments: Segments = field(default_factory=dict)
    """Metrics and counts of segments of items and users."""

    def means(self) -> dict[str, float]:
        """Returns every metric by name, averaged over users."""
        return {name: float(values.mean()) for name, values in self.per_user.items()} | dict(self.whole)

    def intervals(self, seed: int) -> dict[str, tuple[float, float]]:
        """Returns the ends of the bootstrap interval of each metric's mean over users."""
        lows, highs = bootstrap(np.stack(list(self.per_user.values()), axis=1), seed)
        return dict(zip(self.per_user, zip(lows.tolist(), highs.tolist(), strict=True), strict=True))

    def to_json(self, seed: int = BOOTSTRAP_SEED) -> dict[str, object]:
        """Returns a JSON object; a metric per user becomes its mean with the ends of its bootstrap interval."""
        return {
            "users": len(next(iter(self.per_user.values()))),
            "metrics": {
                name: {"mean": float(self.per_user[name].mean()), "low": low, "high": high}
                for name, (low, high) in self.intervals(seed).items()
            },
            "whole": dict(self.whole),
            "segments": {name: dict(segment) for name, segment in self.segments.items()},
        }


def evaluate(recommender: Recommender, holdout: Holdout) -> Evaluation:
    """Evaluates a recommender on a holdout.

    Where the holdout is `timed`, histories are weighed by their times as in serving; else as histories without times.
    """
    fold_in, config = holdout.fold_in, recommender.config
    times = fold_in.timestamps if holdout.timed else np.zeros_like(fold_in.timestamps)

    def recommend(row: slice) -> ScoredList:
        history, weights = fold_in.items[row], config.weigh(fold_in.weights[row], times[row])
        scored = recommender.score(history, weights)
        eligible = Eligible(recommender.catalog.available, history)
        return recommender.ranker.rank(scored, LIST_LENGTH, eligible).items, *scored.reached()

    return _evaluate(recommender, holdout, recommend)


def evaluate_popularity(recommender: Recommender, holdout: Holdout) -> Evaluation:
    """Evaluates the baseline: the most popular items outside of each user's fold-in."""
    fold_in, nothing = holdout.fold_in, np.zeros(0, np.int32)

    def recommend(row: slice) -> ScoredList:
        eligible = Eligible(recommender.catalog.available, fold_in.items[row])
        return recommender.ranker.most_popular(LIST_LENGTH, eligible), nothing, np.zeros(0)

    return _evaluate(recommender, holdout, recommend)


def _evaluate(recommender: Recommender, holdout: Holdout, recommend: Callable[[slice], ScoredList]) -> Evaluation:
    fold_in, targets = holdout.fold_in, holdout.targets
    ranks = CatalogRanks(recommender.popularity)
    lists = np.full((fold_in.n_users, LIST_LENGTH), -1, np.int32)
    aucs = np.empty(fold_in.n_users)
    for user in range(fold_in.n_users):
        row = slice(fold_in.indptr[user], fold_in.indptr[user + 1])
        items, scored, scores = recommend(row)
        lists[user, : len(items)] = items
        targets_of_user = targets.items[targets.indptr[user] : targets.indptr[user + 1]]
        aucs[user] = ranks.auc(scored, scores, fold_in.items[row], targets_of_user)
    hits = hits_of(lists, targets)
    exposures = {n: metrics.exposure(lists, targets.n_items, n) for n in DEPTHS}
    whole = {f"coverage@{n}": metrics.coverage(exposures[n]) for n in DEPTHS}
    whole |= {f"gini@{n}": metrics.gini(exposures[n]) for n in DEPTHS}
    per_user = _per_user(lists, hits, holdout) | {"auc": aucs}
    return Evaluation(per_user, whole, measure_segments(lists, hits, holdout))


def hits_of(lists: Ints32, targets: Interactions) -> Mask:
    """Returns [users, ranks] which recommended items are targets of the user."""
    pairs = targets.users_of_entries() * targets.n_items + targets.items  # ascending, as items are within a user
    recommended = np.arange(len(lists))[:, np.newaxis] * targets.n_items + lists
    at = np.minimum(np.searchsorted(pairs, recommended), len(pairs) - 1)
    return np.asarray((pairs[at] == recommended) & (lists >= 0))


def _per_user(lists: Ints32, hits: Mask, holdout: Holdout) -> dict[str, Floats]:
    reference = holdout.reference
    shares = reference.popularity() / max(reference.n_users, 1)
    ranked = metrics.RankedLists(lists, hits, np.diff(holdout.targets.indptr), shares, _item_vectors(reference))
    names = dict.fromkeys([*HEADLINE, *(f"{metric}@{n}" for n in DEPTHS for metric in metrics.METRICS)])
    return {name: metrics.measure(ranked, name) for name in names}


def _item_vectors(reference: Interactions) -> sp.csr_array:
    """Returns [n_items, users] the items as vectors of length 1 over the first `DIVERSITY_USERS` users."""
    n_users = min(reference.n_users, DIVERSITY_USERS)
    entries = slice(reference.indptr[n_users])
    items, users = reference.items[entries], reference.users_of_entries()[entries]
    counts = np.bincount(items, minlength=reference.n_items)
    return sp.csr_array((1 / np.sqrt(counts[items]), (items, users)), shape=(reference.n_items, n_users))
