"""Rooms for crates: open cells in few large pieces, where there is space to walk around a crate."""

from doublebill.games.dice import Dice
from doublebill.games.grids.grid import Board, beside, connected

STAMPS = (2, 2), (2, 2), (2, 3), (3, 2), (3, 3), (1, 3), (3, 1), (1, 2), (2, 1)
"""Width and height of the rectangles that rooms are put together from."""


def room(board: Board, count: int, dice: Dice) -> int:
    """Returns a connected set of at least `count` open cells, of rectangles that overlap or touch, or of all cells."""
    opened = (
        _stamp(board, (min(3, board.width), min(3, board.height)), dice) if count > 8 else _stamp(board, (3, 1), dice)
    )
    while opened.bit_count() < min(count, len(board.cells)):
        stamp = _stamp(board, dice.choice(STAMPS), dice)
        if stamp & (opened | beside(board, opened)):
            opened |= stamp
    return opened


def _stamp(board: Board, size: tuple[int, int], dice: Dice) -> int:
    width, height = size
    x, y = dice.below(board.width - width + 1), dice.below(board.height - height + 1)
    row = (1 << width) - 1 << board.cells[y * board.width + x]
    return sum(row << down * board.stride for down in range(height))


def changed(board: Board, opened: int, keep: int, dice: Dice) -> int:
    """Returns the room with one cell opened or closed; `keep` stays open, and all of it one region."""
    near = beside(board, opened)
    for _ in range(8):
        cell = dice.choice(board.cells)
        other = opened ^ 1 << cell
        if (opened & ~keep | near & ~opened) >> cell & 1 and connected(board, other):
            return other
    return opened
