"""Rooms for crates: open cells in few large pieces, where there is space to walk around a crate."""

from doublebill.games.dice import Dice
from doublebill.games.grids.grid import Board, connected

STAMPS = (2, 2), (2, 2), (2, 3), (3, 2), (3, 3), (1, 3), (3, 1), (1, 2), (2, 1)
"""Width and height of the rectangles that rooms are put together from."""


def room(here: Board, count: int, dice: Dice) -> int:
    """A connected set of at least `count` open cells, of rectangles that overlap or touch, or of all cells."""
    opened = _stamp(here, (min(3, here.width), min(3, here.height)), dice) if count > 8 else _stamp(here, (3, 1), dice)
    while opened.bit_count() < min(count, len(here.cells)):
        stamp = _stamp(here, dice.choice(STAMPS), dice)
        if stamp & (opened | around(here, opened)):
            opened |= stamp
    return opened


def _stamp(here: Board, size: tuple[int, int], dice: Dice) -> int:
    width, height = size
    x, y = dice.below(here.width - width + 1), dice.below(here.height - height + 1)
    row = (1 << width) - 1 << here.cells[y * here.width + x]
    return sum(row << down * here.stride for down in range(height))


def around(here: Board, cells: int) -> int:
    """The cells of the grid beside `cells`, some of them among them."""
    stride = here.stride
    return (cells << 1 | cells >> 1 | cells << stride | cells >> stride) & here.inside


def changed(here: Board, opened: int, keep: int, dice: Dice) -> int:
    """The room with one cell opened or closed; `keep` stays open, and all of it one region."""
    beside = around(here, opened)
    for _ in range(8):
        cell = dice.choice(here.cells)
        other = opened ^ 1 << cell
        if (opened & ~keep | beside & ~opened) >> cell & 1 and connected(here, other):
            return other
    return opened
