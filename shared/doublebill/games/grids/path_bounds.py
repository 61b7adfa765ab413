"""Bounds of path lengths: a target beyond them is refused before anything is built."""

import math


def longest_path(width: int, height: int, opened: int) -> int:
    """Returns the moves that no shortest path in a grid exceeds when at least `opened` cells are open.

    The n cells of a shortest path have 4n sides, of which 2n + 2 face none of its own cells. The edge of the grid takes
    at most 2(width + height) of those, a wall at most 4, an open cell off the path at most 2: those it faces lie two
    moves apart, or it would be a short cut. So 2n + 2 ≤ 2(width + height) + 4(area - opened) + 2(opened - n), and
    opened ≥ n in any case.
    """
    area = width * height
    return min((2 * area + width + height - 1) // 3, (2 * area + width + height - opened - 1) // 2) - 1


def shortest_path(opened: int) -> int:
    """Returns the moves that the longest shortest path has at least when `opened` cells are open.

    Cells within d moves of each other have x + y and x - y in ranges of d + 1 numbers each, and of those pairs every
    other one is a cell: they are at most (d + 1)² / 2, rounded up.
    """
    return math.isqrt(2 * opened - 2)
