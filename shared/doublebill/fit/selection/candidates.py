"""Candidates: the configs that a training tries, best bets first, so that a short time cuts off the least.

The ridge is told in users, and what suits it goes with how many users an item has; so the list follows from the
interactions, and from nothing else about them.
"""

from doublebill.fit.linear.edlae import FEWEST_USERS, MOST_ITEMS
from doublebill.model.config import Config, Edlae, Factors, Family, Knn, Support
from doublebill.model.interactions import Interactions

COLD_USERS = 5
"""Items with fewer users get neighbours by metadata, where a catalog has any."""

HALF_LIVES = (0.0, 3.0, 5.0, 8.0, 12.0, 20.0)
"""Of histories with times, in items."""

TRANSITIONS = (0.05, 0.1)
"""What the order of histories may add to nothing."""

FEW_USERS = 20
"""Fewer of them cannot tell what explains what; then the config that is taken untried compares items two by two."""


def candidates(interactions: Interactions, exclude_seen: bool, metadata: bool) -> list[Config]:
    """The configs to try on these interactions; `metadata` says whether the catalog has any."""
    counts = interactions.popularity()
    active = counts[counts >= FEWEST_USERS]
    mean = float(active.mean()) if len(active) else 1.0

    def edlae(times: float, dropout: float, support: Support = "pruned") -> Edlae:
        """With a ridge of so many `times` the mean number of users of an item, kept readable."""
        return Edlae(float(f"{times * mean:.2g}"), dropout, support=support)

    families: list[Family] = [
        edlae(2, 0.6),
        edlae(2, 0.6, support="cosine"),
        edlae(4, 0.6),
        edlae(1, 0.6),
        edlae(2, 0.4),
        edlae(2, 0.6, support="inverse"),
        Knn("cosine"),
        Factors(),
    ]
    if len(active) > MOST_ITEMS:  # the dense solution would leave items out, and pruning fits twice as many edges twice
        families = [families[1], edlae(4, 0.6, support="cosine"), edlae(1, 0.6, support="cosine"), Knn("cosine")]
    if interactions.n_users < FEW_USERS:
        families = [Knn("cosine")]
    cold_users = COLD_USERS if metadata else 0
    return [Config(family, cold_users=cold_users, exclude_seen=exclude_seen) for family in families]
