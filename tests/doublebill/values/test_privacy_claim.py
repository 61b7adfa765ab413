"""Privacy claims: epsilon and delta there and back, and what a sum of budgets allows."""

import math

import pytest

from doublebill.values.privacy_claim import NANO, PrivacyClaim, delta_of, epsilon_of, nano_rho_of

CLAIMS = [(0.01, 1e-15), (0.1, 1e-9), (1.0, 1e-6), (4.0, 1e-6), (8.0, 1e-3), (100.0, 1e-6)]


def gaussian_delta(rho: float, epsilon: float) -> float:
    """The exact delta of the Gaussian mechanism with this rho (Balle and Wang 2018, arXiv:1805.06530, theorem 8)."""
    ratio = math.sqrt(2 * rho)

    def below(x: float) -> float:
        return math.erfc(-x / math.sqrt(2)) / 2

    return below(ratio / 2 - epsilon / ratio) - math.exp(epsilon) * below(-ratio / 2 - epsilon / ratio)


@pytest.mark.parametrize(("epsilon", "delta"), CLAIMS)
def test_a_budget_is_the_most_that_its_claim_allows(epsilon: float, delta: float) -> None:
    nano_rho = nano_rho_of(PrivacyClaim(epsilon, delta))
    assert delta_of(nano_rho / NANO, epsilon) <= delta < delta_of((nano_rho + 1) / NANO, epsilon)
    assert 0.999 * epsilon <= epsilon_of(nano_rho, delta) <= epsilon * (1 + 1e-9)


@pytest.mark.parametrize(("epsilon", "delta"), CLAIMS[1:5])
def test_the_budget_never_promises_more_than_exact_gaussian_noise_gives(epsilon: float, delta: float) -> None:
    rho = nano_rho_of(PrivacyClaim(epsilon, delta)) / NANO
    assert 0.05 * delta < gaussian_delta(rho, epsilon) <= delta


def test_budgets_that_add_up_allow_more_trainings_than_epsilons_that_add_up() -> None:
    one, total = nano_rho_of(PrivacyClaim(1.0, 1e-6)), nano_rho_of(PrivacyClaim(8.0, 1e-6))
    assert total // one > 40
    assert epsilon_of(8 * one, 1e-6) < 4


def test_nothing_spent_is_an_epsilon_of_nothing() -> None:
    assert epsilon_of(0, 1e-6) == 0.0
    assert delta_of(0.0, 1.0) == 0.0
