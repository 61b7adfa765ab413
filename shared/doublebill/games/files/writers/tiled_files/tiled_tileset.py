"""The tileset as the Tiled editor knows it (Tiled 1.10): names of tiles, shapes of what is solid, and terrains."""

from collections.abc import Mapping

from doublebill.games.files.writers.tiled_files.terrains import terrains
from doublebill.games.plans.level_plan import Ground, Value
from doublebill.games.tileset.themes import TileStyle
from doublebill.games.tileset.tileset import COLUMNS, COUNT, SPRITE_NUMBERS

VERSION, EDITOR = "1.10", "1.10.2"
"""Versions of the format and of its editor."""

type Fields = dict[str, object]


class MapFile(str):
    """A property that is the name of a file, which Tiled opens."""

    __slots__ = ()


class MapObject(int):
    """A property that is the number of an object of the same map, which Tiled draws as an arrow."""

    __slots__ = ()


TYPES = {bool: "bool", int: "int", str: "string", MapFile: "file", MapObject: "object"}
"""Type of a property → its name in Tiled."""


def tileset(style: TileStyle, grounds: Mapping[int, Ground]) -> Fields:
    """Returns the tileset of a theme, without the number of its first tile in a map.

    `grounds` has the ground that each tile stands for.
    """
    size = style.pixels
    marked = [_ground_tile(number, ground, size) for number, ground in grounds.items()]
    sprites = [{"id": number, "type": name} for name, number in SPRITE_NUMBERS.items()]
    return {
        "name": f"{style.theme}-{size}",
        "tilewidth": size,
        "tileheight": size,
        "tilecount": COUNT,
        "columns": COLUMNS,
        "margin": 0,
        "spacing": 0,
        "image": style.picture,
        "imagewidth": COLUMNS * size,
        "imageheight": -(-COUNT // COLUMNS) * size,
        "tiles": marked + sprites,
        "wangsets": terrains(),
    }


def properties(values: Mapping[str, Value]) -> list[Fields]:
    """Returns properties with their types, in the order of their names, as Tiled sorts them."""
    return [{"name": name, "type": TYPES[type(value)], "value": value} for name, value in sorted(values.items())]


def _ground_tile(number: int, ground: Ground, size: int) -> Fields:
    kept = {"collides": ground.solid, "deadly": ground.deadly}
    marks = properties({name: value for name, value in kept.items() if value})
    tile: Fields = {"id": number, "type": ground.name}
    if marks:
        tile["properties"] = marks
    if ground.solid:
        whole = {"id": 1, "name": "", "type": "", "x": 0, "y": 0, "width": size, "height": size}
        group = {"id": 2, "name": "", "type": "objectgroup", "draworder": "index", "visible": True, "opacity": 1}
        shape = {**whole, "rotation": 0, "visible": True}
        tile["objectgroup"] = {**group, "x": 0, "y": 0, "objects": [shape]}
    return tile
