"""The level as a map of the Tiled editor in JSON (Tiled 1.10, "JSON Map Format").

A tile layer "tiles" holds every cell, an object layer "objects" a rectangle for each tile that is neither wall nor
floor, whose class is the tile's name; both number and class of a tile are those of the tileset inside the map. With a
solution, an object layer "way" holds it as a line. The tileset's picture goes beside the map, under its name.
"""

import json
from collections.abc import Sequence

from doublebill.games.files.drawn_level import CELL, DrawnLevel
from doublebill.games.grids.steps import Place

VERSION, EDITOR = "1.10", "1.10.2"
"""Versions of the format and of its editor."""

type Fields = dict[str, object]


def tiled(plan: DrawnLevel) -> str:
    """Returns the map."""
    layers = [_tiles(plan), _objects(plan)] + ([_path(plan)] if len(plan.path) > 1 else [])
    content: Fields = {
        "type": "map",
        "version": VERSION,
        "tiledversion": EDITOR,
        "orientation": "orthogonal",
        "renderorder": "right-down",
        "infinite": False,
        "compressionlevel": -1,
        "width": plan.width,
        "height": plan.height,
        "tilewidth": CELL,
        "tileheight": CELL,
        "nextlayerid": len(layers) + 1,
        "nextobjectid": len(plan.things) + len(layers) - 1,
        "properties": [_property(name, value) for name, value in facts(plan).items()],
        "tilesets": [_tileset(plan)],
        "layers": layers,
    }
    return json.dumps(content, separators=(",", ":")) + "\n"


def facts(plan: DrawnLevel) -> dict[str, str]:
    """Returns the properties of a map: the kind, the seed and the moves of its level."""
    return {"kind": plan.name, "seed": str(plan.seed), "moves": plan.moves}


def line(path: Sequence[Place]) -> list[Place]:
    """Returns the points of a way in pixels, from its first."""
    return [((x - path[0][0]) * CELL, (y - path[0][1]) * CELL) for x, y in path]


def _property(name: str, value: str) -> Fields:
    return {"name": name, "type": "string", "value": value}


def _tileset(plan: DrawnLevel) -> Fields:
    tiles = [
        {"id": number, "type": name, "properties": [_property("tile", tile)]}
        for number, (tile, name) in enumerate(plan.legend.items())
    ]
    count = len(plan.legend)
    picture = {"image": plan.tileset, "imagewidth": count * CELL, "imageheight": CELL}
    size = {"tilewidth": CELL, "tileheight": CELL, "tilecount": count, "columns": count, "margin": 0, "spacing": 0}
    return {"firstgid": 1, "name": plan.name, **size, **picture, "tiles": tiles}


def _layer(number: int, name: str, kind: str) -> Fields:
    return {"id": number, "name": name, "type": kind, "visible": True, "opacity": 1, "x": 0, "y": 0}


def _tiles(plan: DrawnLevel) -> Fields:
    size = {"width": plan.width, "height": plan.height}
    return {**_layer(1, "tiles", "tilelayer"), **size, "data": plan.cells}


def _objects(plan: DrawnLevel) -> Fields:
    objects = [
        _object(number, thing.name, (thing.x * CELL, thing.y * CELL), CELL)
        for number, thing in enumerate(plan.things, 1)
    ]
    return {**_layer(2, "objects", "objectgroup"), "draworder": "topdown", "objects": objects}


def _path(plan: DrawnLevel) -> Fields:
    x, y = plan.path[0]
    middle = x * CELL + CELL // 2, y * CELL + CELL // 2
    points = [{"x": across, "y": down} for across, down in line(plan.path)]
    drawn = {**_object(len(plan.things) + 1, "way", middle, 0), "polyline": points}
    return {**_layer(3, "way", "objectgroup"), "draworder": "topdown", "objects": [drawn]}


def _object(number: int, name: str, corner: Place, side: int) -> Fields:
    size = {"x": corner[0], "y": corner[1], "width": side, "height": side}
    return {"id": number, "name": name, "type": name, **size, "rotation": 0, "visible": True}
