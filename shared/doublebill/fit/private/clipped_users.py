"""Clipped users: each user's part of the released sums, bounded in whole numbers whatever the user did.

A user with m counted items adds the same whole weight to each sum that he reaches, so that his part of all of them
together has at most the Euclidean length S = `SENSITIVITY`:

    popularity   m sums            weight = ⌊S / √m⌋
    pairs        m(m + 1)/2 sums   weight = ⌊S / √(m(m + 1)/2)⌋, the pairs of an item with itself included

The norm bounds every history; counting at most the `MOST_ITEMS` newest items keeps weights from being rounded away.
Everything here follows from a user's own rows, so that a neighbouring data set, which differs in the rows of one user,
differs by his part alone.
"""

import math
from collections.abc import Callable

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Ints, Items
from doublebill.fit.linear.gram import Gram
from doublebill.fit.linear.sums.summing import HERE, Summing
from doublebill.fit.protection.newest_items import newest_items
from doublebill.model.interactions import Interactions

SENSITIVITY = 1 << 20
"""S: the bound of a user's part of the sums, as a Euclidean length. Weights of 200 items are exact to 1 in 7,000."""

MOST_ITEMS = 200
"""Items of a user that count."""


def clipped(interactions: Interactions, items: Items) -> sp.csr_array:
    """Returns [users, items] bool, sorted: which of some ascending items are among the newest of each user."""
    counted = newest_items(interactions, MOST_ITEMS)
    terms = sp.csr_array(
        (np.ones(len(counted.items), np.bool_), counted.items, counted.indptr), (counted.n_users, counted.n_items)
    )
    return sp.csr_array(terms[:, items])


def popularity_sums(terms: sp.csr_array) -> Ints:
    """Returns [items] the sums of the weights of each item's users."""
    weights = _weights(terms, lambda m: m)
    return np.asarray(terms.T.astype(np.int64) @ weights)


def pair_sums(terms: sp.csr_array, summing: Summing = HERE) -> Ints:
    """Returns [pairs] the sums of the weights of the users of two items, as the upper triangle has them row by row."""
    weights = _weights(terms, lambda m: m * (m + 1) // 2)
    gram = Gram(terms.astype(np.int32), weights, summing)
    whole = gram.integers(np.arange(gram.n_items)).toarray()
    return np.asarray(whole[np.triu_indices(len(whole))])


def _weights(terms: sp.csr_array, sums_of: Callable[[int], int]) -> Ints:
    """Returns [users] ⌊S / √n⌋ where a user with m items reaches n = `sums_of(m)` sums; 0 for users without items."""
    lengths = np.diff(terms.indptr)
    by_length = np.zeros(int(lengths.max(initial=0)) + 1, np.int64)
    for m in np.unique(lengths[lengths > 0]).tolist():
        by_length[m] = math.isqrt(SENSITIVITY**2 // sums_of(m))
    return by_length[lengths]
