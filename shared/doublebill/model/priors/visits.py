"""Visits: one user, one item and one day (UTC), however often that day; and how items share the recent ones.

A visit of n days before the newest day counts 2 ** (-n / half-life).
"""

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


def recent_counts(items: Items, days: Integers, newest_day: int, half_life_days: float, n_items: int) -> Floats:
    """Returns [n_items] the number of visits of each item, each halved per `half_life_days` before the newest day.

    `items` and `days`, both [visits] and no day after the newest, come in any order, and the sums do not depend on it:
    whole numbers of visits are counted first, and the days of an item are added from the oldest on.
    """
    ages = newest_day - np.asarray(days, np.int64)
    span = int(ages.max(initial=0)) + 1
    distinct, counts = np.unique(np.asarray(items, np.int64) * span + span - 1 - ages, return_counts=True)
    weights = counts * 2.0 ** ((distinct % span + 1 - span) / half_life_days)
    return np.bincount(distinct // span, weights, minlength=n_items)


def users_of_items(users: Items, items: Items, n_items: int) -> Ints:
    """Returns [n_items] how many users have any of some visits, both [visits], with each item."""
    pairs = np.unique(np.asarray(items, np.int64) * (int(users.max(initial=0)) + 1) + users)
    return np.bincount(pairs // (int(users.max(initial=0)) + 1), minlength=n_items)


def shares(counts: Floats) -> Floats:
    """Returns each count as its share of the sum; zeros where there is none."""
    total = counts.sum()
    return counts / total if total > 0 else np.zeros(len(counts))
