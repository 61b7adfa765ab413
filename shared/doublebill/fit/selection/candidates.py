"""Candidates: the configs that a training tries, the most promising first, since a budget may cut the list short.

The ridge is in units of users, and a good one is proportional to the mean number of users of an item.
"""

from doublebill.fit.linear.edlae import MOST_ITEMS
from doublebill.fit.linear.grams.shared_grams import FEWEST_USERS
from doublebill.model.config import Config, Edlae, Factors, Family, Knn, Support
from doublebill.model.interactions import Interactions

COLD_USERS = 5
"""Items with fewer users get neighbours from metadata, where a catalog has any."""

MOST_DENSE_ITEMS = 8_000
"""Items with edges up to which the dense solution and factors are tried. On 12,000 of them these took two thirds of the
time of a whole training and were 3 and 8 % behind on validation users; so many items have few users each."""

SPARSE_LENGTH_POWER = 0.25
"""Length power that is tried beside .5 on so many items that only edges by cosine are: better than 0, .5, .75 and 1 on
validation users of Gowalla."""

FEW_USERS = 20
"""With fewer users only kNN is tried: a regression would fit noise."""


def candidates(interactions: Interactions, exclude_seen: bool, metadata: bool) -> list[Config]:
    """Returns the configs to try on these interactions; `metadata` says whether the catalog has any."""
    counts = interactions.popularity()
    active = counts[counts >= FEWEST_USERS]
    mean = float(active.mean()) if len(active) else 1.0

    def edlae(times: float, dropout: float, support: Support = "pruned", length_power: float = 0.5) -> Edlae:
        """Returns the family with a ridge of `times` the mean number of users of an item, to two digits."""
        return Edlae(float(f"{times * mean:.2g}"), dropout, length_power, support)

    families: list[Family] = [
        edlae(2, 0.6),
        edlae(2, 0.6, support="cosine"),
        edlae(4, 0.6),
        edlae(1, 0.6),
        edlae(2, 0.4),
    ]
    if len(active) <= MOST_DENSE_ITEMS:
        families += [edlae(2, 0.6, support="inverse"), Knn("cosine"), Factors()]
    else:
        families += [Knn("cosine")]
    if len(active) > MOST_ITEMS:  # pruning would fit twice as many edges twice
        ridges = (edlae(times, 0.6, "cosine") for times in (2, 4, 1))
        families = [*ridges, edlae(2, 0.6, "cosine", SPARSE_LENGTH_POWER), Knn("cosine")]
    if interactions.n_users < FEW_USERS:
        families = [Knn("cosine")]
    cold_users = COLD_USERS if metadata else 0
    return [Config(family, cold_users=cold_users, exclude_seen=exclude_seen) for family in families]
