"""Tables of tiles: CSV with one cell for each tile, and the JSON answers of this project.

A CSV cell holds a tile, its name, or a number as Tiled exports it; an empty cell and -1 are cells without a tile.
"""

import csv
from collections.abc import Mapping, Sequence
from typing import Any

from doublebill.errors import InvalidInput
from doublebill.games.files.readers.cell_marks import CellMark, MarkedLevel

EMPTY_CELLS = "", "-1"


def csv_levels(text: str, field: str) -> list[MarkedLevel]:
    """Returns the levels of a CSV text; an empty line parts two levels.

    Raises:
        InvalidInput: when a row has another number of cells than the first of its level.
    """
    parts = [part for part in text.replace("\r\n", "\n").replace("\r", "\n").split("\n\n") if part.strip("\n")]
    return [MarkedLevel("", _cells(part.strip("\n").split("\n"), field)) for part in parts]


def _cells(lines: Sequence[str], field: str) -> list[list[tuple[CellMark, ...]]]:
    separator = max(",;\t", key=lines[0].count)
    rows = list(csv.reader(lines, delimiter=separator))
    trailing = all(row and row[-1] == "" for row in rows)
    rows = [row[:-1] if trailing else row for row in rows]
    for number, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            problem = f"row {number} has {len(row)} cells"
            raise InvalidInput.one(field, problem, f"use {len(rows[0])}, as in the first row")
    return [
        [() if cell.strip() in EMPTY_CELLS else (CellMark((cell.strip() or cell,)),) for cell in row] for row in rows
    ]


def answer_levels(content: Any, field: str) -> list[MarkedLevel]:
    """Returns the levels of an answer of this project, of one of its items, or of a list of these.

    Raises:
        InvalidInput: when it has no level with a grid.
    """
    items = content.get("items", [content]) if isinstance(content, Mapping) else content
    kind = str(content.get("kind", "")) if isinstance(content, Mapping) else ""
    if not isinstance(items, list) or not items or not all(isinstance(item, Mapping) for item in items):
        raise InvalidInput.one(
            field, "it is JSON of another kind", "use Tiled, LDtk, or an answer with grid and legend"
        )
    return [_item(item, kind, f"{field}, item {number}") for number, item in enumerate(items)]


def _item(item: Mapping[str, Any], kind: str, place: str) -> MarkedLevel:
    grid, legend = item.get("grid"), item.get("legend") or {}
    if not isinstance(grid, list) or not all(isinstance(row, str) for row in grid) or not isinstance(legend, Mapping):
        raise InvalidInput.one(place, "it has no grid", "give grid, a list of rows, and legend, tile → name")
    names = {str(tile): (str(tile), str(name)) for tile, name in legend.items()}
    title = str(item["seed"]) if "seed" in item else ""
    cells = [[(CellMark(names.get(tile, (tile,))),) for tile in row] for row in grid]
    return MarkedLevel(title, cells, kind)
