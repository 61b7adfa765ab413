"""The level as a map of the Tiled editor in JSON (Tiled 1.10, "JSON Map Format").

A tile layer "ground" has the ground of every cell, an object layer "objects" a tile object for each thing, whose class
is its name. The property `to` of stairs is the object that they lead to, `opens` of a key or lever its door or gate
(`opens_2`, … further ones; a small key has none, since it opens any one small door). Where that is on the map of
another floor, `to_map` is the file of that map and `to_object` its number there (see `tiled_floors`). With a solution,
an object layer "way" has it as a line. Where a level has regions, an object layer "rooms" has each as a rectangle or,
where it is none, a polygon, whose class is its name: rooms have the properties `role`, `depth`, `floor` and `area`, and
`vault`, the name of the vault that they are part of. The tileset within the map is the whole one of a theme, the same
for all levels: its tiles have their names as class, those of solid ground a collision shape and `collides`. Its picture
goes beside the map, under its name.
"""

import json
from collections.abc import Mapping, Sequence

from doublebill.games.files.writers.tiled_files.tiled_tileset import (
    EDITOR,
    VERSION,
    Fields,
    MapObject,
    properties,
    tileset,
)
from doublebill.games.grids.steps import Place
from doublebill.games.plans.border import bordered
from doublebill.games.plans.level_plan import LevelPlan, Region, Thing, Value
from doublebill.games.plans.outline import outline
from doublebill.games.tileset.laying import ground_tiles, grounds_of_tiles, thing_tiles
from doublebill.games.tileset.themes import TileStyle

FIRST = 1
"""Number of the first tile of the tileset within the map; 0 is no tile."""


def tiled(plan: LevelPlan, style: TileStyle) -> str:
    """Returns the map."""
    return json.dumps(tiled_map(plan, style), separators=(",", ":")) + "\n"


def tiled_map(plan: LevelPlan, style: TileStyle, source: str = "") -> Fields:
    """Returns the map; its tileset is the file `source`, or within the map where that is empty."""
    whole, size = bordered(plan), style.pixels
    layers = [_ground(whole), _objects(whole, size)]
    if len(whole.path) > 1:
        layers.append(_path(whole, size))
    if whole.regions:
        layers.append(_regions(whole, size, len(layers)))
    return {
        "type": "map",
        "version": VERSION,
        "tiledversion": EDITOR,
        "orientation": "orthogonal",
        "renderorder": "right-down",
        "infinite": False,
        "compressionlevel": -1,
        "width": whole.width,
        "height": whole.height,
        "tilewidth": size,
        "tileheight": size,
        "nextlayerid": len(layers) + 1,
        "nextobjectid": 1 + len(whole.things) + len(whole.regions) + (len(whole.path) > 1),
        "properties": properties(plan.facts),
        "tilesets": [{"firstgid": FIRST, **({"source": source} if source else tileset(style, grounds_of_tiles(plan)))}],
        "layers": layers,
    }


def _layer(number: int, name: str, kind: str) -> Fields:
    return {"id": number, "name": name, "type": kind, "visible": True, "opacity": 1, "x": 0, "y": 0}


def _ground(plan: LevelPlan) -> Fields:
    size = {"width": plan.width, "height": plan.height}
    return {**_layer(1, "ground", "tilelayer"), **size, "data": (ground_tiles(plan).ravel() + FIRST).tolist()}


def _objects(plan: LevelPlan, size: int) -> Fields:
    numbers = thing_tiles(plan)
    places = {thing.id: number for number, thing in enumerate(plan.things, 1)}
    objects = [
        {
            **_object(number, thing.name, (thing.x * size, (thing.y + 1) * size), size),
            "gid": numbers[thing.name] + FIRST,
            **({"properties": properties(own)} if (own := _own(thing, places)) else {}),
        }
        for number, thing in enumerate(plan.things, 1)
    ]
    return {**_layer(2, "objects", "objectgroup"), "draworder": "index", "objects": objects}


def _own(thing: Thing, places: Mapping[int, int]) -> Mapping[str, Value]:
    """Returns the properties of a thing, with the objects that it leads to or opens where those are on the map."""
    links = {name: MapObject(places[other]) for name, other in thing.links.items() if other in places}
    return {**thing.properties, **links}


def _path(plan: LevelPlan, size: int) -> Fields:
    middle = plan.path[0][0] * size + size // 2, plan.path[0][1] * size + size // 2
    points = [{"x": across, "y": down} for across, down in _line(plan.path, size)]
    drawn = {**_object(len(plan.things) + 1, "way", middle, 0), "polyline": points}
    return {**_layer(3, "way", "objectgroup"), "draworder": "topdown", "objects": [drawn]}


def _regions(plan: LevelPlan, size: int, below: int) -> Fields:
    """Returns the layer of the regions, above so many others."""
    first = len(plan.things) + 1 + (len(plan.path) > 1)
    objects = [
        {**_region(number, region, size), "properties": properties(region.properties)}
        for number, region in enumerate(plan.regions, first)
    ]
    return {**_layer(below + 1, "rooms", "objectgroup"), "draworder": "index", "objects": objects}


def _region(number: int, region: Region, size: int) -> Fields:
    named = {"name": f"{region.name} {region.id}", "type": region.name}
    if not region.cells:
        sides = {"width": region.width * size, "height": region.height * size}
        return {**_object(number, region.name, (region.x * size, region.y * size), 0), **sides, **named}
    corners = outline(region)
    start = corners[0][0] * size, corners[0][1] * size
    points = [{"x": across, "y": down} for across, down in _line(corners, size)]
    return {**_object(number, region.name, start, 0), **named, "polygon": points}


def _line(path: Sequence[Place], size: int) -> list[Place]:
    """Returns the points of a way in pixels, from its first."""
    return [((x - path[0][0]) * size, (y - path[0][1]) * size) for x, y in path]


def _object(number: int, name: str, corner: Place, side: int) -> Fields:
    size = {"x": corner[0], "y": corner[1], "width": side, "height": side}
    return {"id": number, "name": name, "type": name, **size, "rotation": 0, "visible": True}
