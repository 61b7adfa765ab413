"""Conjugate gradients: a large regularised system solved step by step (Hestenes and Stiefel 1952).

Each step takes the square of the number of unknowns. The ridge keeps the system well-conditioned, so that a dozen steps
are enough where Cholesky takes the third power.
"""

import numpy as np

from doublebill.arrays import Matrix

TOLERANCE = 1e-5
"""Length of the residual over that of the right-hand side: far below the half per cent of a step of one byte."""

MOST_STEPS = 60


def conjugate_gradients(matrix: Matrix, ridge: Matrix, right: Matrix) -> Matrix | None:
    """Returns x with (matrix + diag(ridge)) x = right, in single precision; None where steps do not lead there.

    `matrix` [n, n] is symmetric, `ridge` and `right` are [n]. Steps are preconditioned by the diagonal.
    """
    inverse = 1 / (matrix.diagonal() + ridge)
    found, residual = np.zeros_like(right), right.copy()
    direction = inverse * residual
    height, least = residual @ direction, TOLERANCE**2 * (right @ right)
    for _ in range(MOST_STEPS):
        towards = matrix @ direction + ridge * direction
        curvature = direction @ towards
        if not curvature > 0:
            return found if not right.any() else None
        step = height / curvature
        found += step * direction
        residual -= step * towards
        if residual @ residual <= least:
            return found
        improved = inverse * residual
        before, height = height, residual @ improved
        direction = improved + (height / before) * direction
    return None
