"""Items of a platform level: places spikes off its path, and diamonds where some finishing path leads."""

import itertools
from collections.abc import Sequence

from doublebill.games.dice import Dice
from doublebill.games.grids.grid import FLOOR, WALL, Board, Rows, beside, cells_of, set_of
from doublebill.games.platform.physics import SPIKE, passed
from doublebill.games.platform.solver import DIAMOND, finishing

ROOMY = 3
"""Spikes keep off the finishing paths where those have fewer cells than this for each spike and diamond."""


def passing(board: Board, rows: Rows, start: int, moves: str) -> int:
    """Returns the set of cells that the moves pass, those between across and down included: none may hold a spike."""
    ends = passed(rows, board.xy(start), moves)
    between = [(x, y) for (_, y), (x, _) in itertools.pairwise(ends)]
    return set_of((y + 1) * board.stride + x + 1 for x, y in ends + between)


def place_spikes(board: Board, tiles: list[str], path: int, counts: tuple[int, int], dice: Dice) -> None:
    """Puts that many spikes, before that many diamonds, where the `path` does not pass: on the ground first.

    Walls become spikes where there is no other room, but none beside the path, which they hold. So the path stays, and
    spikes open no other.
    """
    left, diamonds = counts
    if not left:
        return
    near = path | beside(board, path)
    air = set_of(cell for cell in board.cells if tiles[cell] != WALL)
    ground, rock = air & ~(air >> board.stride), board.inside & ~air & ~near
    useful = finishing(board.rows(tiles))
    if ROOMY * (left + diamonds) > useful.bit_count():
        groups: tuple[int, ...] = (ground & ~useful, air & ~useful, rock, ground, air)
    else:
        groups = (ground, air, rock)
    taken = path
    for group in groups:
        for cell in _some(group & ~taken, left, dice):
            tiles[cell] = SPIKE
            taken |= 1 << cell
            left -= 1


def place_diamonds(board: Board, tiles: list[str], count: int, dice: Dice) -> None:
    """Puts diamonds where paths that finish the level pass."""
    if not count:
        return
    free = set_of(cell for cell in board.cells if tiles[cell] == FLOOR)
    for cell in _some(finishing(board.rows(tiles)) & free, count, dice):
        tiles[cell] = DIAMOND


def _some(cells: int, count: int, dice: Dice) -> Sequence[int]:
    """Returns as many of the cells as wanted, or all."""
    listed = list(cells_of(cells))
    dice.shuffle(listed)
    return listed[:count]
