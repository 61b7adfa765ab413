"""Losses of item factors on histories, each with its gradient.

A [items, d] are the factors, and the rows of X [users, items] are histories. B = A Aᵀ without its diagonal predicts
every item of a history from the others, so that input and target are the same history but cannot be copied. Neither
loss ever computes an items × items matrix.
"""

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Reals

LEAST = 1e-6
"""Least squared length of a prediction, relative to that of its history."""


def unit_rows(factors: Reals) -> Reals:
    """Returns [items, d] the factors scaled to length 1."""
    return np.asarray(factors / np.linalg.norm(factors, axis=1, keepdims=True))


def mean_squared_error(factors: Reals, histories: sp.csr_array) -> tuple[float, Reals]:
    """Returns the loss summed over users and its gradient [items, d].

    ELSA (Vančura et al. 2022, doi:10.1145/3523227.3551482): the rows of A are of length 1, so that the diagonal
    to subtract is the identity, and histories and predictions are compared at length 1.

        U = A / |A| by row,  h = x U,  y = h Uᵀ − x,  loss = |x/|x| − y/|y||² = 2 − 2 x·y / (|x| |y|)

    With S = Uᵀ U [d, d] both products follow without y itself: x·y = h·h − x·x and y·y = h S h − 2 h·h + x·x.
    """
    lengths = np.linalg.norm(factors, axis=1, keepdims=True)
    unit = factors / lengths
    hidden = histories @ unit
    among = unit.T @ unit
    spread = hidden @ among
    squares = _by_user(histories, histories.data**2)
    inner = (hidden * hidden).sum(axis=1)
    predicted = np.maximum((spread * hidden).sum(axis=1) - 2 * inner + squares, LEAST * squares)
    matched = inner - squares
    by_matched = -2 / np.sqrt(squares * predicted)
    by_predicted = -by_matched * matched / (2 * predicted)
    loss = float((2 + by_matched * matched).sum())
    by_hidden = 2 * (by_matched - 2 * by_predicted)[:, None] * hidden + 2 * by_predicted[:, None] * spread
    by_unit = histories.T @ by_hidden + 2 * unit @ ((hidden * by_predicted[:, None]).T @ hidden)
    return loss, (by_unit - unit * (unit * by_unit).sum(axis=1, keepdims=True)) / lengths


def cross_entropy(factors: Reals, histories: sp.csr_array) -> tuple[float, Reals]:
    """Returns the loss summed over users and its gradient [items, d].

    Multinomial, as for autoencoders (Liang et al. 2018, arXiv:1802.05814), of a linear one: all items compete for the
    items of the history. The history goes in at mean 1 and its users count by the root of their total weight.

        t = Σ x,  h = x A / t,  z = h Aᵀ − x ∘ |a|² / t,  loss = −Σ_j x_j log softmax(z)_j / √t
    """
    users = np.repeat(np.arange(histories.shape[0]), np.diff(histories.indptr))
    items, totals = histories.indices, _by_user(histories, histories.data)
    means = sp.csr_array((histories.data / totals[users], items, histories.indptr), shape=histories.shape)
    counts = histories.data / np.sqrt(totals)[users]
    hidden = means @ factors
    scores = hidden @ factors.T
    scores[users, items] -= means.data * (factors * factors).sum(axis=1)[items]
    scores -= scores.max(axis=1, keepdims=True)
    of_history = scores[users, items]
    np.exp(scores, out=scores)
    sums = scores.sum(axis=1)
    loss = float((counts * (np.log(sums)[users] - of_history)).sum())
    scores *= (np.sqrt(totals) / sums)[:, None]
    scores[users, items] -= counts  # from here on the gradient by the scores
    own = np.zeros(len(factors), factors.dtype)
    np.add.at(own, items, scores[users, items] * means.data)
    return loss, scores.T @ hidden + means.T @ (scores @ factors) - 2 * own[:, None] * factors


def _by_user(histories: sp.csr_array, values: Reals) -> Reals:
    """Returns [users] the sums of `values` [entries] in their precision; every user has entries."""
    return np.asarray(np.add.reduceat(values, histories.indptr[:-1]))
