"""EDLAE, a linear autoencoder that does not learn the identity, cut to few edges and fitted again on those.

The full solution (Steck 2019, EASE, arXiv:1905.03375; Steck 2020, EDLAE, "Autoencoders that don't overfit towards the
identity", NeurIPS) is dense and ridge-regresses every item on all others. Here it only chooses the support: the edges
of largest |B| in the whole matrix, so that popular targets keep many sources and rare ones few. Each target's ridge is
then solved again on its own support, which gives back what the cut took, and scaled to least squares.

    G = Xᵀ diag(w) X          X the saturated interactions, w_u ∝ |u|^-length_power with mean 1
    A = G + λ I + p/(1-p) diag G
    P = A⁻¹,  B = -P / diag P by column, diagonal 0
    b = A_SS⁻¹ G_Sj  on the support S of target j,  times  bᵀG_Sj / bᵀG_SS b
"""

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.linalg import lapack

from doublebill.config import Config, Edlae
from doublebill.interactions import Interactions

FEWEST_USERS = 2
"""Items with fewer take no part: one user cannot tell what goes together."""

MOST_ITEMS = 8_000
"""The most popular ones take part; each dense matrix of so many takes 0.26 GB."""

MOST_SOURCES = 750
"""Edges that one target may keep."""

Matrix = npt.NDArray[np.float32]


def fit_edges(interactions: Interactions, config: Config) -> sp.csr_array:
    """[sources, targets] the edges of the model, `config.k` a target on average over the items that take part."""
    assert isinstance(config.family, Edlae)  # noqa: S101  # fitting chooses by it
    family = config.family
    active = _active(interactions)
    gram = _gram(interactions, active, config, family)
    ridge = family.ridge + family.dropout / (1 - family.dropout) * np.diag(gram)
    support = _support(_dense(gram, ridge), config.k)
    sources, targets, values = _refitted(gram, ridge, support)
    shape = (interactions.n_items, interactions.n_items)
    return sp.csr_array((values, (active[sources], active[targets])), shape=shape)


def _active(interactions: Interactions) -> npt.NDArray[np.int64]:
    """The numbers of the items that take part, ascending."""
    counts = interactions.popularity()
    by_popularity = np.lexsort((np.arange(len(counts)), -counts))[:MOST_ITEMS]
    return np.sort(by_popularity[counts[by_popularity] >= FEWEST_USERS])


def _gram(interactions: Interactions, active: npt.NDArray[np.int64], config: Config, family: Edlae) -> Matrix:
    """G [active, active]."""
    weights = np.maximum(np.diff(interactions.indptr), 1).astype(np.float64) ** -family.length_power
    weights /= weights.mean() if len(weights) else 1
    values = config.saturate(interactions.weights)
    shape = (interactions.n_users, interactions.n_items)
    matrix = sp.csr_array((values, interactions.items, interactions.indptr), shape=shape)[:, active]
    gram: Matrix = (matrix.T @ (sp.diags_array(weights) @ matrix)).astype(np.float32).toarray()
    return gram


def _dense(gram: Matrix, ridge: npt.NDArray[np.floating]) -> Matrix:
    """|B| [active, active] of the full solution, by Cholesky in single precision."""
    if not len(gram):
        return gram
    regular = gram.copy(order="F")
    np.fill_diagonal(regular, np.diag(gram) + ridge)
    factor, failed = lapack.spotrf(regular, lower=True, overwrite_a=True)
    if failed:
        raise np.linalg.LinAlgError(f"the regularised gram is not positive definite ({failed})")
    inverse, _ = lapack.spotri(factor, lower=True, overwrite_c=True)
    inverse += np.tril(inverse, -1).T
    strength: Matrix = np.abs(inverse / np.diag(inverse))
    np.fill_diagonal(strength, 0)
    return strength


def _support(strength: Matrix, k: int) -> npt.NDArray[np.bool_]:
    """[sources, targets] the edges to keep: the strongest of all, `k` a target on average, none that is nothing."""
    n = len(strength)
    if k * n >= strength.size:
        return strength > 0
    least = np.partition(strength, strength.size - k * n, axis=None)[strength.size - k * n]
    kept: npt.NDArray[np.bool_] = (strength >= least) & (strength > 0)
    return kept


def _refitted(
    gram: Matrix, ridge: npt.NDArray[np.floating], support: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """The sources, targets and values [edges] of every target's own ridge."""
    fitted = [_target(gram, ridge, support[:, target], target) for target in range(len(gram))]
    counts = [len(sources) for sources, _ in fitted]
    nothing = np.zeros(0, np.int64)
    sources = np.concatenate([nothing, *(sources for sources, _ in fitted)])
    values = np.concatenate([nothing.astype(np.float64), *(values for _, values in fitted)])
    return sources, np.repeat(np.arange(len(gram)), counts), values


def _target(
    gram: Matrix, ridge: npt.NDArray[np.floating], supported: npt.NDArray[np.bool_], target: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """The sources of one target and their values."""
    sources = np.flatnonzero(supported)
    if len(sources) > MOST_SOURCES:
        strongest = np.lexsort((sources, -np.abs(gram[sources, target])))[:MOST_SOURCES]
        sources = np.sort(sources[strongest])
    if not len(sources):
        return sources, np.zeros(0)
    among = gram[np.ix_(sources, sources)].astype(np.float64)
    towards = gram[sources, target].astype(np.float64)
    values = np.linalg.solve(among + np.diag(ridge[sources]), towards)
    spread = float(values @ among @ values)
    return sources, values * (float(values @ towards) / spread if spread > 0 else 0.0)
