"""Privacy claims: (ε, δ)-differential privacy of people, accounted as zero-concentrated differential privacy (zCDP).

Two data sets are neighbours where they differ in all rows of one user, who is in one of them only. A mechanism with
ρ-zCDP (Bun and Steinke 2016, arXiv:1605.02065) is (ε, δ)-differentially private for every ε with

    δ = min over α > 1 of exp((α - 1)(α ρ - ε)) / (α - 1) · (1 - 1/α)^α

(Canonne, Kamath and Steinke 2020, arXiv:2004.00010, corollary 13), and the ρ of several mechanisms add up. Every α
gives a true bound, so a search that stops early claims too little, never too much. Budgets are whole billionths of ρ:
their sums are exact.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

NANO = 10**9
"""Billionths in 1 of ρ."""

LEAST_EPSILON, MOST_EPSILON = 0.01, 100.0
LEAST_DELTA, MOST_DELTA = 1e-15, 1e-3

STEPS = 100
"""Halvings of an interval, after which a double has no digit left to gain."""


@dataclass(frozen=True, slots=True)
class PrivacyClaim:
    """The claim that a release is (ε, δ)-differentially private for every user."""

    epsilon: float
    delta: float

    def __str__(self) -> str:
        return f"epsilon {self.epsilon:g} at delta {self.delta:g}"

    def to_json(self) -> dict[str, float]:
        """Returns the claim as records have it."""
        return {"epsilon": self.epsilon, "delta": self.delta}


@lru_cache(maxsize=64)
def nano_rho_of(claim: PrivacyClaim) -> int:
    """Returns the most billionths of ρ that the claim allows."""
    fits, too_much = 0, math.ceil((claim.epsilon + 1) * NANO)
    while too_much - fits > 1:
        middle = (fits + too_much) // 2
        if delta_of(middle / NANO, claim.epsilon) <= claim.delta:
            fits = middle
        else:
            too_much = middle
    return fits


def epsilon_of(nano_rho: int, delta: float) -> float:
    """Returns an ε that so many billionths of ρ guarantee at δ; 0 where nothing is spent."""
    if not nano_rho:
        return 0.0
    rho = nano_rho / NANO
    too_little, fits = 0.0, rho + 2 * math.sqrt(rho * math.log(1 / delta))
    for _ in range(STEPS):
        middle = (too_little + fits) / 2
        if delta_of(rho, middle) <= delta:
            fits = middle
        else:
            too_little = middle
    return fits


def delta_of(rho: float, epsilon: float) -> float:
    """Returns a δ at which ρ-zCDP guarantees ε."""
    if rho <= 0:
        return 0.0
    low, high = 1 + 1e-9, (epsilon + 1) / (2 * rho) + 2
    for _ in range(STEPS):  # the exponent is convex in α: this looks for where its slope is 0
        alpha = (low + high) / 2
        if (2 * alpha - 1) * rho - epsilon + math.log1p(-1 / alpha) < 0:
            low = alpha
        else:
            high = alpha
    alpha = (low + high) / 2
    exponent = (alpha - 1) * (alpha * rho - epsilon) + alpha * math.log1p(-1 / alpha) - math.log(alpha - 1)
    return math.exp(min(exponent, 0.0))
