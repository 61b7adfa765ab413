"""Caves: rooms with an irregular outline, grown by a cellular automaton, without pillars in them."""

from doublebill.games.dice import WORD, Dice
from doublebill.games.dungeon.layout.bit_shapes import halls, regions
from doublebill.games.grids.grid import Board, board_of, rings

STEPS = 2
"""Times that every cell takes the side of most of its neighbours."""

OUTLINE = 12
"""Most corners of a built room; a cave has more."""

TRIES = 10
"""Caves grown until one has the outline of a cave."""

FILLED = 75
"""Cells of a cave, in percent of the rectangle in which it grows, on average."""


def grow_cave(width: int, height: int, dice: Dice) -> int:
    """Returns the cells of a cave on the board of that size; 0 where none was found that has the outline of one."""
    board = board_of(width, height)
    for _ in range(TRIES):
        cells = _scattered(board, dice)
        for _ in range(STEPS):
            cells = majority(board, cells)
        cave = max(regions(board, halls(board, cells)), key=int.bit_count, default=0)
        cave = _without_pillars(board, cave)
        if corners(board, cave) > OUTLINE:
            return cave
    return 0


def corners(board: Board, cells: int) -> int:
    """Counts the corners of the outline of a set."""
    right, below, across = cells << 1, cells << board.stride, cells << board.stride + 1
    odd = cells ^ right ^ below ^ across
    crossed = (cells & across & ~right & ~below) | (right & below & ~cells & ~across)
    return odd.bit_count() + 2 * crossed.bit_count()


def majority(board: Board, cells: int) -> int:
    """Returns the cells of the grid that have at least five of their block of nine in a set, added bit by bit."""
    left, right, stride = cells << 1, cells >> 1, board.stride
    ones, twos = cells ^ left ^ right, (cells & left) | (cells & right) | (left & right)
    one, carry = _added(ones, ones << stride, ones >> stride)
    two, four = _added(twos, twos << stride, twos >> stride)
    more = two & carry
    return (four & more | (four ^ more) & (two ^ carry | one)) & board.inside


def _added(a: int, b: int, c: int) -> tuple[int, int]:
    """Returns the sum of three bits at each place: the low bits, and the high bits."""
    return a ^ b ^ c, (a & b) | (a & c) | (b & c)


def _scattered(board: Board, dice: Dice) -> int:
    """Returns cells of which five in eight are in the set."""
    some, other, third = (_bits(board.size, dice) for _ in range(3))
    return (some | other & third) & board.inside


def _bits(count: int, dice: Dice) -> int:
    bits = 0
    for _ in range(-(-count // WORD)):
        bits = bits << WORD | dice.draw()
    return bits


def _without_pillars(board: Board, cave: int) -> int:
    """Returns a cave with the walls in it opened."""
    wider = board_of(board.width + 2, board.height + 2)
    solid = wider.inside & ~moved(cave, board, wider, (1, 1))
    outside = sum(rings(wider, solid, 1 << wider.cells[0]))
    return moved(wider.inside & ~outside, wider, board, (-1, -1))


def moved(cells: int, board: Board, other: Board, by: tuple[int, int]) -> int:
    """Returns a set of one board on another, moved by so many cells to the right and down."""
    across, down = by
    mask = (1 << board.width) - 1
    found = 0
    for y in range(max(-down, 0), min(board.height, other.height - down)):
        row = cells >> (y + 1) * board.stride + 1 & mask
        start = (y + down + 1) * other.stride + 1 + across
        found |= row << start
    return found & other.inside
