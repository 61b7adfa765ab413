"""Refit: the ridge regression of each target on the few sources in its support."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.linalg import lapack
from threadpoolctl import threadpool_limits

from doublebill.arrays import Floats32, Matrix, Reals
from doublebill.fit.linear.conjugate_gradients import conjugate_gradients
from doublebill.fit.linear.grams.gram_matrix import GramMatrix
from doublebill.fit.linear.support import Support
from doublebill.fit.threads import spread

TARGETS = 256
"""Targets that one thread fits at a time."""

MANY_SOURCES = 256
"""Sources of a target from which its ridge is solved step by step: Cholesky takes the third power of their number."""


@dataclass(frozen=True, eq=False)
class Aim:
    """The right-hand side of each target j on its sources S: r_Sj = share · G_Sj + added_Sj."""

    share: Floats32
    """[edges] in the order of the support; so is `added`."""
    added: Floats32


@dataclass(frozen=True, eq=False)
class Regression:
    """One way to fit the targets of a support."""

    ridge: Matrix
    """[n_items]"""
    scaled: bool = True
    """Whether to undo the shrinkage of the ridge."""
    aim: Aim | None = None
    """The right-hand side; G itself where there is none."""


def refit(gram: GramMatrix, ridge: Matrix, support: Support, scaled: bool = True, aim: Aim | None = None) -> Matrix:
    """Fits [edges] b = (G_SS + diag(ridge_S))⁻¹ r_Sj for each target j on its sources S, in that order.

    `ridge` is [n_items]; r is G without an `aim`. Where `scaled`, b is multiplied by its least-squares scale
    bᵀr_Sj / bᵀG_SS b, which undoes the shrinkage of the ridge but keeps the direction.
    """
    return refit_all(gram, support, [Regression(ridge, scaled, aim)])[0]


def refit_all(gram: GramMatrix, support: Support, regressions: Sequence[Regression]) -> list[Matrix]:
    """Fits the edges of a support in several ways; the gram of each target's sources is read once for all of them."""
    n_items = len(support.indptr) - 1

    def fitted(start: int) -> list[Matrix]:
        targets = range(start, min(start + TARGETS, n_items))
        by_target = [_target(gram, support, target, regressions) for target in targets]
        return [np.concatenate(values) for values in zip(*by_target, strict=True)]

    with threadpool_limits(1):  # a thread fits a target: more of them inside one small system only wait for each other
        parts = list(spread(fitted, range(0, n_items, TARGETS)))
    none = np.zeros(0, np.float32)
    return [np.concatenate([none, *(part[place] for part in parts)]) for place in range(len(regressions))]


def by_target(support: Support, values: Reals) -> sp.csr_array:
    """Returns [sources, targets] the edges of a support with their `values` [edges], in order of targets."""
    n_items = len(support.indptr) - 1
    return sp.csr_array((values, support.sources, support.indptr), shape=(n_items, n_items)).T.tocsr()


def _target(gram: GramMatrix, support: Support, target: int, regressions: Sequence[Regression]) -> list[Matrix]:
    """Fits the edges of one target in each way."""
    edges = slice(support.indptr[target], support.indptr[target + 1])
    sources = support.sources[edges]
    if not len(sources):
        return [np.zeros(0, np.float32) for _ in regressions]
    among, towards = gram.system(sources, target)
    fitted = []
    for one in regressions:
        right = towards
        if one.aim is not None:
            right = (one.aim.share[edges] * towards + one.aim.added[edges]).astype(np.float32)
        ridge = one.ridge.take(sources)
        values = conjugate_gradients(among, ridge, right) if len(sources) >= MANY_SOURCES else None
        if values is None:
            values = _by_cholesky(among, ridge, right, target)
        fitted.append(np.asarray(values * np.float32(_scale(values, among, right))) if one.scaled else values)
    return fitted


def _by_cholesky(among: Matrix, ridge: Matrix, right: Matrix, target: int) -> Matrix:
    """Returns x with (among + diag(ridge)) x = right."""
    regular = among.copy().T  # in Fortran order, and the same since it is symmetric
    np.fill_diagonal(regular, among.diagonal() + ridge)
    _, column, failed = lapack.sposv(regular, right[:, np.newaxis], overwrite_a=True)
    if failed:
        raise np.linalg.LinAlgError(f"the ridge of item {target} cannot be solved ({failed})")
    return np.asarray(column[:, 0])


def _scale(values: Matrix, among: Matrix, right: Matrix) -> float:
    """Returns the least-squares scale of the edges of one target."""
    explained = float(values @ (among @ values))
    return float(values @ right) / explained if explained > 0 else 0.0
