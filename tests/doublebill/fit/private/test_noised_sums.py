"""Noised sums: how much noise a budget means, on which numbers it lies, and that it is fresh."""

import numpy as np
import pytest

from doublebill.fit.private.clipped_users import SENSITIVITY
from doublebill.fit.private.discrete_gaussian import MOST_DEVIATION
from doublebill.fit.private.noised_sums import NoisedSums, deviation_of, noised_sums
from doublebill.values.privacy_claim import LEAST_DELTA, LEAST_EPSILON, NANO, PrivacyClaim, nano_rho_of
from private_data import interactions_of

BUDGET = nano_rho_of(PrivacyClaim(2.0, 1e-6))


def of_nobody(seed: int) -> NoisedSums:
    """The noised sums of 2,000 items that nobody has met."""
    return noised_sums(interactions_of([], 2_000), BUDGET, np.random.default_rng(seed).bytes)


@pytest.mark.parametrize("nano_rho", [1_000, 24_355_970, NANO, 7 * NANO + 1])
def test_the_deviation_is_the_least_whole_one_that_the_budget_allows(nano_rho: int) -> None:
    deviation = deviation_of(nano_rho)
    assert 2 * nano_rho * deviation**2 >= SENSITIVITY**2 * NANO
    assert 2 * nano_rho * (deviation - 1) ** 2 < SENSITIVITY**2 * NANO


def test_both_releases_together_cost_no_more_than_the_budget() -> None:
    sums = of_nobody(1)
    cost = sum(
        SENSITIVITY**2 * NANO / (2 * deviation**2) for deviation in (sums.popularity_deviation, sums.pair_deviation)
    )
    assert 0.999 * BUDGET <= cost <= BUDGET


def test_every_sum_has_the_noise_of_its_release_even_where_nobody_is() -> None:
    sums = of_nobody(2)
    for found, deviation in ((sums.popularity, sums.popularity_deviation), (sums.pairs, sums.pair_deviation)):
        assert np.count_nonzero(found) == len(found)
        assert abs(found.std() / deviation - 1) < 6 / np.sqrt(2 * len(found))
    assert len(sums.pairs) == len(sums.head) * (len(sums.head) + 1) // 2


def test_noise_is_fresh_at_each_release() -> None:
    history = interactions_of([dict.fromkeys(range(9), 1.0)], 30)
    first, second = noised_sums(history, BUDGET), noised_sums(history, BUDGET)
    assert not np.array_equal(first.popularity, second.popularity)
    assert not np.array_equal(first.pairs, second.pairs)


def test_without_noise_the_sums_would_be_those_of_the_users() -> None:
    plenty = noised_sums(interactions_of([{0: 1.0, 1: 1.0}, {1: 1.0}], 3), 10**24)
    assert plenty.popularity.tolist() == pytest.approx([SENSITIVITY / 2**0.5, SENSITIVITY * (1 + 0.5**0.5), 0], abs=12)
    pair = SENSITIVITY / 3**0.5
    assert plenty.pairs.tolist() == pytest.approx([pair, pair, 0, pair + SENSITIVITY, 0, 0], abs=12)


def test_the_smallest_claim_there_may_be_still_has_noise_that_can_be_drawn() -> None:
    least = nano_rho_of(PrivacyClaim(LEAST_EPSILON, LEAST_DELTA))
    assert deviation_of(least * 30 // 100) < MOST_DEVIATION


def test_a_budget_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="billionth"):
        deviation_of(0)
