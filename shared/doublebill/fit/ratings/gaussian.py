"""Gaussian: the ratings of a user as one draw from a normal distribution over all items, most of them missing.

Fitted by expectation maximisation over the missing ratings (Dempster, Laird and Rubin 1977,
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
from doublebill.fit.linear.cholesky import lower_inverse
from doublebill.model.interactions import Interactions

NOISE = 0.4
"""σ²: variance of repeated ratings of one item by one user."""

COMMON = 0.12
"""Prior covariance of any two items: some users give more stars than others."""

OWN = 0.16
"""Prior variance of an item beyond that."""

PRIOR_USERS = 50
"""Weight of the prior in users."""

WARM_USERS = 20
"""Shrinkage of the initial covariances in users."""

MEAN_SHRINKAGE = 5.0
"""Shrinkage of item means in ratings."""

ITERATIONS = 10
RELAXATION = 1.8
"""Length of a step in units of the plain one."""

CHUNK = 1024
"""Users whose expectations over all items are in memory at once."""


@dataclass(frozen=True, eq=False)
class Gaussian:
    """A normal distribution over the ratings of all items."""

    means: Floats
    """[n_items] as deviations from the mean of all ratings."""
    covariance: Matrix
    """[n_items, n_items]."""

    def expectations(self, ratings: Interactions) -> Iterator[tuple[slice, Matrix]]:
        """Yields chunks of users with their expected ratings [users, n_items], as deviations from `means`.

        The expectation of a rated item leaves out its own rating, in closed form: e - a / diag K.
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
    """Fits the distribution of `ratings`, whose weights are standardised, from initial `means` [n_items].

    `residuals` [entries] are the ratings without user and item biases; the initial covariance is made of them.
    """
    gaussian = Gaussian(means, _first(ratings, residuals))
    for _ in range(ITERATIONS):
        gaussian = em_step(gaussian, ratings)
    return gaussian


def prior_covariance(n_items: int) -> Matrix:
    """Returns [n_items, n_items] the mean of the prior."""
    prior = np.full((n_items, n_items), COMMON, np.float32)
    np.fill_diagonal(prior, COMMON + OWN)
    return prior


def _first(ratings: Interactions, residuals: Matrix) -> Matrix:
    """Returns the initial covariance: the prior plus the covariance of the residuals, always positive definite."""
    covariance = prior_covariance(ratings.n_items)
    shrunk = residuals / np.sqrt(ratings.popularity() + WARM_USERS)[ratings.items]
    for users in _chunks(ratings):
        entries = slice(ratings.indptr[users.start], ratings.indptr[users.stop])
        dense = np.zeros((users.stop - users.start, ratings.n_items), np.float32)
        dense[ratings.users_of_entries()[entries] - users.start, ratings.items[entries]] = shrunk[entries]
        covariance += dense.T @ dense
    return covariance


def em_step(gaussian: Gaussian, ratings: Interactions) -> Gaussian:
    """Makes one step of expectation maximisation, over-relaxed where that stays positive definite."""
    covariance = gaussian.covariance
    sums = np.zeros(covariance.size, np.float32)  # Σ over users of a aᵀ - K, on the items of each, above the diagonal
    surprises = np.zeros(ratings.n_items)
    for items, deviations in _rows(ratings, slice(0, ratings.n_users), gaussian.means):
        lower = _lower_inverse(covariance, items)
        solved = blas.ssymv(1, lower, deviations, lower=True)
        np.add.at(sums, _places(items, len(covariance)), np.ravel(np.outer(solved, solved) - lower.T))
        surprises[items] += NOISE * solved  # rating - mean - expectation = σ² a
    among = _mirrored(sums.reshape(covariance.shape).T)
    counts = ratings.popularity()
    means = (gaussian.means * counts + surprises) / (counts + MEAN_SHRINKAGE)
    change = covariance @ (among @ covariance) + PRIOR_USERS * (prior_covariance(ratings.n_items) - covariance)
    change = (change + change.T) / (2 * (ratings.n_users + PRIOR_USERS))
    return Gaussian(means, overrelaxed(covariance, change.astype(np.float32)))


def overrelaxed(covariance: Matrix, change: Matrix) -> Matrix:
    """Adds `RELAXATION` times the change, or the change itself where that is not positive definite."""
    moved = covariance + np.float32(RELAXATION) * change
    tested = moved.copy(order="F")
    tested[np.diag_indices(len(tested))] += NOISE / 2
    _, failed = lapack.spotrf(tested, lower=True, overwrite_a=True)
    return covariance + change if failed else moved


def _lower_inverse(covariance: Matrix, items: Ints32) -> Matrix:
    """Returns the lower triangle of K for a user who rated `items`, with zeros above it."""
    among = covariance.ravel().take(_places(items, len(covariance))).reshape(len(items), len(items))
    among[np.diag_indices(len(items))] += NOISE
    return lower_inverse(among.T, f"the covariance of {len(items)} rated items")


def _places(items: Ints32, n_items: int) -> Ints:
    """Returns [len(items)²] the positions of all pairs of `items` in a raveled matrix; faster than `np.ix_`."""
    return np.asarray(np.add.outer(items * np.int64(n_items), items).ravel())


def _mirrored(lower: Matrix) -> Matrix:
    """Returns the symmetric matrix with this lower triangle; the upper one is ignored."""
    return np.asarray(np.tril(lower) + np.tril(lower, -1).T)


def _chunks(ratings: Interactions) -> Iterator[slice]:
    for start in range(0, ratings.n_users, CHUNK):
        yield slice(start, min(start + CHUNK, ratings.n_users))


def _rows(ratings: Interactions, users: slice, means: Floats) -> Iterator[tuple[Ints32, Matrix]]:
    """Yields the items of each user and the deviations of their ratings from the means."""
    for user in range(users.start, users.stop):
        row = slice(ratings.indptr[user], ratings.indptr[user + 1])
        items = ratings.items[row]
        yield items, (ratings.weights[row] - means[items]).astype(np.float32)
