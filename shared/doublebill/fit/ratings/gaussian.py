"""Gaussian: the ratings of a user as one draw from a normal distribution over all items, most of it never seen.

Fitted by expectation and maximisation over what is missing (Dempster, Laird and Rubin 1977,
doi:10.1111/j.2517-6161.1977.tb01600.x), with an inverse Wishart prior on the covariance and over-relaxed steps.
Per user with the rated items o and their deviations e from the means:

    K = (Σ_oo + σ² I)⁻¹,  a = K e,  E[z] = Σ_:o a,  Cov[z] = Σ - Σ_:o K Σ_o:

Everything is in units of the standard deviation of all ratings.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.linalg import blas, lapack

from doublebill.arrays import Floats, Ints, Ints32, Matrix
from doublebill.model.interactions import Interactions

NOISE = 0.4
"""σ²: what two ratings of the same person for the same item would differ by."""

COMMON = 0.12
"""Prior covariance of any two items: people differ in how many stars they give."""

OWN = 0.16
"""Prior variance of an item beyond that."""

PRIOR_USERS = 50
"""How many users the prior is worth."""

WARM_USERS = 20
"""By how many users the covariances that begin the iteration are shrunk."""

MEAN_SHRINKAGE = 5.0
"""In ratings, towards the mean of all."""

ITERATIONS = 10
RELAXATION = 1.8
"""How much longer a step is than that of plain expectation and maximisation."""

CHUNK = 1024
"""Users whose expectations over all items are held at a time."""


@dataclass(frozen=True, eq=False)
class Gaussian:
    """A fitted distribution over the ratings of all items."""

    means: Floats
    """[n_items] deviations from the mean of all ratings."""
    covariance: Matrix
    """[n_items, n_items]."""

    def expectations(self, ratings: Interactions) -> Iterator[tuple[slice, Matrix]]:
        """Chunks of users, and [users, n_items] what is expected of each of them, as deviations from `means`.

        A rated item is expected from the others alone, by leaving it out in closed form: e - a / diag K.
        """
        for users in _chunks(ratings):
            weights = np.zeros((users.stop - users.start, ratings.n_items), np.float32)
            alone = []
            for row, (items, deviations) in enumerate(_rows(ratings, users, self.means)):
                inverse = _mirrored(_lower_inverse(self.covariance, items))
                solved = inverse @ deviations
                weights[row, items] = solved
                alone.append(deviations - solved / np.diag(inverse))
            expected: Matrix = weights @ self.covariance
            entries = slice(ratings.indptr[users.start], ratings.indptr[users.stop])
            rows = np.repeat(np.arange(len(weights)), np.diff(ratings.indptr[users.start : users.stop + 1]))
            expected[rows, ratings.items[entries]] = np.concatenate(alone)
            yield users, expected


def fit_gaussian(ratings: Interactions, means: Floats, residuals: Matrix) -> Gaussian:
    """The distribution of `ratings`, whose weights are standardised; `means` [n_items] begin the iteration.

    `residuals` [entries] are the ratings without user and item biases, from which the first covariance is made.
    """
    gaussian = Gaussian(means, _first(ratings, residuals))
    for _ in range(ITERATIONS):
        gaussian = _step(gaussian, ratings)
    return gaussian


def _prior(n_items: int) -> Matrix:
    prior = np.full((n_items, n_items), COMMON, np.float32)
    np.fill_diagonal(prior, COMMON + OWN)
    return prior


def _first(ratings: Interactions, residuals: Matrix) -> Matrix:
    """The prior and, positive definite however little is known, the covariances of the residuals."""
    covariance = _prior(ratings.n_items)
    shrunk = residuals / np.sqrt(ratings.popularity() + WARM_USERS)[ratings.items]
    for users in _chunks(ratings):
        entries = slice(ratings.indptr[users.start], ratings.indptr[users.stop])
        dense = np.zeros((users.stop - users.start, ratings.n_items), np.float32)
        dense[ratings.users_of_entries()[entries] - users.start, ratings.items[entries]] = shrunk[entries]
        covariance += dense.T @ dense
    return covariance


def _step(gaussian: Gaussian, ratings: Interactions) -> Gaussian:
    """One expectation and maximisation, over-relaxed where that stays positive definite."""
    covariance = gaussian.covariance
    told = np.zeros(covariance.size, np.float32)  # Σ over users of a aᵀ - K, on the items of each, above the diagonal
    surprises = np.zeros(ratings.n_items)
    for items, deviations in _rows(ratings, slice(0, ratings.n_users), gaussian.means):
        lower = _lower_inverse(covariance, items)
        solved = blas.ssymv(1, lower, deviations, lower=True)
        np.add.at(told, _places(items, len(covariance)), np.ravel(np.outer(solved, solved) - lower.T))
        surprises[items] += NOISE * solved  # rating - mean - expectation = σ² a
    among = _mirrored(told.reshape(covariance.shape).T)
    counts = ratings.popularity()
    means = (gaussian.means * counts + surprises) / (counts + MEAN_SHRINKAGE)
    change = covariance @ (among @ covariance) + PRIOR_USERS * (_prior(ratings.n_items) - covariance)
    change = (change + change.T) / (2 * (ratings.n_users + PRIOR_USERS))
    return Gaussian(means, _moved(covariance, change.astype(np.float32)))


def _moved(covariance: Matrix, change: Matrix) -> Matrix:
    moved = covariance + np.float32(RELAXATION) * change
    tested = moved.copy(order="F")
    tested[np.diag_indices(len(tested))] += NOISE / 2
    _, failed = lapack.spotrf(tested, lower=True, overwrite_a=True)
    return covariance + change if failed else moved


def _lower_inverse(covariance: Matrix, items: Ints32) -> Matrix:
    """The lower triangle of K of a user who rated `items`, with zeros above it."""
    among = covariance.ravel().take(_places(items, len(covariance))).reshape(len(items), len(items))
    among[np.diag_indices(len(items))] += NOISE
    factor, failed = lapack.spotrf(among.T, lower=True, overwrite_a=True)
    if failed:
        raise np.linalg.LinAlgError(f"the covariance of {len(items)} rated items is not positive definite ({failed})")
    inverse, _ = lapack.spotri(factor, lower=True, overwrite_c=True)
    lower: Matrix = inverse
    return lower


def _places(items: Ints32, n_items: int) -> Ints:
    """[len(items)²] where all pairs of `items` are in a raveled matrix, which numpy reaches faster than by `np.ix_`."""
    places: Ints = np.add.outer(items * np.int64(n_items), items).ravel()
    return places


def _mirrored(lower: Matrix) -> Matrix:
    """The symmetric matrix with this lower triangle; what is above it is not looked at."""
    mirrored: Matrix = np.tril(lower) + np.tril(lower, -1).T
    return mirrored


def _chunks(ratings: Interactions) -> Iterator[slice]:
    for start in range(0, ratings.n_users, CHUNK):
        yield slice(start, min(start + CHUNK, ratings.n_users))


def _rows(ratings: Interactions, users: slice, means: Floats) -> Iterator[tuple[Ints32, Matrix]]:
    """The items of each user and how their ratings deviate from the means."""
    for user in range(users.start, users.stop):
        row = slice(ratings.indptr[user], ratings.indptr[user + 1])
        items = ratings.items[row]
        yield items, (ratings.weights[row] - means[items]).astype(np.float32)
