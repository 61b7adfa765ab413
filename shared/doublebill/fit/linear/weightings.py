"""Weightings: the weight of each interaction in a similarity.

Rows are users, columns are items. `tfidf` and `bm25` treat an item as a document and its users as terms, so that users
with many items count less. `length` is a cosine in which users count less by the number of their items alone. With any
weighting, interactions may count less the older they are.
"""

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Floats
from doublebill.model.config import Config, Knn
from doublebill.model.interactions import Interactions

DAY_MILLISECONDS = 86_400_000

LENGTH_POWER = 0.5
"""Power of a user's number of items by which `length` divides."""


def weighted(interactions: Interactions, config: Config) -> sp.csr_array:
    """Returns [n_users, n_items] float64: the interactions, saturated and weighted by `config`."""
    assert isinstance(config.family, Knn)  # noqa: S101  # fitting chooses by it
    family = config.family
    saturated = config.saturate(interactions.weights) * _recency(interactions, config.recency_days)
    if family.weighting == "bm25":
        return _matrix(interactions, _bm25(interactions, saturated, family))
    if family.weighting == "tfidf":
        saturated = np.sqrt(saturated) * _rarity(interactions)
    if family.weighting == "length":
        counts = np.diff(interactions.indptr)
        saturated *= np.repeat(np.maximum(counts, 1) ** -LENGTH_POWER, counts)
    return _unit_columns(_matrix(interactions, saturated))


def _matrix(interactions: Interactions, values: Floats) -> sp.csr_array:
    shape = (interactions.n_users, interactions.n_items)
    return sp.csr_array((values, interactions.items, interactions.indptr), shape=shape)


def _unit_columns(matrix: sp.csr_array) -> sp.csr_array:
    lengths = np.sqrt(np.bincount(matrix.indices, weights=matrix.data**2, minlength=matrix.shape[1]))
    lengths[lengths == 0] = 1  # an item whose entries all weigh 0 stays 0
    matrix.data /= lengths[matrix.indices]
    return matrix


def _recency(interactions: Interactions, half_life_days: float) -> Floats:
    """Returns [entries] 1 at the newest time in the data, halved every `half_life_days` before it; all 1 for 0 days.

    Entries without a time are as old as the oldest one with a time. The present time is not used.
    """
    timestamps = interactions.timestamps
    timed = timestamps > 0
    if not half_life_days or not timed.any():
        return np.ones(len(timestamps))
    dated = np.where(timed, timestamps, timestamps[timed].min())
    ages: Floats = (dated.max() - dated) / DAY_MILLISECONDS
    return np.asarray(0.5 ** (ages / half_life_days))


def _rarity(interactions: Interactions) -> Floats:
    """Returns [entries] the inverse document frequency of the user: log(n_items / (1 + items of the user)), at least 0.

    Spärck Jones 1972, doi:10.1108/eb026526.
    """
    counts = np.diff(interactions.indptr)
    rarity = np.maximum(np.log(interactions.n_items) - np.log1p(counts), 0)
    return np.repeat(rarity, counts)


def _bm25(interactions: Interactions, saturated: Floats, family: Knn) -> Floats:
    """Returns [entries] BM25: w (k1 + 1) / (k1 (1 - b + b L_i / mean L) + w) · idf(user), L_i the item's total weight.

    Robertson and Zaragoza 2009, doi:10.1561/1500000019.
    """
    totals = np.bincount(interactions.items, weights=saturated, minlength=interactions.n_items)
    length = 1 - family.bm25_b + family.bm25_b * totals / max(totals.mean(), np.finfo(np.float64).tiny)
    grown = saturated * (family.bm25_k1 + 1) / (family.bm25_k1 * length[interactions.items] + saturated)
    return grown * _rarity(interactions)
