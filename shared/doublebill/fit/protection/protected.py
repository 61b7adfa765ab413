"""Protected configs: whatever is fitted for a catalog keeps to its limits, also what a person wrote."""

from dataclasses import dataclass, replace

from doublebill.model.config import Config
from doublebill.model.interactions import Interactions

MOST_ITEMS = 1_000
"""Items of one user that count in a training; histories have so many in service."""


@dataclass(frozen=True)
class Protected:
    """The limits of a catalog."""

    minimum_users: int
    """See `Config.minimum_users`."""
    most_items: int
    """See `Config.most_items`."""

    def config(self, config: Config) -> Config:
        """Returns a config within the limits; a config that is stricter stays so."""
        return replace(
            config,
            minimum_users=max(config.minimum_users, self.minimum_users),
            most_items=min(config.most_items or self.most_items, self.most_items),
        )


def too_few_users(interactions: Interactions, minimum_users: int) -> list[str]:
    """Returns a sentence that says why a model knows nothing of its users, where no item has enough of them."""
    if interactions.popularity(minimum_users).any():
        return []
    effect = "the model has neither edges nor popularity, and answers are the same for everybody"
    return [f"no item has the {minimum_users} users that minimum_users of the catalog asks for: {effect}"]
