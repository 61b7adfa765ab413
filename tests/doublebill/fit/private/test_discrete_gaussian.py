"""Discrete Gaussian noise: its distribution beside the formula, its source, and the range of deviations."""

import math
import secrets

import numpy as np
import pytest

from doublebill.fit.private.discrete_gaussian import MOST_DEVIATION, Entropy, discrete_gaussian

DRAWS = 30_000

SURE = 6.0
"""Standard errors that a right sampler exceeds once in 500 million times."""


def pseudo(seed: int) -> Entropy:
    """A source of bytes that repeats, for tests alone."""
    return np.random.default_rng(seed).bytes


def chances(deviation: int, reach: int) -> np.ndarray:
    """The chances of -reach … reach by the formula."""
    weights = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2.0 * deviation**2))
    return weights / weights.sum()


@pytest.mark.parametrize("deviation", [1, 2, 5])
def test_small_noise_falls_on_each_number_as_often_as_the_formula_says(deviation: int) -> None:
    drawn = discrete_gaussian(deviation, DRAWS, pseudo(deviation))
    reach = 10 * deviation
    assert np.abs(drawn).max() <= reach
    found = np.bincount(drawn + reach, minlength=2 * reach + 1)
    wanted = DRAWS * chances(deviation, reach)
    assert (np.abs(found - wanted) <= SURE * np.sqrt(wanted) + 1).all()
    frequent = wanted >= 5
    squares = ((found - wanted)[frequent] ** 2 / wanted[frequent]).sum()
    freedom = int(frequent.sum()) - 1
    assert abs(squares - freedom) <= SURE * math.sqrt(2 * freedom)


@pytest.mark.parametrize("deviation", [1_000, 5 << 20, MOST_DEVIATION - 1])
def test_large_noise_has_the_deviation_the_kurtosis_and_the_quantiles_of_a_gaussian(deviation: int) -> None:
    drawn = discrete_gaussian(deviation, DRAWS, pseudo(7)) / deviation
    assert abs(drawn.mean()) <= SURE / math.sqrt(DRAWS)
    assert abs((drawn**2).mean() - 1) <= SURE * math.sqrt(2 / DRAWS)
    assert abs((drawn**4).mean() - 3) <= SURE * math.sqrt(96 / DRAWS)
    for z in (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0):
        share = math.erfc(-z / math.sqrt(2)) / 2
        assert abs((drawn <= z).mean() - share) <= SURE * math.sqrt(share * (1 - share) / DRAWS), z


def test_every_last_digit_of_large_noise_is_as_likely_as_any_other() -> None:
    digits = np.bincount(discrete_gaussian(12_345_678, DRAWS, pseudo(3)) % 16, minlength=16)
    assert (np.abs(digits - DRAWS / 16) <= SURE * math.sqrt(DRAWS / 16)).all()


def test_noise_is_whole_and_new_each_time_unless_its_source_repeats() -> None:
    first, second = discrete_gaussian(1_000_000, 50), discrete_gaussian(1_000_000, 50)
    assert first.dtype == np.int64
    assert not np.array_equal(first, second)
    assert np.array_equal(discrete_gaussian(99, 50, pseudo(1)), discrete_gaussian(99, 50, pseudo(1)))


def test_the_randomness_is_that_of_the_operating_system() -> None:
    assert discrete_gaussian.__defaults__ == (secrets.token_bytes,)


@pytest.mark.parametrize("deviation", [0, -3, MOST_DEVIATION])
def test_a_deviation_out_of_range_is_refused(deviation: int) -> None:
    with pytest.raises(ValueError, match="standard deviation"):
        discrete_gaussian(deviation, 1)
