"""Study: the users and the time that configs are tried on."""

from collections.abc import Callable
from dataclasses import dataclass

from doublebill.fit.selection.budget import ENDLESS, Budget
from doublebill.fit.splits.holdout import Split
from doublebill.fit.splits.user_splits import split, temporal_split
from doublebill.model.catalog import Catalog
from doublebill.model.interactions import Interactions

Tell = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Study:
    """One catalog split at random and, with the same training part, by time; None where too few users can be asked."""

    catalog: Catalog
    parts: Split | None
    by_time: Split | None
    tell: Tell = lambda _: None
    """Hears what is being done."""
    budget: Budget = ENDLESS

    @classmethod
    def of(
        cls, catalog: Catalog, interactions: Interactions, seed: int, tell: Tell, budget: Budget = ENDLESS
    ) -> "Study":
        """The trial on the users that `seed` picks."""
        return cls(catalog, split(interactions, seed), temporal_split(interactions, seed), tell, budget)
