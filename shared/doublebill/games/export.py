"""Exports: a level in the forms that callers ask for."""

from collections.abc import Mapping

from doublebill.games.controls import Asked
from doublebill.games.grid import FLOOR, WALL, Rows
from doublebill.games.levels import Certificate, Level
from doublebill.games.solver import walk

WAY = "·"
DRAWN = {WALL: "██", FLOOR: "  ", WAY: WAY + " "}
"""Two characters for each cell, which a terminal shows about square; other tiles are their letter and a space."""


def as_json(level: Level, legend: Mapping[str, str]) -> dict[str, object]:
    """The level as an item of a JSON answer."""
    return {"seed": level.seed, "grid": list(level.grid), "legend": dict(legend)} | _facts(level)


def as_text(level: Level, solution: bool = False) -> dict[str, object]:
    """The level as an item whose `text` is a drawing for the terminal; a `solution` is dotted into it."""
    return {"seed": level.seed, "text": draw(level, solution)} | _facts(level)


def draw(level: Level, solution: bool = False) -> str:
    """The level drawn between walls, one line a row."""
    rows = _dotted(level.grid, level.certificate) if solution else level.grid
    edge = DRAWN[WALL] * (len(rows[0]) + 2)
    lines = [DRAWN[WALL] + "".join(DRAWN.get(tile, tile + " ") for tile in row) + DRAWN[WALL] for row in rows]
    return "\n".join([edge, *lines, edge])


def _dotted(rows: Rows, certificate: Certificate) -> Rows:
    tiles = [list(row) for row in rows]
    for x, y in walk(rows, certificate):
        if tiles[y][x] == FLOOR:
            tiles[y][x] = WAY
    return tuple("".join(row) for row in tiles)


def _facts(level: Level) -> dict[str, object]:
    way = level.certificate
    return {
        "certificate": {
            "moves": way.moves,
            "length": len(way.moves),
            "from": list(way.start),
            "to": list(way.goal),
        },
        "controls": {
            name: {"asked": _plain(control.asked), "measured": control.measured, "met": control.met}
            for name, control in level.controls.items()
        },
        "attempts": level.attempts,
        "fallback": level.fallback,
    }


def _plain(asked: Asked) -> int | list[int] | None:
    return list(asked) if isinstance(asked, tuple) else asked
