"""Holders: whether a count of events is of enough users to be published."""

from collections.abc import Hashable, Sequence

import numpy as np

from doublebill.arrays import Integers

AT_ONCE = 100_000
"""Rows that are looked at together: most counts have enough users after the first of them."""

USER_BITS = 40


class Holders:
    """Some users of each count, as many as are needed to know that they are enough."""

    def __init__(self, enough: int) -> None:
        self.enough = enough
        """Fewest users of a count that is published."""
        self._users: dict[Hashable, set[int]] = {}

    def note(self, names: Sequence[Hashable], cells: Integers, users: Integers) -> None:
        """Takes rows: the place of each in `names`, and the number of its user, the same in all calls."""
        noted = [self._users.setdefault(name, set()) for name in names]
        waiting = np.array([len(one) < self.enough for one in noted])
        for start in range(0, len(cells), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            rows = np.flatnonzero(waiting[cells[some]])
            if not len(rows):
                continue
            pairs = np.unique(cells[some][rows].astype(np.int64) << USER_BITS | users[some][rows])
            of_cells = pairs >> USER_BITS
            ranks = np.arange(len(pairs)) - np.searchsorted(of_cells, of_cells)
            for pair in pairs[ranks < self.enough].tolist():
                noted[pair >> USER_BITS].add(pair & ((1 << USER_BITS) - 1))
            waiting &= np.array([len(one) < self.enough for one in noted])

    def are_enough(self, *names: Hashable) -> bool:
        """Checks whether these counts together are of enough users."""
        return len(set[int]().union(*(self._users.get(name, ()) for name in names))) >= self.enough

    def shown(self, groups: Sequence[Sequence[Hashable]], events: Sequence[int]) -> list[int]:
        """Returns the places of the groups of counts that may stand beside the number of `events` of all of them.

        Groups of too few users are left out. Where these are too few together too, the smallest other group is left
        out with them: it has enough users, so the difference between the total and what is shown is of enough users.
        """
        places = [place for place, group in enumerate(groups) if self.are_enough(*group)]
        hidden = [name for place in {*range(len(groups))} - {*places} for name in groups[place]]
        if places and hidden and not self.are_enough(*hidden):
            places.remove(min(places, key=lambda place: events[place]))
        return places

    def fewest(self, names: Sequence[Hashable]) -> int:
        """Returns how many of these counts, from the first on, have enough users together; all where none do."""
        users: set[int] = set()
        for place, name in enumerate(names):
            users |= self._users.get(name, set())
            if len(users) >= self.enough:
                return place + 1
        return len(names)
