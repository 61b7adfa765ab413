"""Metrics: quality of rankings and predictions, as functions of arrays.

Arguments, for many users or, without the first axis, for one:

    hits       [users, ranks]  which ranks, best first, hold a target; False past the end of a list
    n_targets  [users] > 0     number of targets
    lists      [users, ranks]  item numbers, best first; -1 past the end of a list

Metrics of users come back as [users].

    name           function           best is 1, except where noted
    recall@n       recall             hits / min(n, targets)
    precision@n    precision          hits / n
    f1@n           f1                 2 hits / (n + targets)
    accuracy@n     accuracy           share of the catalog rightly recommended or rightly not
    ndcg@n         ndcg               discounted gain over the best possible
    map@n          average_precision  precision at each hit, averaged
    mrr@n          reciprocal_rank    1 / rank of the first hit
    hit_rate@n     hit_rate           1 with a hit, else 0
    auc            auc                probability that a target ranks above another item
    novelty@n      novelty            self-information of the items in bits; unbounded
    diversity@n    diversity          1 - mean cosine of two items of the list
    coverage@n     coverage           share of the catalog in at least one list
    gini@n         gini               inequality of exposure; 0 is equal
    popularity_lift@n  popularity_lift  how much more popular lists are than the histories they answer; 0 is equal
    mse, rmse, mae, log_loss          errors of predictions; 0 is best

@n counts the first n ranks only. Ranks past the end of a list count as misses, except in accuracy@n.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Counts, Floats, Hits, Integers, Ints, Ints32, Items, Mask, Numbers, PerUser, Reals

BLOCK_LISTS = 256
"""Lists whose items are compared in one sparse product; bounds its memory."""


def _count(hits: Hits, n: int) -> Ints:
    return np.asarray(np.count_nonzero(hits[..., :n], axis=-1))


def recall(hits: Hits, n_targets: Counts, n: int) -> PerUser:
    """Returns hits in the first `n` ranks / min(n, targets) (Liang et al. 2018, arXiv:1802.05814)."""
    return np.asarray(_count(hits, n) / np.minimum(n_targets, n))


def precision(hits: Hits, n: int) -> PerUser:
    """Returns the share of the first `n` ranks that hold a target."""
    return np.asarray(_count(hits, n) / n)


def f1(hits: Hits, n_targets: Counts, n: int) -> PerUser:
    """Returns the harmonic mean of precision and recall as hits / targets.

    van Rijsbergen 1979, Information Retrieval, chapter 7.
    """
    return np.asarray(2 * _count(hits, n) / (n + np.asarray(n_targets)))


def accuracy(hits: Hits, n_targets: Counts, lengths: Counts, n: int, n_items: int) -> PerUser:
    """Returns the share of `n_items` that are both recommended and targets, or neither.

    `lengths` [users] are the lengths of the lists. Near 1 for every model where the catalog is much larger than `n`.
    """
    missed = np.asarray(n_targets) + np.minimum(lengths, n) - 2 * _count(hits, n)
    return np.asarray(1 - missed / n_items)


def ndcg(hits: Hits, n_targets: Counts, n: int) -> PerUser:
    """Returns the discounted cumulative gain of the first `n` ranks over the best possible, 1 / log2(1 + rank) a hit.

    Järvelin and Kekäläinen 2002, doi:10.1145/582415.582418.
    """
    discounts = 1 / np.log2(np.arange(2, n + 2))
    best = np.cumsum(discounts)[np.minimum(n_targets, n) - 1]
    return np.asarray((hits[..., :n] * discounts[: hits.shape[-1]]).sum(axis=-1) / best)


def average_precision(hits: Hits, n_targets: Counts, n: int) -> PerUser:
    """Returns the sum of the precisions at each hit in the first `n` ranks over min(n, targets); its mean is MAP.

    Manning, Raghavan and Schütze 2008, Introduction to Information Retrieval, 8.4.
    """
    first = hits[..., :n]
    precisions = np.cumsum(first, axis=-1) / np.arange(1, first.shape[-1] + 1)
    return np.asarray((first * precisions).sum(axis=-1) / np.minimum(n_targets, n))


def reciprocal_rank(hits: Hits, n: int) -> PerUser:
    """Returns 1 / rank of the first hit in the first `n` ranks, 0 without one; its mean is MRR.

    Voorhees 1999, The TREC-8 question answering track report.
    """
    first = hits[..., :n]
    return np.where(first.any(axis=-1), 1 / (1 + first.argmax(axis=-1)), 0.0)


def hit_rate(hits: Hits, n: int) -> PerUser:
    """Returns 1 with a hit in the first `n` ranks, else 0."""
    return np.asarray(hits[..., :n].any(axis=-1).astype(np.float64))


def auc(targets: Numbers, others: Numbers) -> float:
    """Returns the probability that a score of `targets` is above one of `others`; ties count half, 1 without others.

    The Mann–Whitney statistic (Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747).
    """
    return 1 - above(targets, np.sort(others)) / (len(targets) * len(others)) if len(others) else 1.0


def above(targets: Numbers, others: Numbers) -> float:
    """Returns the number of pairs in which one of `others`, ascending, is above one of `targets`; ties count half."""
    lower, not_higher = others.searchsorted(targets, "left").sum(), others.searchsorted(targets, "right").sum()
    return len(targets) * len(others) - float(lower + not_higher) / 2


def novelty(lists: Items, shares: Reals, n: int) -> PerUser:
    """Returns [users] the mean self-information -log2(share) of the first `n` items.

    Zhou et al. 2010, doi:10.1073/pnas.1000488107; Vargas and Castells 2011, doi:10.1145/2043932.2043955. `shares`
    [n_items] is the share of users who have each item; an item without users counts as the rarest of the others.
    """
    first = lists[:, :n]
    if not shares.any():
        return np.zeros(len(lists))
    bits = -np.log2(np.maximum(shares, shares[shares > 0].min()))
    listed = first >= 0
    return np.asarray((bits[first] * listed).sum(axis=1) / np.maximum(listed.sum(axis=1), 1))


def diversity(lists: Items, vectors: sp.csr_array, n: int) -> PerUser:
    """Returns [users] 1 - mean cosine of two of the first `n` items, 0 for a list of one item.

    Intra-list similarity: Ziegler et al. 2005, doi:10.1145/1060745.1060754. `vectors` [n_items, dimensions] are items
    as vectors of length 1 or 0. With the sum s of the vectors v of a list, the cosines of its pairs sum to
    (s·s - Σ v·v) / 2.
    """
    n_items = vectors.shape[0]
    squares = np.bincount(np.repeat(np.arange(n_items), np.diff(vectors.indptr)), vectors.data**2, n_items)
    similarity = np.zeros(len(lists))
    for start in range(0, len(lists), BLOCK_LISTS):
        first = lists[start : start + BLOCK_LISTS, :n]
        listed = first >= 0
        sizes = listed.sum(axis=1)
        ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
        members = sp.csr_array((np.ones(ends[-1]), first[listed], ends), shape=(len(first), n_items))
        sums = sp.csr_array(members @ vectors)
        users = np.repeat(np.arange(len(first)), np.diff(sums.indptr))
        pairs = np.bincount(users, sums.data**2, len(first)) - (squares[first] * listed).sum(axis=1)
        similarity[start : start + BLOCK_LISTS] = np.where(sizes > 1, pairs / np.maximum(sizes * (sizes - 1), 1), 1.0)
    return 1 - similarity


def exposure(lists: Items, n_items: int, n: int) -> Ints:
    """Returns [n_items] the number of lists with each item in the first `n` ranks."""
    first = lists[:, :n]
    return np.bincount(first[first >= 0], minlength=n_items)


def coverage(exposures: Integers) -> float:
    """Returns the share of items in at least one list (Herlocker et al. 2004, doi:10.1145/963770.963772)."""
    return float(np.count_nonzero(exposures) / len(exposures))


def gini(exposures: Integers) -> float:
    """Returns the Gini index of exposures: 0 where all items have the same, 1 where one item has all.

    As in Shani and Gunawardana 2011, doi:10.1007/978-0-387-85820-3_8.
    """
    n_items, total = len(exposures), int(exposures.sum())
    if n_items < 2 or not total:
        return 0.0
    coefficients = 2 * np.arange(1, n_items + 1) - n_items - 1
    return float((coefficients * np.sort(exposures)).sum() / ((n_items - 1) * total))


def popularity_lift(lists: Items, history_shares: Reals, shares: Reals, n: int) -> float:
    """Returns the mean popularity of the first `n` items of lists over that of the histories they answer, less 1.

    The difference of the group average popularities, relative (Abdollahpouri et al. 2019, arXiv:1907.13286).
    `history_shares` [users] are the mean `shares` [n_items] of users who have each item, over each history; 0 where
    there is nothing to compare.
    """
    first = lists[:, :n]
    listed = first >= 0
    counts = listed.sum(axis=1)
    compared = (counts > 0) & (history_shares > 0)
    if not compared.any():
        return 0.0
    means = (shares[first] * listed).sum(axis=1)[compared] / counts[compared]
    return float(means.mean() / history_shares[compared].mean() - 1)


def mse(predicted: Reals, actual: Reals) -> float:
    """Returns the mean squared error."""
    return float(np.mean((predicted - actual) ** 2))


def rmse(predicted: Reals, actual: Reals) -> float:
    """Returns the root of the mean squared error, in the unit of the predictions."""
    return float(np.sqrt(mse(predicted, actual)))


def mae(predicted: Reals, actual: Reals) -> float:
    """Returns the mean absolute error."""
    return float(np.mean(np.abs(predicted - actual)))


def log_loss(probabilities: Reals, outcomes: Mask) -> float:
    """Returns the mean of -ln(probability of the outcome) (Good 1952, doi:10.1111/j.2517-6161.1952.tb00104.x).

    Probabilities are clipped by the machine epsilon at 0 and 1, so that no single prediction makes the mean infinite.
    """
    least = np.finfo(np.float64).eps
    likely = np.clip(np.asarray(probabilities, np.float64), least, 1 - least)
    return float(-np.mean(np.log(np.where(outcomes, likely, 1 - likely))))


@dataclass(frozen=True, eq=False)
class RankedLists:
    """The lists of all users, with everything that metrics of a list need."""

    lists: Ints32
    """[users, ranks] item numbers, best first; -1 past the end of a list."""
    hits: Hits
    """[users, ranks] which ranks hold a target."""
    n_targets: Ints
    """[users] number of targets."""
    user_shares: Floats
    """[n_items] share of the users who have each item."""
    vectors: sp.csr_array
    """[n_items, dimensions] items as vectors of length 1 or 0."""

    @property
    def lengths(self) -> Ints:
        """Returns [users] the lengths of the lists."""
        return np.asarray(np.count_nonzero(self.lists >= 0, axis=1))


METRICS: Mapping[str, Callable[[RankedLists, int], PerUser]] = {
    "recall": lambda ranked, n: recall(ranked.hits, ranked.n_targets, n),
    "precision": lambda ranked, n: precision(ranked.hits, n),
    "f1": lambda ranked, n: f1(ranked.hits, ranked.n_targets, n),
    "accuracy": lambda ranked, n: accuracy(ranked.hits, ranked.n_targets, ranked.lengths, n, len(ranked.user_shares)),
    "ndcg": lambda ranked, n: ndcg(ranked.hits, ranked.n_targets, n),
    "map": lambda ranked, n: average_precision(ranked.hits, ranked.n_targets, n),
    "mrr": lambda ranked, n: reciprocal_rank(ranked.hits, n),
    "hit_rate": lambda ranked, n: hit_rate(ranked.hits, n),
    "novelty": lambda ranked, n: novelty(ranked.lists, ranked.user_shares, n),
    "diversity": lambda ranked, n: diversity(ranked.lists, ranked.vectors, n),
}
"""Metrics of lists by name, measured at every depth n that a report has."""


def measure(ranked: RankedLists, name: str) -> PerUser:
    """Returns [users] a metric by its name with a depth, `ndcg@10`."""
    metric, _, n = name.partition("@")
    return METRICS[metric](ranked, int(n))
