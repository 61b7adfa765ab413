"""The level drawn for the terminal."""

from collections.abc import Iterable

from doublebill.games.files.response import LevelTold, facts
from doublebill.games.files.solution_path import Place, Way, steps
from doublebill.games.grids.grid import FLOOR, WALL, Rows
from doublebill.games.levels.levels import Level

WAY = "·"
DRAWN = {WALL: "██", FLOOR: "  ", WAY: WAY + " "}
"""Two characters for each cell, which a terminal shows about square; other tiles are their letter and a space."""


def as_text(level: Level, solution: bool = False, way: Way | None = None) -> LevelTold:
    """The level as an item whose `text` is a drawing for the terminal; a `solution` is dotted into it."""
    return {**facts(level), "text": draw(level, solution, way)}


def draw(level: Level, solution: bool = False, way: Way | None = None) -> str:
    """The level drawn between walls, one line a row."""
    rows = _dotted(level.grid, (way or steps)(level)) if solution else level.grid
    edge = DRAWN[WALL] * (len(rows[0]) + 2)
    lines = [DRAWN[WALL] + "".join(DRAWN.get(tile, tile + " ") for tile in row) + DRAWN[WALL] for row in rows]
    return "\n".join([edge, *lines, edge])


def _dotted(rows: Rows, places: Iterable[Place]) -> Rows:
    tiles = [list(row) for row in rows]
    for x, y in places:
        if tiles[y][x] == FLOOR:
            tiles[y][x] = WAY
    return tuple("".join(row) for row in tiles)
