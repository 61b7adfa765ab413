"""The 47 pieces of which any shape of wall is laid (the "blob" of cr31.co.uk's stage-cast tiles).

A piece is the set of neighbours that are wall too, as bits; a corner counts only between two sides that are.
"""

from collections.abc import Callable

N, NE, E, SE, S, SW, W, NW = (1 << bit for bit in range(8))
AROUND = {N: (0, -1), NE: (1, -1), E: (1, 0), SE: (1, 1), S: (0, 1), SW: (-1, 1), W: (-1, 0), NW: (-1, -1)}
"""Neighbour → its step across and down."""

SIDES_OF = {NE: N | E, SE: S | E, SW: S | W, NW: N | W}
"""Corner → the two sides that it lies between."""


def joined(neighbours: int) -> int:
    """Returns the bits of the piece for the bits of all neighbours."""
    lost = sum(corner for corner, sides in SIDES_OF.items() if neighbours & sides != sides)
    return neighbours & ~lost


PIECES = tuple(sorted({joined(neighbours) for neighbours in range(256)}))
"""The 47 pieces in their order."""

NUMBERS = {neighbours: PIECES.index(joined(neighbours)) for neighbours in range(256)}
"""Bits of all neighbours → number of the piece."""


def piece_at(joins: Callable[[int, int], bool], x: int, y: int) -> int:
    """Returns the number of the piece of a cell; `joins` returns whether a cell is of the same wall."""
    return NUMBERS[sum(bit for bit, (across, down) in AROUND.items() if joins(x + across, y + down))]
