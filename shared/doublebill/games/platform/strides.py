"""Strides of platform levels: the air and the ground that lead from one cell to another with few enough jumps.

A path goes from standing cell to standing cell by walking, walking off an edge, and jumping one or two cells up. Each
such stride needs a few cells open and one solid; a path is searched for in depth whose needs do not contradict one
another, towards the goal first and a little at random.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from doublebill.games.dice import Dice
from doublebill.games.grids.grid import Board
from doublebill.games.step_budget import spend

STRAYING = 4
"""Strides are ordered by distance to the goal plus a random number below this."""

RISE = 2
"""Cells that one jump gains at most."""

ENOUGH = 2
"""Strides that may be tried, for each cell of the grid."""


@dataclass(frozen=True, slots=True)
class SettledCells:
    """The cells of a grid that are settled: some must be open, others solid."""

    opened: int
    walls: int

    def joined(self, opened: int, walls: int) -> "SettledCells | None":
        """Returns the plan with more settled; None where that contradicts it."""
        opened, walls = opened | self.opened, walls | self.walls
        return None if opened & walls else SettledCells(opened, walls)


@dataclass(frozen=True, slots=True)
class Stride:
    """From one standing cell to another."""

    cell: int
    """Where it ends."""
    jumps: int
    opened: int
    walls: int


def standing(board: Board, cell: int) -> tuple[int, int]:
    """Returns the cell that is open, and that which is solid, where one stands."""
    return 1 << cell, 1 << cell + board.stride & board.inside


def climbs(board: Board, cell: int, goal: int) -> int:
    """Returns the jumps that no way from `cell` to `goal` does without."""
    higher = cell // board.stride - goal // board.stride
    return max(higher + RISE - 1, 0) // RISE


def strides(board: Board, cell: int) -> Iterator[Stride]:
    """Returns all strides from a standing cell; what they open may lie outside of the grid."""
    down = board.stride
    bottom = board.height - (cell // down - 1)
    for side in (cell - 1, cell + 1):
        opened = 1 << side
        for depth in range(bottom):
            opened |= 1 << side + depth * down
            yield Stride(side + depth * down, 0, opened, standing(board, side + depth * down)[1])
        above = 1 << cell - down
        yield Stride(side - down, 1, above | 1 << side - down, 1 << side)
        if cell >= 2 * down:
            above |= 1 << cell - 2 * down
            yield Stride(side - 2 * down, 1, above | 1 << side - 2 * down, 1 << side - down)


def settle_path(board: Board, plan: SettledCells, start: int, goal: int, jumps: int, dice: Dice) -> SettledCells | None:
    """Returns the plan with a path from `start` to `goal` of at most that many jumps; None if none is found."""
    been = {start}
    stack = [(plan, jumps, _ordered(board, start, goal, dice))]
    for _ in range(len(board.cells) * ENOUGH):
        spend(1)
        while stack and not stack[-1][2]:
            stack.pop()
        if not stack:
            return None
        settled, left, options = stack[-1]
        stride = options.pop()
        further = settled.joined(stride.opened, stride.walls)
        left -= stride.jumps
        if further is None or stride.cell in been or left < climbs(board, stride.cell, goal):
            continue
        if stride.cell == goal:
            return further
        been.add(stride.cell)
        stack.append((further, left, _ordered(board, stride.cell, goal, dice)))
    return None


def _ordered(board: Board, cell: int, goal: int, dice: Dice) -> list[Stride]:
    """Returns the strides from a cell that stay in the grid, the most promising last."""
    gx, gy = board.xy(goal)
    rated: list[tuple[int, int, Stride]] = []
    for stride in strides(board, cell):
        if stride.opened & ~board.inside:
            continue
        x, y = board.xy(stride.cell)
        rated.append((abs(x - gx) + abs(y - gy) + dice.below(STRAYING), len(rated), stride))
    spend(len(rated))
    rated.sort(reverse=True)
    return [stride for _, _, stride in rated]
