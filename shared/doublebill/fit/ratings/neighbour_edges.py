"""Rating edges: a few per item, fitted to the ratings that a Gaussian expects of every user.

Ratings are so sparse that most pairs of items have few raters in common; regressing the edges on the ratings
themselves learns their noise. The Gaussian (`ratings.gaussian`) gives an expectation for every item of every user,
where it leaves out that item's own rating, and the edges are ridge-regressed on these expectations. With F the features
of the users and T the expectations:

    F = |R_u|^-½ [ r_uj - μ - b_u - b_j ,  √p 1 ]     over the rated items j, 0 elsewhere
    W = argmin |F W - T|² + λ|W|²,  no edge from an item to itself

The largest entries of the whole W are the support, `EDGES` a target on average; each target is then solved again on
its own support, as in `linear.edlae`. All is in units of the standard deviation of the ratings.
"""

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Mask, Matrix
from doublebill.fit.linear.cholesky import lower_inverse
from doublebill.fit.linear.grams.pair_support import PairSupport
from doublebill.fit.ratings.gaussian import Gaussian
from doublebill.model.counting.verdicts import USER_SHRINKAGE
from doublebill.model.interactions import Interactions

EDGES = 100
"""Edges of a target, on average over the items with edges."""

MOST_SOURCES = 400
"""Edges of one target at most."""

RIDGE = 25.0
"""λ, in users of mean |R_u|^-½."""

PRESENCE = 0.8
"""p: weight of the fact that an item was rated, beside the rating."""


def fit_edges(
    part: Interactions, gaussian: Gaussian, supported: PairSupport | None = None
) -> tuple[sp.csr_array, sp.csr_array]:
    """Fits w and c (`model.ratings`), both [sources, targets] among the items with edges.

    `supported` are the pairs that may be edges; without it, all.
    """
    lengths = np.diff(part.indptr)
    scale = float((lengths**-0.5).mean())
    gram, towards = _products(part, gaussian)
    ridge = RIDGE * scale**2
    support = _support(dense_solution(gram, towards, ridge), supported)
    deviations, presences = _refitted(gram, towards, ridge, support)
    return deviations, presences * np.sqrt(PRESENCE)


def _products(part: Interactions, gaussian: Gaussian) -> tuple[Matrix, Matrix]:
    """Returns FᵀF [2 n_items, 2 n_items] and FᵀT [2 n_items, n_items]."""
    n = part.n_items
    gram, towards = np.zeros((2 * n, 2 * n), np.float32), np.zeros((2 * n, n), np.float32)
    lengths = np.diff(part.indptr)
    rows = part.users_of_entries()
    deviations = part.weights - gaussian.means[part.items]
    bias = np.bincount(rows, deviations, minlength=part.n_users) / (USER_SHRINKAGE + lengths)
    share = lengths**-0.5
    for users, expected in gaussian.expectations(part):
        span = slice(part.indptr[users.start], part.indptr[users.stop])
        at, items = rows[span], part.items[span]
        features = np.zeros((users.stop - users.start, 2 * n), np.float32)
        features[at - users.start, items] = (deviations[span] - bias[at]) * share[at]
        features[at - users.start, items + n] = share[at] * np.sqrt(PRESENCE)
        gram += features.T @ features
        towards += features.T @ (expected - bias[users, np.newaxis].astype(np.float32))
    return gram, towards


def dense_solution(gram: Matrix, towards: Matrix, ridge: float) -> Matrix:
    """Returns [2 n_items, n_items] the solution without a support, both features of a target's own item fixed at 0.

    With the inverse P and the free solution W, fixing the features o at 0 gives W - P_:o (P_oo)⁻¹ W_o.
    """
    n = towards.shape[1]
    regular = gram.copy(order="F")
    regular[np.diag_indices(2 * n)] += np.float32(ridge)
    inverse = lower_inverse(regular, "the regularised gram")
    inverse += np.tril(inverse, -1).T
    free: Matrix = inverse @ towards
    own, other = np.arange(n), np.arange(n) + n
    a, b, d = inverse[own, own], inverse[own, other], inverse[other, other]
    first, second = free[own, own], free[other, own]
    determinant = a * d - b * b
    free -= inverse[:, :n] * ((d * first - b * second) / determinant)
    free -= inverse[:, n:] * ((a * second - b * first) / determinant)
    return free


def _support(solution: Matrix, supported: PairSupport | None) -> Mask:
    """Returns [sources, targets] which edges to keep: the strongest of all, `EDGES` a target on average."""
    n = solution.shape[1]
    strength = np.hypot(solution[:n], solution[n:])
    np.fill_diagonal(strength, 0)
    if supported is not None:
        strength[~supported.rows(0, n)] = 0
    if EDGES * n >= strength.size:
        return strength > 0
    least = np.partition(strength, strength.size - EDGES * n, axis=None)[strength.size - EDGES * n]
    kept: Mask = (strength >= least) & (strength > 0)
    for target in np.flatnonzero(kept.sum(axis=0) > MOST_SOURCES):
        sources = np.flatnonzero(kept[:, target])
        kept[sources[np.lexsort((sources, -strength[sources, target]))[MOST_SOURCES:]], target] = False
    return kept


def _refitted(gram: Matrix, towards: Matrix, ridge: float, support: Mask) -> tuple[sp.csr_array, sp.csr_array]:
    """Returns both kinds of edges [sources, targets], each target solved on its own support."""
    n = towards.shape[1]
    fitted = []
    for target in range(n):
        sources = np.flatnonzero(support[:, target])
        features = np.concatenate([sources, sources + n])
        among = gram[np.ix_(features, features)].astype(np.float64)
        among[np.diag_indices(len(features))] += ridge
        fitted.append(np.linalg.solve(among, towards[features, target].astype(np.float64)).reshape(2, -1))
    values = np.concatenate(fitted, axis=1)
    targets, sources = np.nonzero(support.T)
    deviations, presences = (sp.csr_array((value, (sources, targets)), shape=(n, n)) for value in values)
    return deviations, presences
