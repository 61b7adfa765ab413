"""A/B tests: the users whom the challenger serves, and the confidence interval of a click-through."""

import hashlib
import math

PLACES = 2**32
"""Resolution of a share: one part in so many."""

Z = 1.959963984540054
"""The 97.5th percentile of the normal distribution: 95 % lie within so many standard deviations of the mean."""


def is_served_by_challenger(user: str, challenger: str, share: float) -> bool:
    """Checks whether `share` of the users includes this pseudonym.

    The same user is always served by the same version. Each challenger draws its own users, so that experiments are
    independent; a greater share keeps all users of the smaller one.
    """
    digest = hashlib.sha256(f"{challenger} {user}".encode()).digest()
    return int.from_bytes(digest[:4]) < share * PLACES


def interval(clicks: int, answers: int) -> tuple[float, float] | None:
    """Returns the 95 % score interval of Wilson for the true share of clicks.

    Responses count as independent, each clicked or not. None without responses, and where there are more clicks than
    responses (one can be clicked several times), since no share explains that.

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
