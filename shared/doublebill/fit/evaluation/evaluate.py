"""Evaluation: metrics of a recommender on a holdout.

Items are ranked against the full catalog without the fold-in, regardless of the catalog's `exclude_seen`, as the code
that serves does. See `fit.splits` for holdouts and `metrics` for definitions.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Floats, Ints32, Items, Mask
from doublebill.fit.evaluation import metrics
from doublebill.fit.evaluation.block_lists import KeptSums, lists_in_blocks
from doublebill.fit.evaluation.ranks import CatalogRanks
from doublebill.fit.evaluation.segments import Segments, figures, measure_segments
from doublebill.fit.evaluation.uncertainty import bootstrap
from doublebill.fit.splits.holdout import Holdout
from doublebill.model.config import Config
from doublebill.model.counting.verdicts import RatingLevels
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


@dataclass(frozen=True)
class Evaluation:
    """Metrics of one recommender on one holdout."""

    per_user: Mapping[str, Floats]
    """Metrics by name, each [n_users]; those of `HEADLINE` first."""
    whole: Mapping[str, float] = field(default_factory=dict)
    """Metrics of all lists together, by name."""
    segments: Segments = field(default_factory=dict)
    """Metrics of each user in segments of items and users."""

    def means(self) -> dict[str, float]:
        """Returns every metric by name, averaged over users."""
        return {name: float(values.mean()) for name, values in self.per_user.items()} | dict(self.whole)

    def intervals(self, seed: int, names: Collection[str] = ()) -> dict[str, tuple[float, float]]:
        """Returns the ends of the bootstrap interval of each metric's mean over users; `names` are those wanted."""
        wanted = [name for name in self.per_user if not names or name in names]
        lows, highs = bootstrap(np.stack([self.per_user[name] for name in wanted], axis=1), seed)
        return dict(zip(wanted, zip(lows.tolist(), highs.tolist(), strict=True), strict=True))

    def to_json(self, seed: int = BOOTSTRAP_SEED) -> dict[str, object]:
        """Returns a JSON object; a metric per user becomes its mean with the ends of its bootstrap interval."""
        return {
            "users": len(next(iter(self.per_user.values()))),
            "metrics": {
                name: {"mean": float(self.per_user[name].mean()), "low": low, "high": high}
                for name, (low, high) in self.intervals(seed).items()
            },
            "whole": dict(self.whole),
            "segments": {name: figures(segment) for name, segment in self.segments.items()},
        }


def evaluate(recommender: Recommender, holdout: Holdout) -> Evaluation:
    """Evaluates a recommender on a holdout.

    Where the holdout is `timed`, histories are weighed by their times as in serving; else as histories without times.
    Ratings among them count as in serving too.
    """
    ranks = CatalogRanks(recommender.ranking_worth, recommender.unreached_scores)
    return _evaluation(ranks, holdout, _answers(recommender, holdout))


def evaluate_headline(recommender: Recommender, holdout: Holdout, kept: KeptSums | None = None) -> Evaluation:
    """Evaluates as `evaluate` does, but only the metrics of `HEADLINE`: enough to choose, in less time.

    `kept` has the sums of a recommender that differs in the weights of items alone, or keeps those of this one.
    """
    lists = np.concatenate([answers.lists for answers in _answers(recommender, holdout, kept)])
    hits, n_targets = hits_of(lists, holdout.targets), np.diff(holdout.targets.indptr)
    depths = (name.split("@") for name in HEADLINE)
    metric = {"recall": metrics.recall, "ndcg": metrics.ndcg}
    return Evaluation({f"{name}@{n}": metric[name](hits, n_targets, int(n)) for name, n in depths})


def lists_of(recommender: Recommender, holdout: Holdout) -> Ints32:
    """Returns [users, LIST_LENGTH] the items recommended to each user of a holdout, best first; -1 past the end."""
    return np.concatenate([answers.lists for answers in _answers(recommender, holdout)])


def evaluate_lists(lists: Ints32, holdout: Holdout) -> Evaluation:
    """Evaluates lists [users, LIST_LENGTH] of item numbers, best first, without the fold-in; -1 past their end.

    The metrics are those of `evaluate` without the AUC, which needs a score of every item.
    """
    hits = hits_of(lists, holdout.targets)
    exposures = {n: metrics.exposure(lists, holdout.targets.n_items, n) for n in DEPTHS}
    whole = {f"coverage@{n}": metrics.coverage(exposures[n]) for n in DEPTHS}
    whole |= {f"gini@{n}": metrics.gini(exposures[n]) for n in DEPTHS}
    shares, histories = _user_shares(holdout.reference), holdout.fold_in
    summed = np.bincount(histories.users_of_entries(), shares[histories.items], histories.n_users)
    history_shares = summed / np.maximum(np.diff(histories.indptr), 1)
    whole |= {f"popularity_lift@{n}": metrics.popularity_lift(lists, history_shares, shares, n) for n in DEPTHS}
    return Evaluation(_per_user(lists, hits, holdout), whole, measure_segments(lists, hits, holdout))


def evaluate_popularity(recommender: Recommender, holdout: Holdout) -> Evaluation:
    """Evaluates the baseline: the most popular items outside of each user's fold-in."""
    fold_in, nothing = holdout.fold_in, np.zeros(0, np.int32)

    def answer(user: int) -> Answers:
        eligible = Eligible(recommender.catalog.available, fold_in.items[_row(fold_in, user)])
        items = recommender.ranker.most_popular(LIST_LENGTH, eligible)
        return Answers(_padded(items), partial(_only, (nothing, np.zeros(0))))

    ranks = CatalogRanks(recommender.popularity, np.zeros(len(recommender.popularity)))
    return _evaluation(ranks, holdout, map(answer, range(fold_in.n_users)))


@dataclass(frozen=True, eq=False)
class Answers:
    """The lists of some consecutive users."""

    lists: Ints32
    """[users, LIST_LENGTH] recommended item numbers, best first; -1 past the end of a list."""
    scored: Callable[[int], tuple[Items, Floats]]
    """Returns the items of another score than 0 of one of these users, and these scores."""


def _answers(recommender: Recommender, holdout: Holdout, kept: KeptSums | None = None) -> Iterator[Answers]:
    """Yields the answers to all users in order, in blocks."""
    weights, fold_in = _history_weights(recommender.config, holdout), holdout.fold_in
    for _, lists, scores in lists_in_blocks(recommender, fold_in, weights, LIST_LENGTH, kept):

        def scored(user: int, scores: Floats = scores) -> tuple[Items, Floats]:
            ranks = scores[user].nonzero()[0]
            return recommender.order_ranker.order.take(ranks), scores[user].take(ranks)

        yield Answers(lists, scored)


def _only(scored: tuple[Items, Floats], _: int) -> tuple[Items, Floats]:
    """Returns the scored items of a block of one user."""
    return scored


def _history_weights(config: Config, holdout: Holdout) -> Floats:
    """Returns [entries] how much each item of the fold-in counts."""
    fold_in, stars = holdout.fold_in, holdout.fold_in.stars
    times = fold_in.timestamps if holdout.timed else np.zeros_like(fold_in.timestamps)
    if stars is None and config.strength == "none" and not (holdout.timed and config.half_life):
        return config.weigh(fold_in.weights, times)
    rated = holdout.reference.stars
    levels = None if rated is None else RatingLevels.of(rated)
    rows = (_row(fold_in, user) for user in range(fold_in.n_users))
    weighed = [
        config.weigh(fold_in.weights[row], times[row], None if stars is None else stars.values[row], levels)
        for row in rows
    ]
    return np.concatenate([np.zeros(0), *weighed])


def _row(fold_in: Interactions, user: int) -> slice:
    return slice(fold_in.indptr[user], fold_in.indptr[user + 1])


def _padded(items: Ints32) -> Ints32:
    lists = np.full((1, LIST_LENGTH), -1, np.int32)
    lists[0, : len(items)] = items
    return lists


def _evaluation(ranks: CatalogRanks, holdout: Holdout, blocks: Iterable[Answers]) -> Evaluation:
    fold_in, targets = holdout.fold_in, holdout.targets
    parts, aucs = [np.zeros((0, LIST_LENGTH), np.int32)], list[float]()
    for answers in blocks:
        for place in range(len(answers.lists)):
            user = len(aucs)
            targets_of_user = targets.items[_row(targets, user)]
            aucs.append(ranks.auc(*answers.scored(place), fold_in.items[_row(fold_in, user)], targets_of_user))
        parts.append(answers.lists)
    measured = evaluate_lists(np.concatenate(parts), holdout)
    return replace(measured, per_user={**measured.per_user, "auc": np.array(aucs)})


def hits_of(lists: Ints32, targets: Interactions) -> Mask:
    """Returns [users, ranks] which recommended items are targets of the user."""
    pairs = targets.users_of_entries() * targets.n_items + targets.items  # ascending, as items are within a user
    recommended = np.arange(len(lists))[:, np.newaxis] * targets.n_items + lists
    at = np.minimum(np.searchsorted(pairs, recommended), len(pairs) - 1)
    return np.asarray((pairs[at] == recommended) & (lists >= 0))


def _per_user(lists: Ints32, hits: Mask, holdout: Holdout) -> dict[str, Floats]:
    reference = holdout.reference
    shares, n_targets = _user_shares(reference), np.diff(holdout.targets.indptr)
    ranked = metrics.RankedLists(lists, hits, n_targets, shares, _item_vectors(reference))
    names = dict.fromkeys([*HEADLINE, *(f"{metric}@{n}" for n in DEPTHS for metric in metrics.METRICS)])
    return {name: metrics.measure(ranked, name) for name in names}


def _user_shares(reference: Interactions) -> Floats:
    """Returns [n_items] the share of users who have each item."""
    return np.asarray(reference.popularity() / max(reference.n_users, 1))


def _item_vectors(reference: Interactions) -> sp.csr_array:
    """Returns [n_items, users] the items as vectors of length 1 over the first `DIVERSITY_USERS` users."""
    n_users = min(reference.n_users, DIVERSITY_USERS)
    entries = slice(reference.indptr[n_users])
    items, users = reference.items[entries], reference.users_of_entries()[entries]
    counts = np.bincount(items, minlength=reference.n_items)
    return sp.csr_array((1 / np.sqrt(counts[items]), (items, users)), shape=(reference.n_items, n_users))
