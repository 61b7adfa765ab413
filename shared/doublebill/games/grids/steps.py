"""Steps between cells: places as (x, y) from the top left, and the moves U D L R that lead from one to the next."""

import itertools
from collections.abc import Mapping

from doublebill.games.grids.grid import WALL, Rows

type Place = tuple[int, int]
"""x from the left and y from the top, both from 0."""

STEPS: Mapping[str, Place] = {"U": (0, -1), "D": (0, 1), "L": (-1, 0), "R": (1, 0)}
"""Move → the change of x and y."""

STAY: Place = 0, 0


def places_along(start: Place, moves: str) -> list[Place]:
    """Lists the places that moves lead to, the start first; letters that are no step, in capitals or small, stay."""
    x, y = start
    places = [start]
    for move in moves.upper():
        across, down = STEPS.get(move, STAY)
        x, y = x + across, y + down
        places.append((x, y))
    return places


def walk(rows: Rows, start: Place, moves: str) -> list[Place]:
    """Lists the places that moves lead to on a drawn grid, and ends before a step into a wall or out of the grid."""
    return list(itertools.takewhile(lambda place: is_open(rows, place), places_along(start, moves)))


def is_open(rows: Rows, place: Place) -> bool:
    """Tells whether a place lies in the grid and is no wall."""
    x, y = place
    return 0 <= y < len(rows) and 0 <= x < len(rows[y]) and rows[y][x] != WALL
