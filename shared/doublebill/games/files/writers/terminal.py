"""The level drawn for the terminal."""

from collections.abc import Iterable, Sequence

from doublebill.games.files.level_json import LevelJson, facts
from doublebill.games.grids.grid import FLOOR, WALL, Rows
from doublebill.games.grids.steps import Place
from doublebill.games.levels.level import Level

PATH = "·"
DRAWN = {WALL: "██", FLOOR: "  ", PATH: PATH + " "}
"""Two characters for each cell, which a terminal shows about square; other tiles are their letter and a space."""


def as_text(level: Level, path: Sequence[Place] = ()) -> LevelJson:
    """Returns the level as an item whose `text` is a drawing for the terminal, with the `path` dotted into it."""
    return {**facts(level), "text": draw(level, path)}


def draw(level: Level, path: Sequence[Place] = ()) -> str:
    """Draws the level between walls, one line a row, with the `path` dotted into it."""
    rows = _dotted(level.grid, path)
    edge = DRAWN[WALL] * (len(rows[0]) + 2)
    lines = [DRAWN[WALL] + "".join(DRAWN.get(tile, tile + " ") for tile in row) + DRAWN[WALL] for row in rows]
    return "\n".join([edge, *lines, edge])


def _dotted(rows: Rows, places: Iterable[Place]) -> Rows:
    tiles = [list(row) for row in rows]
    for x, y in places:
        if tiles[y][x] == FLOOR:
            tiles[y][x] = PATH
    return tuple("".join(row) for row in tiles)
