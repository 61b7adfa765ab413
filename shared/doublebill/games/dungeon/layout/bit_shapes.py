"""Shapes of cells on bit boards: what surrounds a set, its halls, its dead ends and its loops."""

from collections.abc import Iterator

from doublebill.games.grids.grid import Board, first_of, ring_steps
from doublebill.games.step_budget import spend


def grown(board: Board, cells: int) -> int:
    """Returns a set with the eight neighbours of each of its cells, within the grid."""
    wide = cells | cells << 1 | cells >> 1
    return (wide | wide << board.stride | wide >> board.stride) & board.inside


def halls(board: Board, opened: int) -> int:
    """Returns the open cells that lie in an open block of 3 × 3."""
    wide = opened & opened << 1 & opened >> 1
    middles = wide & wide << board.stride & wide >> board.stride
    return grown(board, middles)


def single_contacts(board: Board, cells: int) -> int:
    """Returns the cells of the grid of whose four neighbours exactly one is in a set."""
    stride = board.stride
    up, down, left, right = cells << stride, cells >> stride, cells << 1, cells >> 1
    odd = up ^ down ^ left ^ right
    three = (up & down & (left | right)) | (left & right & (up | down))
    return odd & ~three & board.inside


def dead_ends(board: Board, opened: int) -> int:
    """Returns the open cells from which one step leads on, and no other."""
    return opened & single_contacts(board, opened)


def loops(board: Board, opened: int, parts: int = 1) -> int:
    """Counts the pieces of wall that one can walk around, by Euler's formula for so many regions of open cells."""
    pairs = opened & opened >> 1
    links = pairs.bit_count() + (opened & opened >> board.stride).bit_count()
    blocks = (pairs & pairs >> board.stride).bit_count()
    return parts - opened.bit_count() + links - blocks


def regions(board: Board, opened: int) -> Iterator[int]:
    """Yields the regions of a set, each joined by steps, in the order of their first cells."""
    stride = board.stride
    while opened:
        first = first_of(opened)
        # no cell of a region lies below its first: moved there, its integers are as short as the region
        rest, region, ring = opened >> first, 1, 1
        while ring:
            spend(ring_steps(board) // 700 + 1)
            ring = (ring << 1 | ring >> 1 | ring << stride | ring >> stride) & rest & ~region
            region |= ring
        yield region << first
        opened ^= region << first
