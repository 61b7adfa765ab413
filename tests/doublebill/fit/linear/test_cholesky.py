"""Cholesky: inverses in one triangle, in place, and an error that names what has none."""

import numpy as np
import pytest

from doublebill.fit.linear.cholesky import lower_inverse

RANDOM = np.random.default_rng(1).random((6, 6)).astype(np.float32)
MATRIX = (RANDOM @ RANDOM.T + np.eye(6, dtype=np.float32)).astype(np.float32)


def test_the_lower_triangle_is_that_of_the_inverse_and_the_upper_one_is_zero() -> None:
    found = lower_inverse(MATRIX.copy(order="F"), "it")
    np.testing.assert_allclose(found, np.tril(np.linalg.inv(MATRIX)), atol=1e-5)


def test_not_cleaned_the_upper_triangle_is_unchanged_and_all_is_done_in_place() -> None:
    matrix = MATRIX.copy(order="F")
    found = lower_inverse(matrix, "it", clean=False)
    assert np.shares_memory(found, matrix)
    assert np.array_equal(np.triu(found, 1), np.triu(MATRIX, 1))


def test_a_matrix_that_is_not_positive_definite_is_named() -> None:
    with pytest.raises(np.linalg.LinAlgError, match="the gram is not positive definite"):
        lower_inverse(-MATRIX, "the gram")
