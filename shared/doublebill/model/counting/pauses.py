"""Pauses: long times in which nothing at all happens in a catalog, and which make nothing older.

An export that ended years ago counts as much when events come again as on its last day. A pause is more than
`LONGEST_DAYS` days between one event of the catalog and the next. It counts as one day: times before it are moved later
by whole days, so that at least one day and less than two remain of it. The order of times stays, and so does which of
them are on one day (UTC). Times after the last pause are not moved.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from doublebill.arrays import Ints
from doublebill.times.retention import DAY_MS

LONGEST_DAYS = 7
"""Days without an event that are no pause yet."""


@dataclass(frozen=True, eq=False)
class Pauses:
    """The pauses of a catalog, the oldest first; times are milliseconds of Unix time, and 0 is no time."""

    began: Ints
    """[pauses] time of the last event before each."""
    ended: Ints
    """[pauses] time of the first event after each."""

    @classmethod
    def between(cls, times: Ints) -> "Pauses":
        """Returns the pauses between some times, in any order and with repetitions."""
        ordered = np.sort(times[times > 0])
        long = np.flatnonzero(np.diff(ordered) > LONGEST_DAYS * DAY_MS)
        return cls(ordered[long], ordered[long + 1])

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Yields the times of the last event before each pause and of the first event after it."""
        return zip(self.began.tolist(), self.ended.tolist(), strict=True)

    def __len__(self) -> int:
        return len(self.began)

    def closed(self, times: Ints | int) -> Ints:
        """Returns times as a training counts them."""
        moved = times + self._moves[np.searchsorted(self.began, times)]
        return np.where(np.greater(times, 0), moved, times)

    def opened(self, times: Ints | int) -> Ints:
        """Returns the times as they were, of such as a training counts."""
        moved = times - self._moves[np.searchsorted(self.began + self._moves[:-1], times)]
        return np.where(np.greater(times, 0), moved, times)

    @cached_property
    def _moves(self) -> Ints:
        """Returns [pauses + 1] by how much times before each pause, and after the last one, are moved."""
        days = (self.ended - self.began) // DAY_MS - 1
        return np.append(np.cumsum(days[::-1])[::-1], 0) * DAY_MS


NO_PAUSES = Pauses(np.zeros(0, np.int64), np.zeros(0, np.int64))


def ends_of_days(times: Ints) -> Ints:
    """Returns the first and the last time of each day (UTC): no two of all others have a pause between them.

    Those of several tables together have the pauses of all their times.
    """
    ordered = np.sort(times[times > 0])
    days = ordered // DAY_MS
    return np.concatenate([ordered[np.diff(days, prepend=-1) != 0], ordered[np.diff(days, append=-1) != 0]])
