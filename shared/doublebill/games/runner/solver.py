"""The solver of scrolling run-and-jump levels: from nothing but the drawn columns, by the physics of `runner.physics`.

Where one is and how fast in both directions is one state. The search is A* (Hart, Nilsson and Raphael 1968,
doi:10.1109/TSSC.1968.300136) over those states with what is left to run weighted more than what was run (Pohl 1970,
doi:10.1016/0004-3702(70)90007-X), for a proof need not be the shortest. Nobody gets nearer to the exit by more columns
a step than run_speed. The moves are walked again by `runner.physics.ran`, which shares no code with the search.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from doublebill.games.runner.physics import DEADLY, DONE, SOLID, Terrain, faster, ran
from doublebill.games.step_budget import spend

WEIGHT = 3
"""Weight of a step that is left, relative to one that was taken."""

STATES = 60_000
"""States that a proof may visit."""

LETTERS = "lLnNRr"
"""The moves; of those with equal promise, the last is tried first."""

EVERY, FALLING, JUMPING = (0, 1, 2, 3, 4, 5), (0, 2, 5), (1, 3, 4)
"""Numbers of the letters; of those that matter while falling, and of those that hold the jump."""


@functools.cache
def velocities_after(run_speed: int) -> tuple[tuple[int, ...], ...]:
    """Returns, for each velocity across from -run_speed on, that after each of the letters."""
    sides = (-1, -1, 0, 0, 1, 1)
    return tuple(tuple(faster(vx, side, run_speed) for side in sides) for vx in range(-run_speed, run_speed + 1))


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


def drift(natures: bytes, cell: int, to: int, velocity: int, far: int, gap: int) -> tuple[int, int, int, int]:
    """Moves as `slide` does, but stops where that goes more than `gap` + 1 cells beyond one with a solid one beneath.

    `far` counts those cells; the last number returned is what it is then.
    """
    if velocity < 0:
        to = -to
    nature = 0
    for _ in range(abs(velocity)):
        ahead = natures[cell + to]
        if far > gap or ahead == SOLID:
            return cell, 0, nature, far
        cell += to
        nature = ahead
        far = 0 if natures[cell + 1] == SOLID else far + 1
        if nature > SOLID:
            break
    return cell, velocity, nature, far


class RunSearch:
    """States are numbers: ((cell * vxs + vx + run_speed) * phases + phase + steps of a jump) * drifts + far."""

    def __init__(self, terrain: Terrain, start: int, goal_x: int, states: int) -> None:
        self.terrain, self.goal_x, self.left = terrain, goal_x, states
        physics = terrain.physics
        self.physics, self.jump = physics, physics.jump
        self.across = velocities_after(physics.run_speed)
        self.vxs, self.phases, self.drifts = len(self.across), len(self.jump) + physics.fall_speed + 1, physics.drifts
        self.cell_size = self.vxs * self.phases * self.drifts
        """Numbers of the states in one cell."""
        first = ((start * self.vxs + physics.run_speed) * self.phases + len(self.jump)) * self.drifts
        self.came: dict[int, tuple[int, int]] = {first: (-1, 0)}
        """State → the state before, and the number of the letter between."""
        self.stood: dict[int, int] = {}
        self.buckets: dict[int, list[tuple[int, int]]] = {self.left_from(start): [(first, 0)]}
        """Promise → states and the steps that they took, the lowest promise first."""

    def left_from(self, cell: int) -> int:
        """Returns the least weight of the steps that are left from a cell."""
        columns = abs(self.goal_x + 1 - cell // self.terrain.stride)
        return WEIGHT * -(-columns // self.physics.run_speed)

    def run(self) -> int | None:
        """Returns the state whose last step finishes; None if none is found in time."""
        buckets, stride, speed = self.buckets, self.terrain.stride, self.physics.run_speed
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
                cell = after // self.cell_size
                if self.terrain.natures[cell] == DONE:
                    return after
                promise = steps + 1 + WEIGHT * -(-abs(self.goal_x + 1 - cell // stride) // speed)
                buckets.setdefault(promise, []).append((after, steps + 1))
                lowest = min(lowest, promise)
        return None

    def successors(self, state: int) -> list[int]:
        """Lists the states that one step leads to and that are new; steps that kill lead nowhere."""
        natures, stride, came = self.terrain.natures, self.terrain.stride, self.came
        jump, speed, fall, gap = self.jump, self.physics.run_speed, self.physics.fall_speed, self.physics.gap
        rest, begun = divmod(state, self.drifts)
        rest, number_of_phase = divmod(rest, self.phases)
        start, across = divmod(rest, self.vxs)
        before = number_of_phase - len(jump)
        stands = before == 0 and natures[start + 1] == SOLID
        if stands:
            self.stood.setdefault(start // stride - 1, start)
        found = []
        for number in EVERY if stands or before < 0 else FALLING:
            jumping = number in JUMPING
            if gap is None:
                cell, vx, nature = slide(natures, start, stride, self.across[across][number])
                far = 0
            else:
                cell, vx, nature, far = drift(natures, start, stride, self.across[across][number], begun, gap)
            phase = before
            if nature <= SOLID:
                if stands and jumping:
                    phase = -len(jump)
                elif before < 0:
                    phase = before + 1 if jumping and before < -1 else 1
                else:
                    phase = 0 if natures[cell + 1] == SOLID else 1 if before == 0 else fall
                vy = jump[phase] if phase < 0 else phase
                cell, moved, nature = slide(natures, cell, 1, vy)
                phase = phase if moved or not vy else 0
                far = 0 if natures[cell + 1] == SOLID else far
            after = ((cell * self.vxs + vx + speed) * self.phases + phase + len(jump)) * self.drifts + far
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
