"""Fitting of ratings: biases, a Gaussian that fills in missing ratings, and edges fitted to its expectations."""

import dataclasses

import numpy as np
import scipy.sparse as sp
from threadpoolctl import threadpool_limits

from doublebill.arrays import Floats, Ints
from doublebill.fit.linear.grams.pair_support import PairSupport
from doublebill.fit.quantise import quantise
from doublebill.fit.ratings.gaussian import fit_gaussian
from doublebill.fit.ratings.neighbour_edges import fit_edges
from doublebill.model.counting.verdicts import USER_SHRINKAGE
from doublebill.model.interactions import Interactions
from doublebill.model.neighbours import Neighbours
from doublebill.model.ratings import RatingModel

FEWEST_RATERS = 3
"""Items with fewer raters have no edges and are predicted by their bias."""

MOST_ITEMS = 2_500
"""Items with edges, the most rated first. An iteration multiplies two such matrices: 10 × 1 s, and 10 s for edges."""

MOST_RATINGS = 300
"""Newest ratings of a user that edges are fitted to; 1,000 predicted no better on validation ratings."""

MOST_WORK = 120_000_000
"""Work of all users that edges are fitted to, in the units of `work_of_users`.

At all three bounds, 1,209 users of 300 ratings over 2,500 items, one fit took 50 CPU seconds of an AMD EPYC core.
Users are in an order that follows from a digest, so the first ones are a fair sample; biases use all users.
"""

BIAS_SHRINKAGE = 3.0
"""Shrinkage of item biases in ratings; that of users is `USER_SHRINKAGE`."""

BIAS_SWEEPS = 10


def fit_ratings(ratings: Interactions, minimum_users: int = 1) -> RatingModel | None:
    """Fits the model of `ratings`, whose weights are stars; None without ratings.

    Two items with fewer common raters than `minimum_users` have no edge, and an item with fewer raters has no bias.

    It takes at most about a minute of one core, by the bounds above. One thread only: its systems of equations are
    small, so that more threads would wait for each other, and change the last bits.

    Raises:
        LinAlgError: when a system has no solution in single precision.
    """
    with threadpool_limits(1):
        return _fit_ratings(ratings, minimum_users)


def _fit_ratings(ratings: Interactions, minimum_users: int) -> RatingModel | None:
    if not len(ratings.items):
        return None
    baseline = fit_biases(ratings, minimum_users)
    active = _active(ratings, max(FEWEST_RATERS, minimum_users))
    if len(active) < 2 or baseline.lowest == baseline.highest:
        return baseline
    spread = float(ratings.weights.std(dtype=np.float64))
    part = standardised(ratings, active, baseline.mean, spread)
    means, users = _biases(part)
    residuals = part.weights - means[part.items] - users[part.users_of_entries()]
    gaussian = fit_gaussian(part, means, residuals.astype(np.float32))
    item_biases = baseline.item_biases.copy()
    item_biases[active] = gaussian.means * spread
    supported = PairSupport.of(part, minimum_users) if minimum_users > 1 else None
    deviations, presences = fit_edges(part, gaussian, supported)
    return dataclasses.replace(
        baseline,
        item_biases=item_biases,
        deviations=_neighbours(deviations, active, ratings.n_items),
        presences=_neighbours(presences * np.float32(spread), active, ratings.n_items),
    )


def fit_biases(ratings: Interactions, minimum_users: int = 1) -> RatingModel:
    """Fits the mean and the biases of items with enough raters, without edges: the baseline."""
    mean = float(ratings.weights.mean(dtype=np.float64))
    deviations = dataclasses.replace(ratings, weights=ratings.weights - np.float32(mean))
    item_biases, _ = _biases(deviations)
    item_biases[ratings.popularity() < minimum_users] = 0
    nothing = quantise(sp.csr_array((ratings.n_items, ratings.n_items), dtype=np.float64), "int8")
    lowest, highest = float(ratings.weights.min()), float(ratings.weights.max())
    return RatingModel(mean, lowest, highest, item_biases.astype(np.float32), nothing, nothing)


def _biases(deviations: Interactions) -> tuple[Floats, Floats]:
    """Returns the biases [n_items] and [n_users], alternated and shrunk by the number of ratings.

    Koren 2010, "Factor in the neighbors", section 2.1, doi:10.1145/1644873.1644874.
    """
    rows, items, values = deviations.users_of_entries(), deviations.items, deviations.weights.astype(np.float64)
    raters, lengths = deviations.popularity(), np.diff(deviations.indptr)
    of_users = np.zeros(deviations.n_users)
    of_items = np.zeros(deviations.n_items)
    for _ in range(BIAS_SWEEPS):
        of_items = np.bincount(items, values - of_users[rows], minlength=deviations.n_items)
        of_items /= BIAS_SHRINKAGE + raters
        of_users = np.bincount(rows, values - of_items[items], minlength=deviations.n_users)
        of_users /= USER_SHRINKAGE + lengths
    return of_items, of_users


def _active(ratings: Interactions, fewest: int) -> Ints:
    """Returns the numbers of the items with edges, ascending."""
    raters = ratings.popularity()
    most = np.lexsort((np.arange(len(raters)), -raters))[:MOST_ITEMS]
    return np.sort(most[raters[most] >= fewest])


def standardised(ratings: Interactions, active: Ints, mean: float, spread: float) -> Interactions:
    """Returns the ratings that edges are fitted to, within the bounds above, in standard deviations."""
    users = ratings.users_of_entries()
    age = np.lexsort((ratings.items, -ratings.timestamps, users))
    newest = np.empty(len(users), np.int64)
    newest[age] = np.arange(len(users)) - ratings.indptr[users]
    number = np.full(ratings.n_items, -1, np.int32)
    number[active] = np.arange(len(active), dtype=np.int32)
    kept = ratings.where((number[ratings.items] >= 0) & (newest < MOST_RATINGS))
    weights = ((kept.weights - mean) / spread).astype(np.float32)
    part = dataclasses.replace(kept, items=number[kept.items], weights=weights, n_items=len(active))
    lengths = np.diff(part.indptr)
    some = np.flatnonzero(lengths)
    return part.rows(some[np.cumsum(work_of_users(lengths[some], len(active))) <= MOST_WORK])


def work_of_users(lengths: Ints, n_items: int) -> Ints:
    """Returns [users] the work for users with so many ratings: squared at every iteration, and once over all items."""
    return np.asarray(lengths**2 + 3_000 + n_items**2 // 1_000)


def _neighbours(edges: sp.csr_array, active: Ints, n_items: int) -> Neighbours:
    placed = edges.tocoo()
    coordinates = (active[placed.row], active[placed.col])
    return quantise(sp.csr_array((placed.data, coordinates), shape=(n_items, n_items)), "int8")
