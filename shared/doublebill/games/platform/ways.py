"""Ways for platform levels: the air and the ground that lead from one cell to another with few enough jumps.

A way goes from standing cell to standing cell by walking, walking off an edge, and jumping one or two cells up. Each
such stride needs a few cells open and one solid; a way is searched for in depth whose needs do not contradict one
another, towards the goal first and a little at random.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from doublebill.games.dice import Dice
from doublebill.games.grids.grid import Board

STRAYING = 4
"""A random number below this is added to the distance by which strides are ordered."""

RISE = 2
"""Cells that one jump gains at most."""

ENOUGH = 2
"""Cells of the grid for each stride that may be tried."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is settled of a grid: cells that must be open, and cells that must be solid."""

    opened: int
    walls: int

    def joined(self, opened: int, walls: int) -> "Plan | None":
        """The plan with more settled; None where that contradicts it."""
        opened, walls = opened | self.opened, walls | self.walls
        return None if opened & walls else Plan(opened, walls)


@dataclass(frozen=True, slots=True)
class Stride:
    """From one standing cell to another."""

    cell: int
    """Where it ends."""
    jumps: int
    opened: int
    walls: int


def standing(here: Board, cell: int) -> tuple[int, int]:
    """The cell that is open, and that which is solid, where one stands."""
    return 1 << cell, 1 << cell + here.stride & here.inside


def climbs(here: Board, cell: int, goal: int) -> int:
    """The jumps that no way from `cell` to `goal` does without."""
    higher = cell // here.stride - goal // here.stride
    return max(higher + RISE - 1, 0) // RISE


def strides(here: Board, cell: int) -> Iterator[Stride]:
    """All strides from a standing cell; what they open may lie outside of the grid."""
    down = here.stride
    bottom = here.height - (cell // down - 1)
    for side in (cell - 1, cell + 1):
        opened = 1 << side
        for depth in range(bottom):
            opened |= 1 << side + depth * down
            yield Stride(side + depth * down, 0, opened, standing(here, side + depth * down)[1])
        above = 1 << cell - down
        yield Stride(side - down, 1, above | 1 << side - down, 1 << side)
        if cell >= 2 * down:
            above |= 1 << cell - 2 * down
            yield Stride(side - 2 * down, 1, above | 1 << side - 2 * down, 1 << side - down)


def way(here: Board, plan: Plan, start: int, goal: int, jumps: int, dice: Dice) -> Plan | None:
    """The plan with a way from `start` to `goal` of at most that many jumps; None where none was found in time."""
    been = {start}
    stack = [(plan, jumps, _ordered(here, start, goal, dice))]
    for _ in range(len(here.cells) * ENOUGH):
        while stack and not stack[-1][2]:
            stack.pop()
        if not stack:
            return None
        settled, left, options = stack[-1]
        stride = options.pop()
        further = settled.joined(stride.opened, stride.walls)
        left -= stride.jumps
        if further is None or stride.cell in been or left < climbs(here, stride.cell, goal):
            continue
        if stride.cell == goal:
            return further
        been.add(stride.cell)
        stack.append((further, left, _ordered(here, stride.cell, goal, dice)))
    return None


def _ordered(here: Board, cell: int, goal: int, dice: Dice) -> list[Stride]:
    """The strides from a cell that stay in the grid, the most promising last."""
    gx, gy = here.xy(goal)
    rated: list[tuple[int, int, Stride]] = []
    for stride in strides(here, cell):
        if stride.opened & ~here.inside:
            continue
        x, y = here.xy(stride.cell)
        rated.append((abs(x - gx) + abs(y - gy) + dice.below(STRAYING), len(rated), stride))
    rated.sort(reverse=True)
    return [stride for _, _, stride in rated]
