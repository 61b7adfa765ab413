"""The solver of scrolling run-and-jump levels: from nothing but the drawn columns, by the physics of `runner.physics`.

Where one is and how fast in both directions is one state. The search is A* (Hart, Nilsson and Raphael 1968,
doi:10.1109/TSSC.1968.300136) over those states with what is left to run weighted more than what was run (Pohl 1970,
doi:10.1016/0004-3702(70)90007-X), for a proof need not be the shortest. Nobody gets nearer to the exit by more than two
columns a step. The moves are walked again by `runner.physics.ran`, which shares no code with the search.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from doublebill.games.runner.physics import DEADLY, DONE, SOLID, Terrain, faster, ran
from doublebill.games.step_budget import spend

WEIGHT = 3
"""Weight of a step that is left, relative to one that was taken."""

STATES = 60_000
"""States that a proof may visit."""

VX, VY = 5, 7
"""Velocities across and down, -2…2 and -3…3, counted from 0 in the number of a state."""

LETTERS = "lLnNRr"
"""The moves; of those with equal promise, the last is tried first."""

EVERY, FALLING, JUMPING = (0, 1, 2, 3, 4, 5), (0, 2, 5), (1, 3, 4)
"""Numbers of the letters; of those that matter while falling, and of those that hold the jump."""

ACROSS = tuple(tuple(faster(vx, side) for side in (-1, -1, 0, 0, 1, 1)) for vx in range(-2, 3))
"""Velocity from -2 on → the velocity after each of the letters."""


@dataclass(frozen=True, slots=True)
class Run:
    """The result of a search."""

    moves: str | None
    """Letters that finish the level; None where there are none, or none were found in time."""
    furthest: int
    """The largest x at which the player stood; where there are no moves, the obstacle lies beyond it."""
    stood: Mapping[int, int]
    """x of a column in which the player stood → the number of the first such cell."""


def solve(terrain: Terrain, start: int, goal_x: int, states: int = STATES) -> Run:
    """Searches moves from a cell to the exit, which stands at `goal_x`, among at most `states` states."""
    search = RunSearch(terrain, start, goal_x, states)
    last = search.run()
    if last is None:
        return Run(None, max(search.stood, default=0), search.stood)
    moves = search.moves(last)
    cells, done = ran(terrain, start, moves)
    if not done:
        raise AssertionError(f"the moves {moves} end at {terrain.xy(cells[-1])}")
    return Run(moves, goal_x, search.stood)


def slide(natures: bytes, cell: int, to: int, velocity: int) -> tuple[int, int, int]:
    """Moves from cell to cell as often as `velocity` has, in the direction `to` or against it; solid cells stop it.

    Returns the last cell, the velocity (0 where something stopped it), and the nature of the last cell that it entered.
    """
    if velocity < 0:
        to = -to
    nature = 0
    for _ in range(abs(velocity)):
        ahead = natures[cell + to]
        if ahead == SOLID:
            return cell, 0, nature
        cell += to
        nature = ahead
        if nature > SOLID:
            break
    return cell, velocity, nature


class RunSearch:
    """States are numbers: (cell * VX + vx + 2) * VY + vy + 3."""

    def __init__(self, terrain: Terrain, start: int, goal_x: int, states: int) -> None:
        self.terrain, self.goal_x, self.left = terrain, goal_x, states
        first = (start * VX + 2) * VY + 3
        self.came: dict[int, tuple[int, int]] = {first: (-1, 0)}
        """State → the state before, and the number of the letter between."""
        self.stood: dict[int, int] = {}
        self.buckets: dict[int, list[tuple[int, int]]] = {self.left_from(start): [(first, 0)]}
        """Promise → states and the steps that they took, the lowest promise first."""

    def left_from(self, cell: int) -> int:
        """Returns the least weight of the steps that are left from a cell."""
        columns = abs(self.goal_x + 1 - cell // self.terrain.stride)
        return WEIGHT * ((columns + 1) // 2)

    def run(self) -> int | None:
        """Returns the state whose last step finishes; None if none is found in time."""
        buckets, stride = self.buckets, self.terrain.stride
        lowest = min(buckets)
        while buckets:
            while lowest not in buckets:
                lowest += 1
            bucket = buckets[lowest]
            state, steps = bucket.pop()
            if not bucket:
                del buckets[lowest]
            self.left -= 1
            spend(8)
            if self.left < 0:
                return None
            for after in self.successors(state):
                cell = after // (VX * VY)
                if self.terrain.natures[cell] == DONE:
                    return after
                promise = steps + 1 + WEIGHT * ((abs(self.goal_x + 1 - cell // stride) + 1) // 2)
                buckets.setdefault(promise, []).append((after, steps + 1))
                lowest = min(lowest, promise)
        return None

    def successors(self, state: int) -> list[int]:
        """Lists the states that one step leads to and that are new; steps that kill lead nowhere."""
        natures, stride, came = self.terrain.natures, self.terrain.stride, self.came
        rest, down = divmod(state, VY)
        start, across = divmod(rest, VX)
        rising = down - 3
        stands = rising == 0 and natures[start + 1] == SOLID
        if stands:
            self.stood.setdefault(start // stride - 1, start)
        found = []
        for number in EVERY if stands or rising < 0 else FALLING:
            jumping = number in JUMPING
            cell, vx, nature = slide(natures, start, stride, ACROSS[across][number])
            vy = rising
            if nature <= SOLID:
                if stands and jumping:
                    vy = -3
                elif rising < 0:
                    vy = rising + 2 if jumping else 1
                else:
                    vy = 0 if natures[cell + 1] == SOLID else 1 if rising == 0 else 3
                cell, vy, nature = slide(natures, cell, 1, vy)
            after = (cell * VX + vx + 2) * VY + vy + 3
            if nature != DEADLY and after not in came:
                came[after] = state, number
                found.append(after)
        return found

    def moves(self, last: int) -> str:
        """Returns the letters that lead to a state."""
        letters = []
        state, number = self.came[last]
        while state >= 0:
            letters.append(LETTERS[number])
            state, number = self.came[state]
        return "".join(reversed(letters))
