"""Inverses of symmetric matrices by Cholesky, in single precision."""

import numpy as np
from scipy.linalg import lapack

from doublebill.arrays import Matrix


def lower_inverse(matrix: Matrix, name: str, clean: bool = True) -> Matrix:
    """Inverts a symmetric matrix [n, n] into its lower triangle, in place where it is in Fortran order.

    `clean` fills the upper triangle with zeros; else it stays unchanged.

    Raises:
        numpy.linalg.LinAlgError: when it is not positive definite; names it.
    """
    factor, failed = lapack.spotrf(matrix, lower=True, clean=clean, overwrite_a=True)
    if failed:
        raise np.linalg.LinAlgError(f"{name} is not positive definite ({failed})")
    return np.asarray(lapack.spotri(factor, lower=True, overwrite_c=True)[0])
