"""The definitions of an LDtk project: its layers, and an entity for each tile that is neither wall nor floor."""

import re
from collections.abc import Mapping, Sequence

from doublebill.games.files.drawn_level import CELL, DrawnLevel
from doublebill.games.files.writers.palette import PATH_COLOUR, looks
from doublebill.games.grids.grid import FLOOR, WALL

TILES, OBJECTS, PATH, ENTITIES = 1, 2, 3, 10
"""Numbers (`uid`) of the layers and of the one level; entities add their place in the legend to the last."""

type Fields = dict[str, object]


def definitions(plan: DrawnLevel) -> Fields:
    """Returns all that the level refers to."""
    names, shown = identifiers(plan.legend), looks(plan.legend)
    values = [
        {"value": number, "identifier": names[tile], "color": shown[tile].colour.upper(), "tile": None, "groupUid": 0}
        for tile, number in plan.numbers.items()
    ]
    passed = {"value": 1, "identifier": "Passed", "color": PATH_COLOUR.upper(), "tile": None, "groupUid": 0}
    layers = [_layer_definition(OBJECTS, "Objects", "Entities"), _layer_definition(TILES, "Tiles", "IntGrid", values)]
    if plan.path:
        layers.insert(0, _layer_definition(PATH, "Way", "IntGrid", [passed]))
    entities = [
        _entity_definition(names[tile], ENTITIES + number, shown[tile].colour.upper())
        for tile, number in plan.numbers.items()
        if tile not in (WALL, FLOOR)
    ]
    nothing: Fields = {"tilesets": [], "enums": [], "externalEnums": [], "levelFields": []}
    return {"layers": layers, "entities": entities, **nothing}


def _layer_definition(uid: int, name: str, kind: str, values: Sequence[Mapping[str, object]] = ()) -> Fields:
    return {
        "__type": kind,
        "identifier": name,
        "type": kind,
        "uid": uid,
        "doc": None,
        "uiColor": None,
        "gridSize": CELL,
        "guideGridWid": 0,
        "guideGridHei": 0,
        "displayOpacity": opacity(uid),
        "inactiveOpacity": 1,
        "hideInList": False,
        "hideFieldsWhenInactive": True,
        "canSelectWhenInactive": True,
        "renderInWorldView": True,
        "pxOffsetX": 0,
        "pxOffsetY": 0,
        "parallaxFactorX": 0,
        "parallaxFactorY": 0,
        "parallaxScaling": True,
        "requiredTags": [],
        "excludedTags": [],
        "intGridValues": list(values),
        "intGridValuesGroups": [],
        "autoRuleGroups": [],
        "autoSourceLayerDefUid": None,
        "tilesetDefUid": None,
        "tilePivotX": 0,
        "tilePivotY": 0,
    }


def _entity_definition(name: str, uid: int, colour: str) -> Fields:
    return {
        "identifier": name,
        "uid": uid,
        "tags": [],
        "exportToToc": False,
        "doc": None,
        "width": CELL,
        "height": CELL,
        "resizableX": False,
        "resizableY": False,
        "minWidth": None,
        "maxWidth": None,
        "minHeight": None,
        "maxHeight": None,
        "keepAspectRatio": False,
        "tileOpacity": 1,
        "fillOpacity": 1,
        "lineOpacity": 1,
        "hollow": False,
        "color": colour,
        "renderMode": "Rectangle",
        "showName": True,
        "tilesetId": None,
        "tileRenderMode": "FitInside",
        "tileRect": None,
        "uiTileRect": None,
        "nineSliceBorders": [],
        "maxCount": 0,
        "limitScope": "PerLevel",
        "limitBehavior": "MoveLastOne",
        "pivotX": 0,
        "pivotY": 0,
        "fieldDefs": [],
    }


def identifiers(legend: Mapping[str, str]) -> Mapping[str, str]:
    """Returns an identifier for each tile: its name in letters, digits and underscores, and a number if taken."""
    found: dict[str, str] = {}
    for number, (tile, name) in enumerate(legend.items(), 1):
        word = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")
        word = word[:1].upper() + word[1:] if word[:1].isalpha() else f"Tile_{word}"
        found[tile] = f"{word}_{number}" if word in found.values() else word
    return found


def opacity(layer: int) -> float:
    """Returns the opacity of a layer; the path lets the tiles beneath it show through."""
    return 0.5 if layer == PATH else 1
