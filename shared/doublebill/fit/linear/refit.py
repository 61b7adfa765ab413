"""Refit: the ridge regression of each target on the few sources in its support."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.linalg import lapack
from threadpoolctl import threadpool_limits

from doublebill.arrays import Floats32, Ints32, Matrix, Reals
from doublebill.fit.linear.gram_matrix import GramMatrix
from doublebill.fit.linear.support import Support
from doublebill.fit.threads import spread

TARGETS = 256
"""Targets that one thread fits at a time."""


@dataclass(frozen=True, eq=False)
class Aim:
    """The right-hand side of each target j on its sources S: r_Sj = share · G_Sj + added_Sj."""

    share: float
    added: Floats32
    """[edges] in the order of the support."""


def refit(gram: GramMatrix, ridge: Matrix, support: Support, scaled: bool = True, aim: Aim | None = None) -> Matrix:
    """Fits [edges] b = (G_SS + diag(ridge_S))⁻¹ r_Sj for each target j on its sources S, in that order.

    `ridge` is [n_items]; r is G without an `aim`. Where `scaled`, b is multiplied by its least-squares scale
    bᵀr_Sj / bᵀG_SS b, which undoes the shrinkage of the ridge but keeps the direction.
    """
    n_items = len(ridge)

    def one(target: int) -> Matrix:
        edges = slice(support.indptr[target], support.indptr[target + 1])
        added = None if aim is None else (aim.share, aim.added[edges])
        return _target(gram, ridge, support.sources[edges], target, scaled, added)

    def fitted(start: int) -> Matrix:
        return np.concatenate([one(target) for target in range(start, min(start + TARGETS, n_items))])

    with threadpool_limits(1):  # a thread fits a target: more of them inside one small system only wait for each other
        return np.concatenate([np.zeros(0, np.float32), *spread(fitted, range(0, n_items, TARGETS))])


def by_target(support: Support, values: Reals) -> sp.csr_array:
    """Returns [sources, targets] the edges of a support with their `values` [edges], in order of targets."""
    n_items = len(support.indptr) - 1
    return sp.csr_array((values, support.sources, support.indptr), shape=(n_items, n_items)).T.tocsr()


def _target(
    gram: GramMatrix, ridge: Matrix, sources: Ints32, target: int, scaled: bool, aim: tuple[float, Floats32] | None
) -> Matrix:
    """Fits the edges of one target."""
    if not len(sources):
        return np.zeros(0, np.float32)
    place = int(np.searchsorted(sources, target))
    both = gram.among(np.insert(sources, place, target))
    towards = np.delete(both[place], place)
    if aim is not None:
        towards = (np.float32(aim[0]) * towards + aim[1]).astype(np.float32)
    among = np.delete(np.delete(both, place, 0), place, 1)
    regular = among.copy(order="F")
    np.fill_diagonal(regular, among.diagonal() + ridge[sources])
    _, column, failed = lapack.sposv(regular, towards[:, np.newaxis], overwrite_a=True)
    values = column[:, 0]
    if failed:
        raise np.linalg.LinAlgError(f"the ridge of item {target} cannot be solved ({failed})")
    explained = float(values @ (among @ values)) if scaled else 1.0
    scale = float(values @ towards) / explained if scaled and explained > 0 else float(not scaled)
    return np.asarray(values * np.float32(scale))
