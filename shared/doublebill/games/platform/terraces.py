"""Terraces: storeys of long platforms for grids with room for them, with ground below and steps in their gaps.

From storey to storey there are steps, each no higher above the one before than a jump gains, and open above. So most of
what one sees can be stood on, and most of what can be stood on can be reached; ends and key are then chosen among that.
"""

from collections.abc import Iterator

from doublebill.games.dice import Dice
from doublebill.games.grids.grid import Board, set_of
from doublebill.games.platform.platform_physics import PlatformPhysics
from doublebill.games.step_budget import spend

ROOMY_WIDTH, ROOMY_HEIGHT, ROOMY_JUMP = 20, 12, 2
"""Fewest cells across and down of a grid that is filled with terraces, and fewest that a jump gains there."""

HEADROOM = 2
"""Most rows of air between two storeys beyond those that a jump gains."""

PLATFORM = 5, 13
"""Fewest and most cells of a platform."""

GAP = 3
"""Cells of a gap between platforms: a step of two, beside one of them, and a cell to jump up in."""

HILL = 3, 8
"""Fewest and most cells of a hill."""

THICK = 3
"""One platform in this many is two cells thick."""


def is_roomy(board: Board, jump_height: int) -> bool:
    """Tells whether a grid has room for terraces, and jumps reach from one step to the next."""
    return board.width >= ROOMY_WIDTH and board.height >= ROOMY_HEIGHT and jump_height >= ROOMY_JUMP


def terraces(board: Board, physics: PlatformPhysics, dice: Dice) -> int:
    """Returns the solid cells of storeys, of the steps between them, and of hills on the ground."""
    gain = physics.jump_height
    below, walls = board.height, _hills(board, gain, dice)
    while (row := below - gain - 1 - dice.between(0, HEADROOM)) >= gain:
        spend(2 * board.width)
        for first, end in _platforms(board, dice):
            rows = range(row, row + 1 + (dice.below(THICK) == 0 and below - row > gain + 1))
            walls |= _block(board, first, end, rows)
            if end < board.width:
                walls = _steps(board, walls, (end, row, below), gain, dice)
        below = row
    return walls


def _platforms(board: Board, dice: Dice) -> Iterator[tuple[int, int]]:
    """Yields the first column of each platform of a storey, and the column after its last."""
    x = -dice.below(PLATFORM[1])
    while x < board.width:
        end = x + dice.between(*PLATFORM)
        if end > 1 and board.width - x > 1:
            yield max(x, 0), min(end, board.width)
        x = end + GAP


def _steps(board: Board, walls: int, gap: tuple[int, int, int], gain: int, dice: Dice) -> int:
    """Returns the walls with steps in a gap from the storey below up to its own, one to the left, one to the right."""
    first, row, below = gap
    end = min(first + GAP, board.width)
    walls &= ~_block(board, first, end, range(row, max(below - 1, row)))
    side = dice.below(2)
    for step in range(row + gain, below, gain):
        walls |= _block(board, min(first + side, board.width - 1), min(first + side + 2, end), range(step, step + 1))
        side = 1 - side
    return walls


def _hills(board: Board, gain: int, dice: Dice) -> int:
    """Returns hills on the ground, none higher than a jump gains."""
    walls, x = 0, dice.between(*HILL)
    while x < board.width - 1:
        end = x + dice.between(*HILL)
        height = dice.below(gain + 1)
        walls |= _block(board, x, min(end, board.width), range(board.height - height, board.height))
        x = end + dice.below(HILL[1])
    return walls


def _block(board: Board, first: int, end: int, rows: range) -> int:
    return set_of(board.cells[y * board.width + x] for y in rows for x in range(first, end))
