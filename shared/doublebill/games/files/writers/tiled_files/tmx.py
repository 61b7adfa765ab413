"""The level as a TMX map, the XML form of the Tiled editor (Tiled 1.10, "TMX Map Format"): the same as `tiled`."""

from collections.abc import Iterable, Mapping
from typing import Any

from doublebill.games.files.writers.markup import HEAD, element
from doublebill.games.files.writers.tiled_files.tiled import tiled_map
from doublebill.games.files.writers.tiled_files.tiled_tileset import Fields
from doublebill.games.plans.level_plan import LevelPlan
from doublebill.games.tileset.themes import TileStyle

ONLY_JSON = ("type", "compressionlevel", "x", "y", "visible", "opacity", "margin", "spacing", "rotation")
"""Fields that XML does without: they say what the element says, or have the usual value."""


def tmx(plan: LevelPlan, style: TileStyle) -> str:
    """Returns the map."""
    return HEAD + map_element(tiled_map(plan, style)) + "\n"


def map_element(content: Mapping[str, Any]) -> str:
    """Returns a map, given as its JSON form, as XML."""
    layers = [_tile_layer(one) if one["type"] == "tilelayer" else _object_layer(one) for one in content["layers"]]
    tilesets = [tileset_element(one) for one in content["tilesets"]]
    return element("map", _attributes(content), _properties(content), *tilesets, *layers)


def tileset_element(content: Mapping[str, Any]) -> str:
    """Returns a tileset, given as its JSON form, as XML."""
    if "source" in content:
        return element("tileset", content)
    picture = {"source": content["image"], "width": content["imagewidth"], "height": content["imageheight"]}
    attributes = {name: value for name, value in _attributes(content).items() if not name.startswith("image")}
    terrains = element("wangsets", {}, *map(_terrain, content["wangsets"]))
    return element("tileset", attributes, element("image", picture), *map(_tile, content["tiles"]), terrains)


def _terrain(content: Mapping[str, Any]) -> str:
    colours = [element("wangcolor", colour) for colour in content["colors"]]
    tiles = [
        element("wangtile", {"tileid": tile["tileid"], "wangid": ",".join(map(str, tile["wangid"]))})
        for tile in content["wangtiles"]
    ]
    head = {name: content[name] for name in ("name", "type", "tile")}
    return element("wangset", head, *colours, *tiles)


def _tile(content: Mapping[str, Any]) -> str:
    group = content.get("objectgroup")
    shapes = element("objectgroup", {"draworder": "index", "id": 2}, *_objects(group["objects"])) if group else ""
    return element("tile", {"id": content["id"], "type": content["type"]}, _properties(content), shapes)


def _tile_layer(content: Mapping[str, Any]) -> str:
    width, data = content["width"], content["data"]
    rows = [data[start : start + width] for start in range(0, len(data), width)]
    lines = ",\n".join(",".join(map(str, row)) for row in rows)
    return element("layer", _attributes(content), element("data", {"encoding": "csv"}, f"\n{lines}\n"))


def _object_layer(content: Mapping[str, Any]) -> str:
    return element("objectgroup", _attributes(content), *_objects(content["objects"]))


def _objects(objects: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for one in objects:
        place = {name: value for name, value in _attributes(one).items() if value not in ("", 0)}
        kind = {"type": one["type"]} if one["type"] else {}
        shape = "polygon" if "polygon" in one else "polyline"
        line = " ".join(f"{point['x']},{point['y']}" for point in one.get(shape, ()))
        inside = element(shape, {"points": line}) if line else ""
        yield element("object", {**place, **kind, "x": one["x"], "y": one["y"]}, _properties(one), inside)


def _properties(content: Mapping[str, Any]) -> str:
    written = [_property(one) for one in content.get("properties", ())]
    return element("properties", {}, *written) if written else ""


def _property(content: Mapping[str, Any]) -> str:
    value, kind = content["value"], content["type"]
    typed = {} if kind == "string" else {"type": kind}
    return element(
        "property", {"name": content["name"], **typed, "value": str(value).lower() if kind == "bool" else value}
    )


def _attributes(content: Mapping[str, Any]) -> Fields:
    """Returns the plain fields that XML has too."""
    plain = {name: value for name, value in content.items() if not isinstance(value, list | dict)}
    return {
        name: int(value) if isinstance(value, bool) else value for name, value in plain.items() if name not in ONLY_JSON
    }
