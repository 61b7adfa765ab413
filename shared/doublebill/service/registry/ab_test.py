"""Experiments: who is answered by the challenger, and what clicks say about a version."""

import hashlib
import math

PLACES = 2**32
"""Shares are exact to one part in so many."""

Z = 1.959963984540054
"""The 97.5th percentile of the normal distribution: 95 % lie within so many standard deviations."""


def is_served_by_challenger(user: str, challenger: str, share: float) -> bool:
    """Whether `share` of the users includes this pseudonym.

    The same user is always answered by the same version. Each challenger draws users of its own, so that one experiment
    says nothing about who is in another; with a greater share nobody who was in leaves.
    """
    digest = hashlib.sha256(f"{challenger} {user}".encode()).digest()
    return int.from_bytes(digest[:4]) < share * PLACES


def interval(clicks: int, answers: int) -> tuple[float, float] | None:
    """Between which shares of clicks the true one lies, in 95 of 100 experiments: the score interval of Wilson.

    It takes answers for independent, each clicked or not. None where nothing was answered, and where there are more
    clicks than answers (one answer can be clicked several times), which no share explains.

    E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22 (1927), 209-212.
    """
    if not 0 <= clicks <= answers or not answers:
        return None
    n, p, zz = answers, clicks / answers, Z * Z
    # the roots of (p - s)² = z² s (1 - s) / n
    middle = (p + zz / (2 * n)) / (1 + zz / n)
    half = Z / (1 + zz / n) * math.sqrt(p * (1 - p) / n + zz / (4 * n * n))
    low = 0.0 if clicks == 0 else max(0.0, middle - half)
    high = 1.0 if clicks == answers else min(1.0, middle + half)
    return low, high
