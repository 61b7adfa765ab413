"""Strides of platform levels: the air and the ground that lead from one cell to another with few enough jumps.

A path goes from standing cell to standing cell by walking, walking off an edge, and jumping up, by no more cells than a
jump gains; every physics allows these. Each such stride needs a few cells open and one solid; a path is searched for in
depth whose needs do not contradict one another, towards the goal first and a little at random.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from doublebill.games.dice import Dice
from doublebill.games.grids.grid import Board
from doublebill.games.step_budget import spend

STRAYING = 4
"""Strides are ordered by distance to the goal plus a random number below this."""

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


def climbs(board: Board, cell: int, goal: int, jump_height: int) -> int:
    """Returns the jumps that no way from `cell` to `goal` does without."""
    higher = cell // board.stride - goal // board.stride
    return -(-max(higher, 0) // jump_height)


def strides(board: Board, cell: int, jump_height: int) -> Iterator[Stride]:
    """Returns all strides from a standing cell; what they open may lie outside of the grid."""
    down = board.stride
    bottom = board.height - (cell // down - 1)
    for side in (cell - 1, cell + 1):
        opened = 1 << side
        for depth in range(bottom):
            opened |= 1 << side + depth * down
            yield Stride(side + depth * down, 0, opened, standing(board, side + depth * down)[1])
        above = 0
        for rise in range(1, min(jump_height, cell // down) + 1):
            above |= 1 << cell - rise * down
            landing = side - rise * down
            yield Stride(landing, 1, above | 1 << landing, 1 << landing + down)


@dataclass(frozen=True, slots=True)
class Jumps:
    """The jumps that a path may take."""

    most: int
    height: int
    """Cells that each gains at most."""


def settle_path(
    board: Board, plan: SettledCells, start: int, goal: int, jumps: Jumps, dice: Dice
) -> SettledCells | None:
    """Returns the plan with a path from `start` to `goal` by such jumps; None if none is found."""
    been = {start}
    stack = [(plan, jumps.most, _ordered(board, start, goal, jumps.height, dice))]
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
        if further is None or stride.cell in been or left < climbs(board, stride.cell, goal, jumps.height):
            continue
        if stride.cell == goal:
            return further
        been.add(stride.cell)
        stack.append((further, left, _ordered(board, stride.cell, goal, jumps.height, dice)))
    return None


def _ordered(board: Board, cell: int, goal: int, jump_height: int, dice: Dice) -> list[Stride]:
    """Returns the strides from a cell that stay in the grid, the most promising last."""
    gx, gy = board.xy(goal)
    rated: list[tuple[int, int, Stride]] = []
    for stride in strides(board, cell, jump_height):
        if stride.opened & ~board.inside:
            continue
        x, y = board.xy(stride.cell)
        rated.append((abs(x - gx) + abs(y - gy) + dice.below(STRAYING), len(rated), stride))
    spend(3 * len(rated))
    rated.sort(reverse=True)
    return [stride for _, _, stride in rated]
