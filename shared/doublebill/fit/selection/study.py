"""Study: the data, time and progress that all trials of one selection share."""

from collections.abc import Callable
from dataclasses import dataclass

from doublebill.fit.selection.time_budget import ENDLESS, TimeBudget
from doublebill.fit.splits.holdout import Split
from doublebill.fit.splits.user_splits import split, temporal_split
from doublebill.model.catalog import Catalog
from doublebill.model.interactions import Interactions

Tell = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Study:
    """A catalog with its splits, a budget and a listener to progress."""

    catalog: Catalog
    split: Split | None
    """Targets at random; None with too few users."""
    temporal: Split | None
    """The same training part and users, with the newest items as targets; None where no times are known."""
    tell: Tell = lambda _: None
    """Receives one line of progress at a time."""
    budget: TimeBudget = ENDLESS

    @classmethod
    def of(
        cls,
        catalog: Catalog,
        interactions: Interactions,
        seed: int,
        tell: Tell = lambda _: None,
        budget: TimeBudget = ENDLESS,
    ) -> "Study":
        """Returns the study of these interactions, split by `seed`."""
        return cls(catalog, split(interactions, seed), temporal_split(interactions, seed), tell, budget)
