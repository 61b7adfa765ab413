"""Metrics: how good rankings and predictions are, as functions of arrays.

Lists are compared with what was to be found: `hits` [users, places] tells which places, best first, hold a wanted item
(False where a list is shorter), `wanted` [users] > 0 how many items were to be found; for one user alone, [places] and
a number. Lists themselves are `answers` [users, places], item numbers, best first, -1 where a list is shorter. What is
measured of each user comes back as [users].

    name           function           1 is best, unless said otherwise
    recall@n       recall             found / min(n, wanted)
    precision@n    precision          found / n
    f1@n           f1                 2 found / (n + wanted)
    accuracy@n     accuracy           share of the catalog rightly recommended or rightly not
    ndcg@n         ndcg               discounted gain over the best possible
    map@n          average_precision  precision at each hit, averaged
    mrr@n          reciprocal_rank    1 / place of the first hit
    hit_rate@n     hit_rate           whether there is a hit
    auc            auc                chance that a wanted item stands above another
    novelty@n      novelty            bits that the items' rarity is worth; unbounded
    diversity@n    diversity          1 - mean cosine of two items of the list
    coverage@n     coverage           share of the catalog that is in somebody's list
    gini@n         gini               how unequally items come up; 0 is equal
    mse, rmse, mae, log_loss          errors of predictions; 0 is best

@n looks at the first n places only. What a list lacks of n places counts as wrong, but for accuracy@n.
"""

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Hits = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.integer] | int
PerUser = npt.NDArray[np.float64]

ROWS_AT_ONCE = 256
"""Lists whose items are compared in one sparse product: bounds its memory."""


def _found(hits: Hits, n: int) -> npt.NDArray[np.int64]:
    found: npt.NDArray[np.int64] = np.count_nonzero(hits[..., :n], axis=-1)
    return found


def recall(hits: Hits, wanted: Counts, n: int) -> PerUser:
    """Share of the wanted items among the first `n`, of those that could be there (Liang et al. 2018,
    arXiv:1802.05814)."""
    return np.asarray(_found(hits, n) / np.minimum(wanted, n))


def precision(hits: Hits, n: int) -> PerUser:
    """Share of the first `n` places that hold a wanted item."""
    return np.asarray(_found(hits, n) / n)


def f1(hits: Hits, wanted: Counts, n: int) -> PerUser:
    """Harmonic mean of precision and the whole recall, found / wanted (van Rijsbergen 1979, Information Retrieval)."""
    return np.asarray(2 * _found(hits, n) / (n + np.asarray(wanted)))


def accuracy(hits: Hits, wanted: Counts, listed: Counts, n: int, n_items: int) -> PerUser:
    """Share of `n_items` that are both recommended and wanted, or neither, where a list has `listed` [users] items.

    Near 1 for every model where the catalog is much larger than `n`.
    """
    missed = np.asarray(wanted) + np.minimum(listed, n) - 2 * _found(hits, n)
    return np.asarray(1 - missed / n_items)


def ndcg(hits: Hits, wanted: Counts, n: int) -> PerUser:
    """Discounted cumulative gain of the first `n`, over the best possible (Järvelin and Kekäläinen 2002,
    doi:10.1145/582415.582418); every wanted item gains 1 / log2(1 + place)."""
    discounts = 1 / np.log2(np.arange(2, n + 2))
    best = np.cumsum(discounts)[np.minimum(wanted, n) - 1]
    return np.asarray((hits[..., :n] * discounts[: hits.shape[-1]]).sum(axis=-1) / best)


def average_precision(hits: Hits, wanted: Counts, n: int) -> PerUser:
    """Sum over the hits among the first `n` of the precision down to each, over min(n, wanted); its mean is MAP
    (Manning, Raghavan and Schütze 2008, Introduction to Information Retrieval, 8.4)."""
    first = hits[..., :n]
    precisions = np.cumsum(first, axis=-1) / np.arange(1, first.shape[-1] + 1)
    return np.asarray((first * precisions).sum(axis=-1) / np.minimum(wanted, n))


def reciprocal_rank(hits: Hits, n: int) -> PerUser:
    """1 / place of the first hit among the first `n`, 0 without one (Voorhees 1999, The TREC-8 question answering track
    report)."""
    first = hits[..., :n]
    return np.where(first.any(axis=-1), 1 / (1 + first.argmax(axis=-1)), 0.0)


def hit_rate(hits: Hits, n: int) -> PerUser:
    """1 where a wanted item is among the first `n`, else 0."""
    return np.asarray(hits[..., :n].any(axis=-1).astype(np.float64))


def auc(wanted: npt.NDArray[np.number], others: npt.NDArray[np.number]) -> float:
    """Chance that one of the scores `wanted` is above one of the scores `others`; equal scores count half, and it is 1
    where there are no others.

    Mann–Whitney's statistic (Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747).
    """
    return 1 - above(wanted, np.sort(others)) / (len(wanted) * len(others)) if len(others) else 1.0


def above(wanted: npt.NDArray[np.number], others: npt.NDArray[np.number]) -> float:
    """In how many pairs one of `others`, which ascend, is above one of `wanted`; equal pairs count half."""
    lower, not_higher = others.searchsorted(wanted, "left").sum(), others.searchsorted(wanted, "right").sum()
    return len(wanted) * len(others) - float(lower + not_higher) / 2


def novelty(answers: npt.NDArray[np.integer], shares: npt.NDArray[np.floating], n: int) -> PerUser:
    """[users] mean self-information -log2(share) of the first `n` items (Zhou et al. 2010, doi:10.1073/pnas.1000488107;
    Vargas and Castells 2011, doi:10.1145/2043932.2043955).

    `shares` [n_items] tells what share of the users has an item. An item of nobody counts as the rarest of somebody.
    """
    first = answers[:, :n]
    if not shares.any():
        return np.zeros(len(answers))
    bits = -np.log2(np.maximum(shares, shares[shares > 0].min()))
    there = first >= 0
    return np.asarray((bits[first] * there).sum(axis=1) / np.maximum(there.sum(axis=1), 1))


def diversity(answers: npt.NDArray[np.integer], columns: sp.csr_array, n: int) -> PerUser:
    """[users] 1 - mean cosine of two of the first `n` items (intra-list similarity: Ziegler et al. 2005,
    doi:10.1145/1060745.1060754), 0 for a list of one item.

    `columns` [n_items, dimensions] describes each item by a row of length 1; a row of zeros is like no other. With the
    sum s of the m rows of a list, the cosines of its pairs sum to (s·s - Σ row·row) / 2.
    """
    n_items = columns.shape[0]
    squares = np.bincount(np.repeat(np.arange(n_items), np.diff(columns.indptr)), columns.data**2, n_items)
    likeness = np.zeros(len(answers))
    for start in range(0, len(answers), ROWS_AT_ONCE):
        first = answers[start : start + ROWS_AT_ONCE, :n]
        there = first >= 0
        sizes = there.sum(axis=1)
        ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
        lists = sp.csr_array((np.ones(ends[-1]), first[there], ends), shape=(len(first), n_items))
        sums = sp.csr_array(lists @ columns)
        users = np.repeat(np.arange(len(first)), np.diff(sums.indptr))
        pairs = np.bincount(users, sums.data**2, len(first)) - (squares[first] * there).sum(axis=1)
        likeness[start : start + ROWS_AT_ONCE] = np.where(sizes > 1, pairs / np.maximum(sizes * (sizes - 1), 1), 1.0)
    return 1 - likeness


def exposure(answers: npt.NDArray[np.integer], n_items: int, n: int) -> npt.NDArray[np.int64]:
    """[n_items] in how many lists an item is among the first `n`."""
    first = answers[:, :n]
    return np.bincount(first[first >= 0], minlength=n_items)


def coverage(exposures: npt.NDArray[np.integer]) -> float:
    """Share of the items that come up at all (Herlocker et al. 2004, doi:10.1145/963770.963772)."""
    return float(np.count_nonzero(exposures) / len(exposures))


def gini(exposures: npt.NDArray[np.integer]) -> float:
    """How unequally the items come up: 0 where all do alike, 1 where one item is all there is (Gini's index, as in
    Shani and Gunawardana 2011, doi:10.1007/978-0-387-85820-3_8)."""
    n_items, total = len(exposures), int(exposures.sum())
    if n_items < 2 or not total:
        return 0.0
    ranks = 2 * np.arange(1, n_items + 1) - n_items - 1
    return float((ranks * np.sort(exposures)).sum() / ((n_items - 1) * total))


def mse(predicted: npt.NDArray[np.floating], actual: npt.NDArray[np.floating]) -> float:
    """Mean squared error."""
    return float(np.mean((predicted - actual) ** 2))


def rmse(predicted: npt.NDArray[np.floating], actual: npt.NDArray[np.floating]) -> float:
    """Root of the mean squared error, in the unit of what is predicted."""
    return float(np.sqrt(mse(predicted, actual)))


def mae(predicted: npt.NDArray[np.floating], actual: npt.NDArray[np.floating]) -> float:
    """Mean absolute error."""
    return float(np.mean(np.abs(predicted - actual)))


def log_loss(probabilities: npt.NDArray[np.floating], outcomes: npt.NDArray[np.bool_]) -> float:
    """Mean -ln of the probability that was given to what happened (Good 1952, doi:10.1111/j.2517-6161.1952.tb00104.x).

    A probability of 0 or 1 counts as the next float64 beside it, so that no single certainty makes it infinite.
    """
    least = np.finfo(np.float64).eps
    likely = np.clip(np.asarray(probabilities, np.float64), least, 1 - least)
    return float(-np.mean(np.log(np.where(outcomes, likely, 1 - likely))))
