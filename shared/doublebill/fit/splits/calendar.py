"""Calendar split: trained on everything before a moment, asked after it, as in service.

Of users known before the moment T, the targets are the items that were new to them from T on. A model sees nothing of
what happened from T on, neither of these users nor of others (Ji et al. 2023, doi:10.1145/3569930). Two moments
make a split: validation targets lie between the first and the second, test targets after the second.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Ints, Mask
from doublebill.fit.splits.holdout import Holdout, Split
from doublebill.model.counting.pauses import NO_PAUSES, Pauses
from doublebill.model.interactions import Interactions

TRAINING_SHARE = 0.8
"""Share of the interactions, the oldest, before the moment of the test; and of these before that of validation."""

LATER_SHARE = 0.9
"""The same for a second test moment, where the first has few users."""

FEWEST_DAYS = 28
"""The calendar decides only where times span more days."""

FEWEST_ACTIVE_USERS = 300
"""The calendar decides only where so many known users act after the moment of the test."""

OUTLIERS = 0.01
"""Share of the times at either end that the span leaves out: one wrong clock makes no history."""

DAY_MILLISECONDS = 86_400_000

AsOf = Callable[[int], Interactions]
"""Returns the interactions that were known before a time in milliseconds, with all users in their order."""


@dataclass(frozen=True, eq=False)
class Timeline:
    """Interactions as they are now, and as they were at any moment before."""

    now: Interactions
    as_of: AsOf
    pauses: Pauses = NO_PAUSES
    """The pauses of the catalog, which its times are without."""

    @classmethod
    def of(cls, interactions: Interactions, as_of: AsOf | None = None) -> "Timeline":
        """Returns the timeline of interactions; without `as_of` a pair is known from its newest event on."""
        return cls(interactions, as_of or (lambda at: interactions.where(interactions.timestamps < at)))

    def moment(self, share: float) -> int:
        """Returns the time before which that share of the timed interactions lies, 0 where none has a time."""
        times = self.now.timestamps[self.now.timestamps > 0]
        return int(np.quantile(times, share, method="lower")) if len(times) else 0

    def days(self) -> float:
        """Returns how many days the times span, but for `OUTLIERS` at both ends."""
        return (self.moment(1 - OUTLIERS) - self.moment(OUTLIERS)) / DAY_MILLISECONDS


def calendar_split(timeline: Timeline, share: float = TRAINING_SHARE) -> Split | None:
    """Splits by two moments; None where no known user acts after each of them.

    `share` of the interactions lie before the moment of the test, and the same share of these before the other.
    """
    at_test = timeline.moment(share)
    earlier = timeline.as_of(at_test)
    validation = later_holdout(timeline.as_of(timeline.moment(share**2)), earlier)
    test = later_holdout(earlier, timeline.now)
    if validation is None or test is None:
        return None
    return Split(validation.reference, validation, test)


def later_test(timeline: Timeline) -> Holdout | None:
    """Returns a second test, at a later moment; None where no known user acts after it."""
    return later_holdout(timeline.as_of(timeline.moment(LATER_SHARE)), timeline.now)


def newcomers(timeline: Timeline) -> Holdout | None:
    """Returns the users of whom nothing was known at the moment of the test, with empty histories."""
    earlier = timeline.as_of(timeline.moment(TRAINING_SHARE))
    return later_holdout(earlier, timeline.now, newcomers=True)


def may_decide(timeline: Timeline) -> bool:
    """Returns whether the data have enough days and users for the calendar split to decide, before it is made."""
    return timeline.now.n_users >= FEWEST_ACTIVE_USERS and timeline.days() > FEWEST_DAYS


def decides(timeline: Timeline, parts: Split | None) -> bool:
    """Returns whether the calendar split says how good a model is: enough days, and enough known users who act."""
    return parts is not None and timeline.days() > FEWEST_DAYS and parts.test.fold_in.n_users >= FEWEST_ACTIVE_USERS


def later_holdout(earlier: Interactions, later: Interactions, newcomers: bool = False) -> Holdout | None:
    """Returns the users who have new items in `later`: those with something `earlier`, or else the newcomers."""
    targets = later.where(~_contained(later, earlier))
    met = np.diff(earlier.indptr) > 0
    users = np.flatnonzero((np.diff(targets.indptr) > 0) & (~met if newcomers else met))
    if not len(users) or not met.any():
        return None
    train = earlier.rows(np.flatnonzero(met))
    return Holdout(earlier.rows(users), targets.rows(users), True, train, users=users)


def _contained(later: Interactions, earlier: Interactions) -> Mask:
    """Returns [entries of later] which of its pairs are in `earlier` too."""
    wanted, there = _pairs(later), _pairs(earlier)
    if not len(there):
        return np.zeros(len(wanted), np.bool_)
    places = np.minimum(np.searchsorted(there, wanted), len(there) - 1)
    return np.asarray(there[places] == wanted)


def _pairs(matrix: Interactions) -> Ints:
    """Returns [entries] one number for each user and item, ascending."""
    return np.asarray(matrix.users_of_entries() * matrix.n_items + matrix.items)
