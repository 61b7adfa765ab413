import random

import numpy as np
import pytest

from doublebill.games.text.names.temperature import FRACTION, TOP, logarithms, logarithms_by_squaring, tempered


@pytest.mark.parametrize("percent", [25, 50, 99, 101, 200, 400])
def test_weights_are_raised_to_the_inverse_temperature(percent):
    weights = np.array([1, 3, 1000, 123_456_789, 2**44 - 1], np.int64)
    raised = tempered(weights, percent)
    exact = (weights / weights.max()) ** (100 / percent)
    assert raised / 2**TOP == pytest.approx(exact, rel=3e-3, abs=3 / 2**TOP)


def test_logarithms_in_floats_are_thoselogarithms_by_squaring():
    draw = random.Random(3)
    numbers = [draw.randrange(1, 2 ** draw.randint(1, 52)) for _ in range(3000)]
    near = [int(2 ** (n / 2**FRACTION)) + d for n in (3 * 2**20 // 2, 2**21 + 7, 51 * 2**16 + 3) for d in range(-3, 4)]
    for number in [*numbers, *near]:
        row = np.array([number, 2**40 + 12345], np.int64)
        assert logarithms(row).tolist() == logarithms_by_squaring(row).tolist()


def test_nothing_stays_nothing_and_the_largest_is_never_lost():
    assert list(tempered(np.array([0, 7, 0], np.int64), 50)) == [0, 2**TOP, 0]
    assert not tempered(np.zeros(3, np.int64), 50).any()


def test_a_temperature_of_a_hundred_changes_nothing():
    weights = np.array([5, 0, 9], np.int64)
    assert list(tempered(weights, 100)) == [5, 0, 9]
