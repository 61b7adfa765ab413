"""Succession: which items come soon after which, in histories with times.

Histories are ordered by time. Items with equal times do not follow each other; they are ordered by item number, so that
many items at one time cost no more than items at many times. Entries without a time are ignored.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Ints, Ints32
from doublebill.model.interactions import Interactions

WITHIN = 10
"""How many positions after an item another one still follows it."""

BLOCK_PAIRS = 4_000_000
"""Pairs in memory at once, unless one item has more: about 0.2 GB."""


@dataclass(frozen=True, eq=False)
class Succession:
    """All entries with a time, user by user, the oldest first."""

    entries: Ints
    """[places] entry numbers of the interactions."""
    users: Ints
    """[places] user numbers, ascending."""
    items: Ints32
    """[places] item numbers."""
    times: Ints
    """[places] ascending within a user."""

    @classmethod
    def of(cls, interactions: Interactions) -> "Succession":
        """Returns the succession of these interactions, empty where no times are known."""
        timed = np.flatnonzero(interactions.timestamps > 0)
        users, items = interactions.users_of_entries()[timed], interactions.items[timed]
        times = interactions.timestamps[timed]
        order = np.lexsort((items, times, users))
        return cls(timed[order], users[order], items[order], times[order])

    def blocks(self, n_items: int, within: int = WITHIN) -> Iterator[tuple[range, Ints]]:
        """Yields ranges of items with the places where these stand, as many items as have `BLOCK_PAIRS` pairs."""
        by_item = np.argsort(self.items, kind="stable")
        ends = np.cumsum(np.bincount(self.items, minlength=n_items))
        start = 0
        while start < n_items:
            first = int(ends[start - 1]) if start else 0
            end = max(int(np.searchsorted(ends, first + BLOCK_PAIRS // within, side="right")), start + 1)
            yield range(start, end), by_item[first : ends[end - 1]]
            start = end

    def after(self, places: Ints, within: int = WITHIN) -> tuple[Ints, Ints]:
        """Returns all pairs of a place of `places` and a later one of the same user, at most `within` positions on."""
        return self._beside(places, np.arange(1, within + 1))

    def before(self, places: Ints, within: int = WITHIN) -> tuple[Ints, Ints]:
        """Returns all pairs of a place of `places` and an earlier one of the user, at most `within` positions back."""
        return self._beside(places, -np.arange(1, within + 1))

    def _beside(self, places: Ints, steps: Ints) -> tuple[Ints, Ints]:
        """Returns the pairs of each place and the one each step away, where that is the same user at another time."""
        beside = places[:, np.newaxis] + steps
        inside = np.clip(beside, 0, len(self.items) - 1)
        found = (beside == inside) & (self.users[inside] == self.users[places, np.newaxis])
        found &= self.times[inside] != self.times[places, np.newaxis]
        rows, columns = np.nonzero(found)
        return places[rows], beside[rows, columns]
