"""Item factors trained by gradient descent and turned into edges: a low-rank model of the same kind.

Factors A [items, d] are trained on mini-batches of users by Adam (Kingma and Ba 2015, arXiv:1412.6980). Training
stops when the loss on a share of users that are left out has stopped falling; the factors with the least loss are
kept. The edges are A Aᵀ without its diagonal, the strongest per target, each target scaled to least squares:

    B = A Aᵀ cut to k sources a target,  times  Σ w x y / Σ w y²  by column,  y = x B,  w = |u|^-1/2
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Floats, Floats32, Ints, Reals
from doublebill.fit.factors.losses import cross_entropy, mean_squared_error, unit_rows
from doublebill.fit.linear.grams.pair_support import PairSupport
from doublebill.fit.top_k import strongest_sources
from doublebill.model.config import Config, Factors, Loss
from doublebill.model.interactions import Interactions

FEWEST_USERS = 2
"""Items with fewer users have no factors: one user is no evidence."""

LEFT_OUT = 0.1
"""Share of the users that are left out for early stopping."""

FIRST_SPREAD = 0.1
"""Standard deviation of the initial factors."""

MOMENTUM, SECOND_MOMENTUM, LEAST_STEP = 0.9, 0.999, 1e-8
"""β₁, β₂ and ε of Adam, as published."""

BLOCK = 1024
"""Target items, or users, whose rows over all items are in memory at once."""


LOSSES: dict[Loss, Callable[[Reals, sp.csr_array], tuple[float, Reals]]] = {
    "mse": mean_squared_error,
    "cross-entropy": cross_entropy,
}


@dataclass(frozen=True)
class Epoch:
    """Losses per user of one pass over all batches."""

    training: float
    """Mean over the batches, each before its step."""
    validation: float | None
    """Loss of the users left out; None with too few users to leave any out."""


@dataclass(frozen=True, eq=False)
class TrainedFactors:
    """Factors and the losses of their training."""

    factors: Floats32
    """[n_items, dimensions] 0 for items without factors; rows of length 1 for loss `mse`."""
    curve: list[Epoch]


def fit_edges(
    interactions: Interactions,
    config: Config,
    tell: Callable[[Epoch], None] = lambda _: None,
    supported: PairSupport | None = None,
) -> sp.csr_array:
    """Fits [sources, targets] the `config.k` sources of largest |B| of every target; `tell` receives each epoch.

    `supported` are the pairs that may be edges; without it, all.
    """
    factors = fit_factors(interactions, config, tell).factors
    active = np.flatnonzero(factors.any(axis=1))
    by_target = _strongest(factors[active], config.k, supported and supported.among(active)).tocoo()
    shape = (interactions.n_items, interactions.n_items)
    edges = sp.csr_array((by_target.data, (active[by_target.col], active[by_target.row])), shape=shape)
    scales = _least_squares(edges, _histories(interactions, config, np.float64))
    edges.data *= scales[edges.indices]
    edges.eliminate_zeros()
    return edges


def fit_factors(
    interactions: Interactions, config: Config, tell: Callable[[Epoch], None] = lambda _: None
) -> TrainedFactors:
    """Trains factors until the loss on users left out stops falling.

    Raises:
        FloatingPointError: when the learning rate is so high that numbers overflow.
    """
    assert isinstance(config.family, Factors)  # noqa: S101  # fitting chooses by it
    active = np.flatnonzero(interactions.popularity() >= max(FEWEST_USERS, config.minimum_users))
    factors = np.zeros((interactions.n_items, config.family.dimensions), np.float32)
    histories = _histories(interactions, config, np.float32)[:, active]
    histories = histories[np.diff(histories.indptr) > 0]
    if not histories.shape[0]:
        return TrainedFactors(factors, [])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        factors[active], curve = _train(histories, config.family, tell)
    if config.family.loss == "mse":
        factors[active] = unit_rows(factors[active])
    return TrainedFactors(factors, curve)


def _histories(interactions: Interactions, config: Config, precision: type[np.floating]) -> sp.csr_array:
    values = config.saturate(interactions.weights).astype(precision)
    shape = (interactions.n_users, interactions.n_items)
    return sp.csr_array((values, interactions.items, interactions.indptr), shape=shape)


def _train(histories: sp.csr_array, family: Factors, tell: Callable[[Epoch], None]) -> tuple[Floats32, list[Epoch]]:
    loss, random, n_users = LOSSES[family.loss], np.random.default_rng(family.seed), histories.shape[0]
    factors = np.float32(FIRST_SPREAD) * random.standard_normal((histories.shape[1], family.dimensions), np.float32)
    shuffled = random.permutation(n_users)
    n_left_out = int(n_users * LEFT_OUT)
    left_out, training = histories[np.sort(shuffled[:n_left_out])], histories[np.sort(shuffled[n_left_out:])]
    adam, curve = _Adam(factors, family), list[Epoch]()
    best, least, since = factors.copy(), np.inf, 0
    while len(curve) < family.epochs and since < family.patience:
        total = 0.0
        for batch in _batches(training, random.permutation(training.shape[0]), family.batch_users):
            batch_loss, gradient = loss(factors, batch)
            adam.step(gradient / np.float32(batch.shape[0]))
            total += batch_loss
        in_order = _batches(left_out, np.arange(n_left_out), family.batch_users)
        validation = sum(loss(factors, batch)[0] for batch in in_order) / n_left_out if n_left_out else None
        curve.append(Epoch(total / training.shape[0], validation))
        tell(curve[-1])
        reached = curve[-1].training if validation is None else validation
        since += 1
        if reached < least:
            best, least, since = factors.copy(), reached, 0
    return best, curve


def _batches(histories: sp.csr_array, order: Ints, size: int) -> Iterator[sp.csr_array]:
    return (histories[order[start : start + size]] for start in range(0, len(order), size))


class _Adam:
    """Adam: a step size per factor, from running means of the gradient and of its square.

    Weight decay is decoupled from the gradient (Loshchilov and Hutter 2019, arXiv:1711.05101).
    """

    def __init__(self, factors: Floats32, family: Factors) -> None:
        self._factors, self._family, self._steps = factors, family, 0
        self._mean, self._square = np.zeros_like(factors), np.zeros_like(factors)

    def step(self, gradient: Reals) -> None:
        """Moves the factors, in place, against the gradient."""
        self._steps += 1
        self._mean += np.float32(1 - MOMENTUM) * (gradient - self._mean)
        self._square += np.float32(1 - SECOND_MOMENTUM) * (gradient * gradient - self._square)
        rate = self._family.learning_rate
        if self._family.weight_decay:
            self._factors *= np.float32(1 - rate * self._family.weight_decay)
        unbiased = np.sqrt(self._square / np.float32(1 - SECOND_MOMENTUM**self._steps)) + np.float32(LEAST_STEP)
        self._factors -= np.float32(rate / (1 - MOMENTUM**self._steps)) * self._mean / unbiased


def _strongest(factors: Floats32, k: int, supported: PairSupport | None) -> sp.csr_array:
    """Returns [targets, sources] the `k` largest |values| of each row of A Aᵀ without its diagonal."""
    n, blocks = len(factors), list[sp.csr_array]()
    for start in range(0, n, BLOCK):
        similarities = factors[start : start + BLOCK] @ factors.T
        if supported is not None:
            similarities[~supported.rows(start, start + len(similarities))] = 0
        blocks.append(_strongest_of(similarities, start, k))
    return sp.vstack(blocks, format="csr") if blocks else sp.csr_array((0, 0))


def _strongest_of(similarities: Floats32, first: int, k: int) -> sp.csr_array:
    targets, n = similarities.shape
    similarities[np.arange(targets), first + np.arange(targets)] = 0
    if k < n:
        strength = np.abs(similarities)
        least = np.partition(strength, n - k, axis=1)[:, n - k, np.newaxis]
        similarities[strength < least] = 0
    return strongest_sources(sp.csr_array(similarities), first, k)


def _least_squares(edges: sp.csr_array, histories: sp.csr_array) -> Floats:
    """Returns [targets] the least-squares scale of each target's edges, 0 where it would be negative."""
    weights = np.maximum(np.diff(histories.indptr), 1) ** -0.5
    towards, spread = np.zeros(edges.shape[1]), np.zeros(edges.shape[1])
    for start in range(0, histories.shape[0], BLOCK):
        rows = histories[start : start + BLOCK]
        predicted = (rows @ edges).tocsr()
        weighted = sp.diags_array(weights[start : start + BLOCK]) @ predicted
        towards += (weighted * rows).sum(axis=0)
        spread += (weighted * predicted).sum(axis=0)
    return np.asarray(np.maximum(towards, 0) / np.where(spread > 0, spread, 1))
