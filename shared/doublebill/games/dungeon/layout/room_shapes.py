"""Shapes of rooms: a rectangle whose corners may be cut, in a plot; every cell lies in an open block of 3 × 3."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from doublebill.games.dice import Dice
from doublebill.games.dungeon.layout.caves import FILLED, grow_cave, moved
from doublebill.games.dungeon.layout.plots import GAP, LEAST_SIDE, Plot
from doublebill.games.grids.grid import Board, board_of

RECTANGLES = 50
"""Percent of rooms whose corners stay."""

ROUND_FROM = 5
"""Cells along the shorter side of a room that may be round."""

LEAST_CAVE = 36
"""Cells of a cave for which a rectangle is chosen at least."""

CAVE_TRIES = 6
"""Rectangles in which a cave may grow."""

SLENDER = 60
"""Percent of the side of a square that a room is at least wide, where its plot allows."""

SPREAD = 45
"""Percent by which the cells of a room differ from the usual number at most."""


class RoomShape(NamedTuple):
    """A room on the board."""

    cells: int
    """The set of its cells."""
    x: int
    y: int
    width: int
    height: int


def shape_rooms(board: Board, plots: Sequence[Plot], size: int, caves: int, dice: Dice) -> list[RoomShape]:
    """Returns a room for each plot, of so many cells on average where the plots are large enough.

    So many of them are caves, the others are built.
    """
    order = sorted(range(len(plots)), key=lambda at: (plots[at].width * plots[at].height, at))
    # caves need space: they take the plots whose shorter sides are longest
    wide = sorted(order, key=lambda at: min(plots[at].width, plots[at].height))
    large = set(wide[len(wide) - caves :])
    built: dict[int, RoomShape] = {}
    cells = 0
    for done, at in enumerate(order, 1):
        spread = 0 if done == len(order) else dice.between(-SPREAD, SPREAD) * size // 100
        aim = max(size * done - cells + spread, LEAST_SIDE**2)
        cave = _cave(board, plots[at], max(aim, LEAST_CAVE), dice) if at in large else None
        built[at] = cave or _room(board, plots[at], aim, dice)
        cells += built[at].cells.bit_count()
    return [built[at] for at in range(len(plots))]


def _cave(board: Board, plot: Plot, aim: int, dice: Dice) -> RoomShape | None:
    """Returns a cave in a plot; None where none was grown."""
    for _ in range(CAVE_TRIES):
        x, y, width, height = _rectangle(plot, aim * 100 // FILLED, dice)
        if cave := grow_cave(width, height, dice):
            return RoomShape(moved(cave, board_of(width, height), board, (x, y)), x, y, width, height)
    return None


def _room(board: Board, plot: Plot, aim: int, dice: Dice) -> RoomShape:
    x, y, width, height = _rectangle(plot, aim, dice)
    spans = _spans(width, height, dice)
    first = (y + 1) * board.stride + x + 1
    cells = sum(
        ((1 << end - start) - 1) << first + row * board.stride + start for row, (start, end) in enumerate(spans)
    )
    return RoomShape(cells, x, y, width, height)


def _rectangle(plot: Plot, aim: int, dice: Dice) -> Plot:
    """Returns a rectangle of about so many cells somewhere in a plot."""
    most_wide, most_high = plot.width - GAP, plot.height - GAP
    side = math.isqrt(aim)
    low = max(LEAST_SIDE, side * SLENDER // 100, -(-aim // most_high))
    width = min(dice.between(low, max(low, side * 100 // SLENDER)), most_wide)
    height = min(max(LEAST_SIDE, (aim + width // 2) // width), most_high)
    x = plot.x + dice.below(most_wide - width + 1)
    return Plot(x, plot.y + dice.below(most_high - height + 1), width, height)


def _spans(width: int, height: int, dice: Dice) -> list[tuple[int, int]]:
    """Returns the first column and the one after the last of each row of a room."""
    rows = [(0, width)] * height
    shape = dice.below(100)
    if shape < RECTANGLES or min(width, height) < ROUND_FROM:
        return rows
    if shape < RECTANGLES + (100 - RECTANGLES) // 2:
        return [(1, width - 1), *rows[2:], (1, width - 1)]
    across, down = dice.between(1, (width - LEAST_SIDE) // 2), dice.between(1, (height - LEAST_SIDE) // 2)
    if dice.below(2):
        return [(across, width - across)] * down + rows[2 * down :] + [(across, width - across)] * down
    cut = (across, width) if dice.below(2) else (0, width - across)
    return [cut] * down + rows[down:] if dice.below(2) else rows[down:] + [cut] * down
