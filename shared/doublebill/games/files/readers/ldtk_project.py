"""Projects of the LDtk editor (1.0 and later): the ground of their IntGrid layers, and their entities.

A value of an IntGrid is known to a legend by its identifier or its number, an entity by its identifier. The layers
"Way" and "Rooms" stand for nothing, as this project writes them. Levels with the fields `kind`, dungeon, and `floor`
(1, 2, …) that follow one another are the floors of one dungeon.
"""

from collections.abc import Mapping
from typing import Any

from doublebill.errors import InvalidInput
from doublebill.games.files.readers.cell_marks import CellMark, MarkedLevel, floor_number, floors_joined

type Fields = Mapping[str, Any]


def project_levels(content: Fields, field: str) -> list[MarkedLevel]:
    """Returns the levels of a project, those of all its worlds.

    Raises:
        InvalidInput: when a level is in a file of its own, or has no IntGrid.
    """
    names = {
        (layer["uid"], value["value"]): str(value.get("identifier") or value["value"])
        for layer in content["defs"]["layers"]
        for value in layer.get("intGridValues", [])
    }
    levels = [*content["levels"], *(level for world in content.get("worlds") or [] for level in world["levels"])]
    found = [_level(level, names, f"{field}, level {level.get('identifier', '')}") for level in levels]
    return floors_joined(found, field)


def _level(level: Fields, names: Mapping[tuple[int, int], str], place: str) -> MarkedLevel:
    layers = level.get("layerInstances")
    if layers is None:
        raise InvalidInput.one(place, "it is in a file of its own", "turn off “Save levels separately” in LDtk")
    grids = [layer for layer in layers if layer["__type"] == "IntGrid" and layer.get("intGridCsv")]
    if not grids:
        raise InvalidInput.one(place, "it has no IntGrid layer", "draw its walls in an IntGrid layer")
    width, height = grids[-1]["__cWid"], grids[-1]["__cHei"]
    if width * height != len(grids[-1]["intGridCsv"]):
        raise InvalidInput.one(place, f"it has not {width}×{height} cells, as it says", "save it again in LDtk")
    cells: list[list[list[CellMark]]] = [[[] for _ in range(width)] for _ in range(height)]
    # the lowest layer comes last; a way drawn by this project is no ground
    for layer in [one for one in reversed(grids) if len(one["intGridCsv"]) == width * height]:
        for number, value in enumerate(layer["intGridCsv"]):
            if value and layer["__identifier"] != "Way":
                name = names.get((layer["layerDefUid"], value), str(value))
                cells[number // width][number % width].append(CellMark((name, str(value))))
    for layer in layers:
        for entity in layer.get("entityInstances", []) if layer["__identifier"] != "Rooms" else []:
            x, y = entity["__grid"]
            if 0 <= x < width and 0 <= y < height:
                cells[y][x].append(CellMark((entity["__identifier"],)))
    facts = {one["__identifier"]: one.get("__value") for one in level.get("fieldInstances", [])}
    marked = [[tuple(marks) for marks in row] for row in cells]
    title = str(level.get("identifier", ""))
    return MarkedLevel(title, marked, str(facts.get("kind") or ""), floor_number(facts))
