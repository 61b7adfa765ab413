"""A search for solutions of larger warehouses, from push to push, that looks first where fewest pushes seem left.

A state is where the crates are and the region that the player walks in. The pushes that are left are at least those of
the cheapest assignment of crates to goals, each crate pushed as if it were alone (Junghanns and Schaeffer 2001,
doi:10.1016/S0004-3702(01)00109-6). States from which nobody wins are left out: a crate on a cell without a way to a
goal, crates that no assignment serves, and crates that block each other for good while one is off the goals. What was
pushed counts less than what is left (Pohl 1970, doi:10.1016/0004-3702(70)90007-X), so a solution need not be shortest.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from doublebill.games.grids.grid import cells_of, letters, route
from doublebill.games.sokoban.assignment import NONE, cheapest_assignment
from doublebill.games.sokoban.search import State, Warehouse, living, shifted

WEIGHT = 3
"""Weight of a push that is left, relative to one that was made."""

PUSH_STEPS, CELLS_A_STEP, ASSIGNMENT_A_STEP = 3, 100, 100
"""Steps that a push costs; cells, and cubes of the number of crates, that cost one step more; all some 10 µs."""

type Push = tuple[int, int]
"""The cell of the crate before it is pushed, and the step."""


@dataclass(frozen=True, slots=True)
class PushedSolution:
    """The result of a search."""

    moves: str | None
    """Moves of a solution, capitals for pushes; None where none was found."""
    steps: int
    """Steps that the search took, of those that it was given."""
    whole: bool
    """Whether everything was tried, so that without a solution there is none."""


class PushSearch:
    """A search from one state of a warehouse, whose crates are as many as its goals."""

    def __init__(self, store: Warehouse) -> None:
        self.store = store
        self.steps = store.board.steps
        self.living = living(store)
        goals = store.goals.bit_count()
        self.push_cost = PUSH_STEPS + store.board.size // CELLS_A_STEP + goals**3 // ASSIGNMENT_A_STEP
        self.first_cost = self.push_cost + goals * store.board.size // CELLS_A_STEP * PUSH_STEPS
        self.distances: list[dict[int, int]] = []
        self._bounds: dict[int, int] = {}

    def bound(self, crates: int) -> int:
        """Returns the pushes that are left at least; `NONE` where no assignment serves all crates."""
        if crates not in self._bounds:
            costs = [[distance.get(crate, NONE) for distance in self.distances] for crate in cells_of(crates)]
            self._bounds[crates] = cheapest_assignment(costs)
        return self._bounds[crates]

    def region(self, crates: int, player: int) -> int:
        """Returns the cells that the player walks to without a push."""
        stride = self.store.board.stride
        free = self.store.opened & ~crates
        found = ring = 1 << player
        while ring:
            ring = (ring << 1 | ring >> 1 | ring << stride | ring >> stride) & free & ~found
            found |= ring
        return found

    def pushes(self, crates: int, region: int) -> Iterator[tuple[Push, int]]:
        """Yields each push after which no crate stands still for good off the goals, with the crates after it."""
        free = self.store.opened & self.living & ~crates
        for step in self.steps:
            for player in cells_of(region & shifted(crates, -step) & shifted(free, -2 * step)):
                crate = player + step
                after = crates ^ 1 << crate ^ 1 << crate + step
                if not self._blocked(after, crate + step):
                    yield (crate, step), after

    def _blocked(self, crates: int, crate: int) -> bool:
        """Checks whether a crate and those that hold it stand still for good, and one of them off the goals."""
        still: set[int] = set()
        return self._still(crates, crate, 0, still) and any(not self.store.goals >> one & 1 for one in still)

    def _still(self, crates: int, crate: int, walls: int, still: set[int]) -> bool:
        """Checks whether nothing ever moves a crate, where crates that are being checked are as good as `walls`."""
        opened, walls = self.store.opened & ~walls, walls | 1 << crate
        holding: set[int] = {crate}
        for axis in (1, self.store.board.stride):
            one, other = crate - axis, crate + axis
            if not (opened >> one & 1 and opened >> other & 1):
                continue
            if not (self.living >> one & 1 or self.living >> other & 1):
                continue
            for side in (one, other):
                if crates >> side & 1 and self._still(crates, side, walls, holding):
                    break
            else:
                return False
        still |= holding
        return True

    def solve(self, state: State, steps: int) -> PushedSolution:
        """Searches a solution in at most so many steps."""
        crates, player = state
        spent = self.first_cost
        if spent > steps:
            return PushedSolution(None, steps, False)
        self.distances = [_push_distances(self.store, goal) for goal in cells_of(self.store.goals)]
        first = crates, self.region(crates, player)
        came: dict[State, tuple[State, Push] | None] = {first: None}
        bound = self.bound(crates)
        buckets: dict[int, list[tuple[State, int]]] = {bound * WEIGHT: [(first, 0)]} if bound < NONE else {}
        while buckets:
            lowest = min(buckets)
            here, pushed = buckets[lowest].pop()
            if not buckets[lowest]:
                del buckets[lowest]
            if here[0] == self.store.goals:
                return PushedSolution(self._moves(player, here, came), spent, True)
            for push, after in self.pushes(*here):
                spent += self.push_cost
                if spent > steps:
                    return PushedSolution(None, steps, False)
                least = self.bound(after)
                there = after, self.region(after, push[0])
                if least < NONE and there not in came:
                    came[there] = here, push
                    promise = pushed + 1 + WEIGHT * least
                    buckets.setdefault(promise, []).append((there, pushed + 1))
        return PushedSolution(None, spent, True)

    def _moves(self, player: int, last: State, came: dict[State, tuple[State, Push] | None]) -> str:
        """Returns the moves to a state: the walks to all pushes on the way, and the pushes."""
        made: list[tuple[int, Push]] = []
        step = came[last]
        while step is not None:
            (crates, _), push = step
            made.append((crates, push))
            step = came[step[0]]
        names = dict(zip(self.steps, "UDLR", strict=True))
        board, moves = self.store.board, ""
        for crates, (crate, by) in reversed(made):
            walk = route(board, self.store.opened & ~crates, player, crate - by)
            moves += letters(board, walk).lower() + names[by]
            player = crate
        return moves


def _push_distances(store: Warehouse, goal: int) -> dict[int, int]:
    """Returns the pushes that bring a crate which is alone to a goal, by its cell."""
    found = {goal: 0}
    queue = [goal]
    for cell in queue:
        for step in store.board.steps:
            source, pusher = cell - step, cell - 2 * step
            if store.opened >> source & 1 and store.opened >> pusher & 1 and source not in found:
                found[source] = found[cell] + 1
                queue.append(source)
    return found
