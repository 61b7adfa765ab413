"""Conjugate gradients against a direct solution in double precision."""

import numpy as np
import pytest

from doublebill.fit.linear.conjugate_gradients import conjugate_gradients


def system(seed: int, n: int = 300) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    users = (random.random((2 * n, n)) < random.random(n) * 0.2).astype(np.float32)
    gram = users.T @ users
    return gram, (20 + 1.5 * gram.diagonal()).astype(np.float32), gram[:, 0] + random.random(n).astype(np.float32)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_solves_what_a_direct_solution_solves(seed: int) -> None:
    gram, ridge, right = system(seed)
    exact = np.linalg.solve(gram.astype(float) + np.diag(ridge.astype(float)), right.astype(float))
    found = conjugate_gradients(gram, ridge, right)
    assert found is not None
    assert found.dtype == np.float32
    assert np.abs(found - exact).max() <= 1e-4 * np.abs(exact).max()


def test_a_right_hand_side_of_zeros_has_a_solution_of_zeros() -> None:
    gram, ridge, right = system(4)
    np.testing.assert_array_equal(conjugate_gradients(gram, ridge, 0 * right), 0 * right)


def test_an_indefinite_system_has_none() -> None:
    gram, ridge, right = system(5)
    assert conjugate_gradients(-gram, 0 * ridge + 1e-3, right) is None


def test_a_system_that_takes_too_many_steps_has_none() -> None:
    powers = np.logspace(-6, 6, 300).astype(np.float32)
    rotated = np.linalg.qr(np.random.default_rng(6).standard_normal((300, 300)))[0].astype(np.float32)
    matrix = (rotated * powers) @ rotated.T
    assert conjugate_gradients(matrix, np.zeros(300, np.float32), np.ones(300, np.float32)) is None
