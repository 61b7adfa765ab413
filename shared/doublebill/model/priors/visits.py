"""Visits: one user, one item and one day (UTC), however often that day; and how items share the recent ones.

A visit of n days before the newest day counts 2 ** (-n / half-life).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Floats, Integers, Ints, Items, Places

DAY_MS = 86_400_000


def days_of(timestamps: Integers) -> Ints:
    """Returns the days since 1970 (UTC) of some times in milliseconds."""
    return np.asarray(timestamps, np.int64) // DAY_MS


def distinct_rows(users: Items, items: Items, days: Ints) -> Places:
    """Returns the places of one event for each user, item and day, of three columns [events]."""
    order = np.lexsort([days, items, users])
    new = np.ones(len(order), np.bool_)
    changes = [column[order][1:] != column[order][:-1] for column in (users, items, days)]
    new[1:] = changes[0] | changes[1] | changes[2]
    return order[new]


def users_of_items(users: Items, items: Items, n_items: int) -> Ints:
    """Returns [n_items] how many users have any of some visits, both [visits], with each item."""
    pairs = np.unique(np.asarray(items, np.int64) * (int(users.max(initial=0)) + 1) + users)
    return np.bincount(pairs // (int(users.max(initial=0)) + 1), minlength=n_items)


@dataclass(frozen=True, eq=False)
class CountedVisits:
    """The numbers of visits of each item and day, ordered by item and then by day."""

    items: Ints
    days: Ints
    """Since 1970 (UTC)."""
    counts: Ints
    users: Ints
    """[n_items] how many users visit each item."""
    newest_ms: int
    """Time of the newest visit; 0 where there is none."""

    @classmethod
    def of_events(cls, users: Items, items: Items, timestamps: Integers, n_items: int) -> "CountedVisits":
        """Returns the visits of some events [events] with times, in any order."""
        days = days_of(timestamps)
        first = distinct_rows(users, items, days)
        one_each = np.ones(len(first), np.int64)
        of_items = users_of_items(users[first], items[first], n_items)
        return cls(*_summed(items[first], days[first], one_each), of_items, int(np.max(timestamps, initial=0)))

    @classmethod
    def added(cls, parts: Sequence["CountedVisits"]) -> "CountedVisits":
        """Returns the visits of several groups of users, at least one, of the same items."""
        items, days, counts = (
            np.concatenate([getattr(part, name) for part in parts]) for name in ("items", "days", "counts")
        )
        users = np.sum([part.users for part in parts], axis=0, dtype=np.int64)
        return cls(*_summed(items, days, counts), users, max(part.newest_ms for part in parts))

    def recent(self, half_life_days: float) -> Floats:
        """Returns [n_items] the number of visits, each halved per `half_life_days` before the newest day.

        The sums do not depend on the order of events or groups: whole numbers of visits are counted first, and the
        days of an item are added from the oldest on.
        """
        ages = self.newest_ms // DAY_MS - self.days
        weights = self.counts * 2.0 ** (-ages / half_life_days)
        return np.bincount(self.items, weights, minlength=len(self.users))


def _summed(items: Items, days: Integers, counts: Ints) -> tuple[Ints, Ints, Ints]:
    """Returns items, days and the sum of the counts of each item and day."""
    order = np.lexsort((days, items))
    ordered_items, ordered_days = np.asarray(items[order], np.int64), np.asarray(days[order], np.int64)
    starts = np.ones(len(order), np.bool_)
    starts[1:] = (ordered_items[1:] != ordered_items[:-1]) | (ordered_days[1:] != ordered_days[:-1])
    firsts = np.flatnonzero(starts)
    sums = np.add.reduceat(counts[order], firsts) if len(firsts) else counts
    return ordered_items[firsts], ordered_days[firsts], sums


def shares(counts: Floats) -> Floats:
    """Returns each count as its share of the sum; zeros where there is none."""
    total = counts.sum()
    return counts / total if total > 0 else np.zeros(len(counts))
