"""The data report of a training: the events that it read, and what cleaning made of them.

Beside the fields of `doublebill.service.catalog.imported.data_report` it has

    density                 pairs of a user and an item with a weight, as a share of all pairs
    weights, ratings        histograms of the weights of these pairs and of the stars of ratings
    items_without_metadata  items with events but without metadata
    suspicious              `busy`: users with more than `BUSY` events on one day; `one_item`: users with `MANY` events
                            or more, all with the same item; of each the number of `users` and of their `events`,
                            or `fewer_than` the users that a number must have; empty where the rest of the users
                            are fewer

In `times` it has the number of `pauses`, where there are any: each counts as one day in the training
(`doublebill.model.counting.pauses`), and the `longest_gap` is the longest of them.

It names no user, not even by pseudonym, so that a user's erasure leaves it as it is.
"""

from collections import Counter
from collections.abc import Mapping

import numpy as np

from doublebill.arrays import Ints, Mask, Reals
from doublebill.event_table import EventTable
from doublebill.fit.clean import Cleaned
from doublebill.model.interactions import Interactions
from doublebill.model.items import Item
from doublebill.service.catalog.imported.data_report import (
    DAY_MILLISECONDS,
    KEPT_VALUES,
    DataReport,
    histogram,
    note_values,
)
from doublebill.service.catalog.imported.holders import Holders
from doublebill.service.catalog.imported.value_bins import rounded_down

BUSY = 1_000
"""Events of one user on one day that hardly come from one person."""

AT_ONCE = 1_000_000
"""Values of a histogram that are sorted at a time."""

MANY = 50
"""Events with one item, and no other, that hardly come from one person."""


class TrainingReport:
    """The report on the events of a training, table by table, where no user has events in two of them.

    Numbers of fewer than `minimum_users` users are left out, of suspicious users with the words that they are fewer;
    where those of one histogram are of fewer users together too, so is its smallest other number.
    """

    def __init__(self, minimum_users: int = 1) -> None:
        self._minimum_users = minimum_users
        self._events = DataReport(holders=self._holders())
        self._items: set[str] = set()
        self._n_users = 0
        self._suspicious = {"busy": {"users": 0, "events": 0}, "one_item": {"users": 0, "events": 0}}

    def add(self, table: EventTable) -> None:
        """Takes the events of some users, all of them."""
        self._events.note(table)
        self._n_users += len(table.users.distinct)
        self._items.update(table.items.compact().names())
        for name, found in suspicious(table).items():
            for number, count in found.items():
                self._suspicious[name][number] += count

    def to_json(self, cleaned: Cleaned, items: Mapping[str, Item]) -> dict[str, object]:
        """Returns the report on the events, whose described items are `items`, and on the cleaned data."""
        users, size = cleaned.interactions.n_users, len(cleaned.catalog)
        return {
            **self._events.to_json(len(cleaned.timeline.pauses)),
            "density": len(cleaned.interactions.items) / (users * size) if users else 0.0,
            "weights": _histogram(cleaned.interactions, self._holders()),
            "ratings": _histogram(cleaned.ratings, self._holders()),
            "items_without_metadata": sum(item_id not in items for item_id in self._items),
            "suspicious": {name: self._shown(found) for name, found in self._suspicious.items()},
        }

    def _holders(self) -> Holders | None:
        return Holders(self._minimum_users) if self._minimum_users > 1 else None

    def _shown(self, found: dict[str, int]) -> dict[str, int]:
        if 1 < self._minimum_users > found["users"]:
            return {"fewer_than": self._minimum_users}
        few_others = 0 < self._n_users - found["users"] < self._minimum_users
        return {} if few_others else found


def suspicious(table: EventTable) -> dict[str, dict[str, int]]:
    """Returns the numbers of users whose events hardly come from one person, and of these events."""
    users = table.users.codes.astype(np.int64)
    of_each = np.bincount(users, minlength=len(table.users.distinct))
    return {
        "busy": _counted(_busy(users, table.timestamps, len(of_each)), of_each),
        "one_item": _counted((of_each >= MANY) & ~_with_several_items(table, len(of_each)), of_each),
    }


def _counted(meant: Mask, events: Ints) -> dict[str, int]:
    return {"users": int(meant.sum()), "events": int(events[meant].sum())}


def _busy(users: Ints, timestamps: Ints, n_users: int) -> Mask:
    """Returns [users] which users have more than `BUSY` events on one day."""
    timed = timestamps > 0
    days = timestamps[timed] // DAY_MILLISECONDS
    span = int(days.max()) + 1 if len(days) else 1
    user_days, counts = np.unique(users[timed] * span + days, return_counts=True)
    busy = np.zeros(n_users, np.bool_)
    busy[user_days[counts > BUSY] // span] = True
    return busy


def _with_several_items(table: EventTable, n_users: int) -> Mask:
    """Returns [users] which users have events with more than one item."""
    users, items = table.users.codes, table.items.codes
    one_of_each = np.zeros(n_users, np.int32)
    one_of_each[users] = items
    several = np.zeros(n_users, np.bool_)
    several[users[items != one_of_each[users]]] = True
    return several


def _histogram(pairs: Interactions, holders: Holders | None) -> dict[str, object]:
    """Returns the histogram of the weights of pairs of a user and an item."""
    distinct, of_values = _counts(pairs.weights)
    numbers = distinct
    if len(numbers) > KEPT_VALUES:
        numbers = list(map(rounded_down, numbers))
    if holders:
        places = np.array(distinct, pairs.weights.dtype)
        note_values(holders, "", places, numbers, pairs.weights, pairs.users_of_entries())
    total: Counter[float] = Counter()
    for value, count in zip(numbers, of_values, strict=True):
        total[value] += count
    ends = (distinct[0], distinct[-1]) if len(distinct) > KEPT_VALUES else None
    return histogram(total, holders, ends=ends) if total else {"counts": {}}


def _counts(values: Reals) -> tuple[list[float], list[int]]:
    """Returns the distinct values, ascending, and the number of each; looks at some of them at a time."""
    starts = range(0, len(values), AT_ONCE)
    parts = [np.unique(values[start : start + AT_ONCE], return_counts=True) for start in starts]
    distinct, places = np.unique(np.concatenate([values[:0], *(part for part, _ in parts)]), return_inverse=True)
    counts = np.zeros(len(distinct), np.int64)
    np.add.at(counts, places, np.concatenate([np.zeros(0, np.int64), *(of_part for _, of_part in parts)]))
    return distinct.tolist(), counts.tolist()
