"""The way of a certificate through its grid, which drawings show."""

from collections.abc import Callable, Sequence

from doublebill.games.grids.grid import WALL
from doublebill.games.levels.levels import Level

STEPS = {"U": (0, -1), "D": (0, 1), "L": (-1, 0), "R": (1, 0)}

type Place = tuple[int, int]

type Way = Callable[[Level], Sequence[Place]]
"""Gives the cells (x, y) that a level's certificate passes, its start first."""


def steps(level: Level) -> Sequence[Place]:
    """The cells that the moves U D L R, in capitals or small, step on, the start first.

    None at all where the moves have other letters, step into a wall or do not lead to the goal: then they are not steps
    from cell to cell, and the kind has to say which way they lead.
    """
    certificate, rows = level.certificate, level.grid
    if not set(certificate.moves.upper()) <= set(STEPS):
        return []
    x, y = certificate.start
    places = [(x, y)]
    for move in certificate.moves.upper():
        x, y = x + STEPS[move][0], y + STEPS[move][1]
        if not (0 <= y < len(rows) and 0 <= x < len(rows[0])) or rows[y][x] == WALL:
            return []
        places.append((x, y))
    return places if (x, y) == certificate.goal else []
