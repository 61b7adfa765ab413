"""Noised sums: everything that a private model is made of, released by the discrete Gaussian mechanism.

Two releases, the second chosen by the first:

    popularity   one sum for each item of the public list
    pairs        one sum for each pair of the items whose noised popularity is highest, the head

A sum with noise of deviation σ on parts of Euclidean length S has ρ-zCDP with ρ = S² / 2σ² (Canonne, Kamath and Steinke
2020, theorem 4), and both together have the sum of their ρ. The head follows from noised numbers, so choosing it costs
nothing, and so does everything that is computed from the sums. Noise lies on every pair of the head, also on pairs that
nobody has: which pairs there are is no secret that would have to be paid for.
"""

import math
import secrets
from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Ints
from doublebill.fit.linear.sums.summing import HERE, Summing
from doublebill.fit.private.clipped_users import SENSITIVITY, clipped, pair_sums, popularity_sums
from doublebill.fit.private.discrete_gaussian import Entropy, discrete_gaussian
from doublebill.model.interactions import Interactions
from doublebill.values.privacy_claim import NANO

POPULARITY_PERCENT = 30
"""Share of the budget for popularity; the pairs have the rest."""

MOST_HEAD = 600
"""Items of the head at most."""

CLEAR = 3
"""Standard deviations of its noise from which an item's popularity is clear enough for the head."""

LEAST_HEAD = 150
"""Items of the head at least, clear or not; fewer only where the list is shorter."""


@dataclass(frozen=True, eq=False)
class NoisedSums:
    """The released sums, in units of `SENSITIVITY`, with the standard deviations of their noise."""

    popularity: Ints
    """[n_items]"""
    popularity_deviation: int
    head: Ints
    """[head] item numbers, ascending."""
    pairs: Ints
    """[head (head + 1) / 2] the upper triangle with the diagonal, row by row."""
    pair_deviation: int


def noised_sums(
    interactions: Interactions, nano_rho: int, entropy: Entropy = secrets.token_bytes, summing: Summing = HERE
) -> NoisedSums:
    """Returns the sums of all users under so many billionths of ρ. Each call draws fresh noise, and costs it again.

    Pairs are summed by `summing`; noise is drawn here in any case.
    """
    for_popularity = nano_rho * POPULARITY_PERCENT // 100
    deviation, pair_deviation = deviation_of(for_popularity), deviation_of(nano_rho - for_popularity)
    exact = popularity_sums(clipped(interactions, np.arange(interactions.n_items)))
    popularity = exact + discrete_gaussian(deviation, len(exact), entropy)
    head = head_of(popularity, deviation)
    exact = pair_sums(clipped(interactions, head), summing)
    pairs = exact + discrete_gaussian(pair_deviation, len(exact), entropy)
    return NoisedSums(popularity, deviation, head, pairs, pair_deviation)


def deviation_of(nano_rho: int) -> int:
    """Returns the least whole σ with S² / 2σ² <= ρ.

    Raises:
        ValueError: when there is nothing to spend.
    """
    if nano_rho < 1:
        raise ValueError("less than a billionth of rho buys no release")
    return math.isqrt((SENSITIVITY**2 * NANO - 1) // (2 * nano_rho)) + 1


def head_of(popularity: Ints, deviation: int) -> Ints:
    """Returns the items whose pairs are released, ascending; it looks at noised popularity only."""
    ordered = np.lexsort((np.arange(len(popularity)), -popularity))
    clear = int(np.count_nonzero(popularity >= CLEAR * deviation))
    return np.sort(ordered[: min(max(clear, LEAST_HEAD), MOST_HEAD)])
