import numpy as np
import pytest

from doublebill.games.text.temperature import TOP, tempered


@pytest.mark.parametrize("percent", [25, 50, 99, 101, 200, 400])
def test_weights_are_raised_to_the_inverse_temperature(percent):
    weights = np.array([1, 3, 1000, 123_456_789, 2**44 - 1], np.int64)
    raised = tempered(weights, percent)
    exact = (weights / weights.max()) ** (100 / percent)
    assert raised / 2**TOP == pytest.approx(exact, rel=3e-3, abs=3 / 2**TOP)


def test_nothing_stays_nothing_and_the_largest_is_never_lost():
    assert list(tempered(np.array([0, 7, 0], np.int64), 50)) == [0, 2**TOP, 0]
    assert not tempered(np.zeros(3, np.int64), 50).any()


def test_a_temperature_of_a_hundred_changes_nothing():
    weights = np.array([5, 0, 9], np.int64)
    assert list(tempered(weights, 100)) == [5, 0, 9]
