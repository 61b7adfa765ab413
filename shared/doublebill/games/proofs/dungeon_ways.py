"""Ways through dungeons with locked doors, in whatever order a player opens them.

A state of the search is the set of doors that are open; from it follow the cells that can be walked to, the keys and
levers there, and how many small keys are left. Fights cost health that every player has.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from doublebill.games.dungeon.mission.locked_areas import LockedAreas, read_areas
from doublebill.games.dungeon.rules import is_finished
from doublebill.games.dungeon.stairs import moves_along, route_by_stairs, spread
from doublebill.games.dungeon.tiles import BOSS, DOWN, EXIT, FOES, LEGEND, LOCKS, PLAYER, SMALL_KEY, TREASURE, UP
from doublebill.games.grids.grid import Rows, beside, first_of, rings, set_of
from doublebill.games.levels.proof import Certificate
from doublebill.games.proofs.examiner import Examiner, places_in, places_of
from doublebill.games.proofs.verdict import LevelVerdict, impossible, undecided
from doublebill.games.step_budget import StepBudget, counted

CELLS_A_STEP, LOCK_STEPS = 50, 8
"""Cells of a dungeon that cost a step in every state of the search, and steps that each of its doors costs."""

MOST_LOCKS = 64
"""Locked doors of a dungeon that is searched."""


class DungeonExaminer(Examiner):
    """The examiner of dungeons."""

    legend = LEGEND
    once: Mapping[str, str] = {PLAYER: "player", EXIT: "exit"}

    def examine(self, rows: Rows, steps: int) -> LevelVerdict:
        """Returns the verdict: a way by keys and doors, or that none is left; and doors that may lose the exit."""
        locks = places_of(rows, LOCKS)
        if len(locks) > MOST_LOCKS:
            return undecided(f"it has {len(locks)} locked doors; at most {MOST_LOCKS} are searched", 0)
        dungeon = read_areas(rows)
        if dungeon is None:
            detail = "stairs do not lead from each floor to the next, through a closed edge of floors of one height"
            return impossible("stairs-apart", detail, places_of(rows, DOWN + UP))
        orders = explored_orders(dungeon, steps)
        board = dungeon.board
        if orders.won is not None:
            way = way_by(dungeon, orders.order(orders.won))
            certificate = Certificate(board.xy(way[0]), board.xy(way[-1]), moves_along(board, way, dungeon.stairs))
            verdict = LevelVerdict(True, certificate=certificate)
        elif not orders.whole:
            verdict = undecided(f"no way to the exit was found in {steps} steps", steps)
        else:
            exit_ = [board.xy(dungeon.exit)]
            verdict = impossible("exit-unreachable", "no order of keys and doors leads to the exit", exit_)
        apart = dungeon.opened & ~orders.entered if orders.whole else None
        lost = orders.losing_doors() if orders.whole else None
        return replace(
            verdict,
            unreachable=None if apart is None else places_in(board, apart),
            dead_ends=None if lost is None else [board.xy(dungeon.locks[door].cell) for door in lost],
            measured=_measured(dungeon),
            steps=orders.steps,
        )

    def finishes(self, rows: Rows, certificate: Certificate) -> bool:
        """Checks that the moves lead from the player to the exit, and through no door without its key."""
        return is_finished(rows, certificate)


@dataclass(frozen=True, slots=True)
class ExploredOrders:
    """The states that a player can bring a dungeon to."""

    before: Mapping[int, Sequence[tuple[int, int]]]
    """State → the doors that were opened last, each with the state before; the first is the shortest order's."""
    winning: frozenset[int]
    """States in which the exit can be walked to."""
    won: int | None
    """The first of these that was found; it has the fewest open doors."""
    entered: int
    """Cells that can be walked to in some state."""
    whole: bool
    """Whether there are no more states."""
    steps: int

    def order(self, state: int) -> list[int]:
        """Returns the doors that lead to a state, in the order in which they open."""
        doors: list[int] = []
        while state:
            door, state = self.before[state][0]
            doors.append(door)
        return doors[::-1]

    def losing_doors(self) -> list[int]:
        """Returns the doors that can be opened too early: the exit could be reached before that and not after it."""
        good, queue = set(self.winning), list(self.winning)
        for state in queue:
            for _, earlier in self.before[state]:
                if earlier not in good:
                    good.add(earlier)
                    queue.append(earlier)
        return sorted(
            {door for state, ways in self.before.items() if state not in good for door, one in ways if one in good}
        )


def explored_orders(dungeon: LockedAreas, steps: int) -> ExploredOrders:
    """Returns the states of a dungeon, as far as the steps go."""
    cost = len(dungeon.board.cells) // CELLS_A_STEP + LOCK_STEPS * len(dungeon.locks) + 1
    keys = {key: set_of(dungeon.having(key)) for key in {lock.key for lock in dungeon.locks}}
    before: dict[int, list[tuple[int, int]]] = {0: []}
    winning: list[int] = []
    entered, queue, spent = 0, [0], 0
    for state in queue:
        with counted(StepBudget(sys.maxsize)) as walk:
            region = walked(dungeon, state)
        spent += cost + walk.spent
        if spent > steps:
            break
        entered |= region
        if beside(dungeon.board, region) >> dungeon.exit & 1:
            winning.append(state)
            entered |= 1 << dungeon.exit
        for door in next_doors(dungeon, keys, state, region):
            after = state | 1 << door
            if after not in before:
                before[after] = []
                queue.append(after)
            before[after].append((door, state))
    won = winning[0] if winning else None
    return ExploredOrders(before, frozenset(winning), won, entered, spent <= steps, min(spent, steps))


def walked(dungeon: LockedAreas, state: int) -> int:
    """Returns the cells that can be walked to when the doors of a state are open, the exit left out."""
    shut = sum(1 << lock.cell for door, lock in enumerate(dungeon.locks) if not state >> door & 1)
    return spread(dungeon.board, dungeon.opened & ~(shut | 1 << dungeon.exit), dungeon.start, dungeon.stairs)


def next_doors(dungeon: LockedAreas, keys: Mapping[str, int], state: int, region: int) -> list[int]:
    """Returns the doors that can be opened next from a region, by the `keys` there: each key → its cells."""
    near = beside(dungeon.board, region)
    used = sum(state >> door & 1 for door, lock in enumerate(dungeon.locks) if lock.key == SMALL_KEY)
    found = {key: (region & cells).bit_count() - (used if key == SMALL_KEY else 0) for key, cells in keys.items()}
    return [
        door
        for door, lock in enumerate(dungeon.locks)
        if not state >> door & 1 and near >> lock.cell & 1 and found[lock.key] > 0
    ]


def way_by(dungeon: LockedAreas, order: Sequence[int]) -> list[int]:
    """Returns the cells from the player by the nearest keys to the exit, for doors that can be opened in that order."""
    shut = sum(1 << lock.cell for lock in dungeon.locks) | 1 << dungeon.exit
    way, used = [dungeon.start], 0
    for door in order:
        lock = dungeon.locks[door]
        keys = set_of(dungeon.having(lock.key))
        passed = set_of(way)
        if (keys & passed).bit_count() <= (used if lock.key == SMALL_KEY else 0):
            goal = _nearest(dungeon, dungeon.opened & ~shut, way[-1], keys & ~passed)
            way += route_by_stairs(dungeon.board, dungeon.opened & ~shut, (way[-1], goal), dungeon.stairs)[1:]
        shut ^= 1 << lock.cell
        used += lock.key == SMALL_KEY
    opened = dungeon.opened & ~shut | 1 << dungeon.exit
    return way + route_by_stairs(dungeon.board, opened, (way[-1], dungeon.exit), dungeon.stairs)[1:]


def _nearest(dungeon: LockedAreas, opened: int, start: int, goals: int) -> int:
    """Returns the nearest of some cells, of those on the same floor if there are any."""
    for ring in rings(dungeon.board, opened, 1 << start):
        if ring & goals:
            return first_of(ring & goals)
    return first_of(spread(dungeon.board, opened, start, dungeon.stairs) & goals)


def _measured(dungeon: LockedAreas) -> Mapping[str, int]:
    """Measures the controls that are counts of tiles."""
    floors = len(dungeon.stairs) + 1
    return {
        "width": dungeon.board.width,
        "height": dungeon.board.height // floors,
        "floors": floors,
        "locks": len(dungeon.locks),
        "small_locks": sum(lock.key == SMALL_KEY for lock in dungeon.locks),
        "boss": len(dungeon.having(BOSS)),
        "foes": len(dungeon.having(FOES)),
        "treasures": len(dungeon.having(TREASURE)),
    }
