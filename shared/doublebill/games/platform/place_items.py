"""Items of a platform level: places spikes off its path, and diamonds where some finishing path leads."""

from collections.abc import Sequence
from dataclasses import dataclass

from doublebill.games.dice import Dice
from doublebill.games.grids.grid import FLOOR, WALL, Board, Rows, beside, cells_of, set_of
from doublebill.games.platform.platform_physics import PlatformPhysics
from doublebill.games.platform.player_moves import SPIKE, begun, entered
from doublebill.games.platform.solver import DIAMOND, finishing_in_version_1

ROOMY = 3
"""Spikes keep off the finishing paths where those have fewer cells than this for each spike and diamond."""


def passing(board: Board, rows: Rows, start: int, moves: str, physics: PlatformPhysics) -> int:
    """Returns the set of cells that the moves enter, those between across and down included: none may hold a spike."""
    place, cells = begun(board.xy(start), physics), [board.xy(start)]
    for letter in moves:
        moved = entered(rows, place, letter, physics)
        if moved is None:
            break
        place = moved[0]
        cells += moved[1]
    return set_of((y + 1) * board.stride + x + 1 for x, y in cells)


@dataclass(frozen=True, slots=True)
class ItemCounts:
    """The items that a level is to get."""

    spikes: int
    diamonds: int


def place_spikes(
    board: Board, tiles: list[str], path: int, counts: ItemCounts, dice: Dice, physics: PlatformPhysics
) -> None:
    """Puts spikes, before the diamonds, where the `path` does not pass: on the ground first.

    Walls become spikes where there is no other room, but none beside the path, which they hold. So the path stays, and
    spikes open no other.
    """
    left, diamonds = counts.spikes, counts.diamonds
    if not left:
        return
    near = path | beside(board, path)
    air = set_of(cell for cell in board.cells if tiles[cell] != WALL)
    ground, rock = air & ~(air >> board.stride), board.inside & ~air & ~near
    useful = finishing_in_version_1(board.rows(tiles), physics)
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


def place_diamonds(board: Board, tiles: list[str], count: int, dice: Dice, physics: PlatformPhysics) -> None:
    """Puts diamonds where paths that finish the level pass."""
    if not count:
        return
    free = set_of(cell for cell in board.cells if tiles[cell] == FLOOR)
    for cell in _some(finishing_in_version_1(board.rows(tiles), physics) & free, count, dice):
        tiles[cell] = DIAMOND


def _some(cells: int, count: int, dice: Dice) -> Sequence[int]:
    """Returns as many of the cells as wanted, or all."""
    listed = list(cells_of(cells))
    dice.shuffle(listed)
    return listed[:count]
