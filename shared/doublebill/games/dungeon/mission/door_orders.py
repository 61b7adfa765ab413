"""Orders of doors: the search through every state that a player can bring a dungeon to.

A state is the set of doors that are open; from it follow the areas that can be walked to, the keys and levers there,
and how many small keys are left.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from doublebill.games.dungeon.mission.locked_areas import LockedAreas, exit_sides, keys_of
from doublebill.games.dungeon.tiles import SMALL_KEY

MOST_STATES = 20_000
"""States that one proof looks at."""


@dataclass(frozen=True, slots=True)
class DoorOrders:
    """The doors of a dungeon and what can become of them."""

    sides: Sequence[frozenset[int]]
    """Areas beside each door."""
    needs: Sequence[str]
    """Key of each door."""
    keys: Sequence[tuple[str, int]]
    """Every key, with the area that it lies in."""
    start: int
    """Area of the player."""
    goals: frozenset[int]
    """Areas beside the exit."""

    def reached(self, state: int) -> set[int]:
        """Returns the areas that can be walked to when the doors of a state are open."""
        found, grows = {self.start}, True
        while grows:
            grows = False
            for door, sides in enumerate(self.sides):
                if state >> door & 1 and sides & found and not sides <= found:
                    found |= sides
                    grows = True
        return found

    def next_doors(self, state: int) -> Iterator[int]:
        """Yields the doors that can be opened next."""
        found = self.reached(state)
        keys = Counter(key for key, area in self.keys if area in found)
        keys[SMALL_KEY] -= sum(state >> door & 1 for door, key in enumerate(self.needs) if key == SMALL_KEY)
        for door, sides in enumerate(self.sides):
            if not state >> door & 1 and sides & found and keys[self.needs[door]] > 0:
                yield door

    def is_won(self, state: int) -> bool:
        """Checks whether the exit can be walked to."""
        return not self.goals.isdisjoint(self.reached(state))


def door_orders(dungeon: LockedAreas) -> DoorOrders:
    """Returns the doors of a drawn dungeon."""
    return DoorOrders(
        sides=[lock.sides for lock in dungeon.locks],
        needs=[lock.key for lock in dungeon.locks],
        keys=[(key, dungeon.area_of(cell)) for key, cell in keys_of(dungeon)],
        start=dungeon.area_of(dungeon.start),
        goals=exit_sides(dungeon),
    )


def shortest_order(orders: DoorOrders) -> list[int] | None:
    """Returns the fewest doors that lead to the exit, in the order in which they open.

    None where there are none, where some order of opening doors ends in a state from which the exit cannot be reached,
    where not every door opens in the end, or where there are more than `MOST_STATES` states.
    """
    before: dict[int, tuple[int, int]] = {0: (-1, 0)}
    queue, won = [0], None
    for state in queue:
        following = list(orders.next_doors(state))
        if won is None and orders.is_won(state):
            won = state
        if not following and (state + 1 != 1 << len(orders.sides) or not orders.is_won(state)):
            return None
        for door in following:
            after = state | 1 << door
            if after not in before:
                before[after] = (door, state)
                queue.append(after)
        if len(queue) > MOST_STATES:
            return None
    return None if won is None else _retraced(before, won)


def _retraced(before: dict[int, tuple[int, int]], state: int) -> list[int]:
    order: list[int] = []
    while state:
        door, state = before[state]
        order.append(door)
    return order[::-1]
