"""The definitions of an LDtk project: its layers, its tileset, an entity for each name of a thing, and their fields."""

from collections.abc import Mapping, Sequence

from doublebill.games.files.writers.ldtk_files.ldtk_names import (
    GROUND,
    OBJECTS,
    PATH,
    REGIONS,
    TILES,
    TILESET,
    Fields,
    ProjectNames,
    identifiers,
)
from doublebill.games.files.writers.palette import PATH_COLOUR, looks
from doublebill.games.plans.level_plan import Thing
from doublebill.games.tileset.tileset import COLUMNS, COUNT

TYPES = {bool: "Bool", int: "Int", str: "String", Thing: "EntityRef"}
"""Type of a property → its name in LDtk."""


def definitions(names: ProjectNames, tiles: Mapping[str, int], path: bool) -> Fields:
    """Returns all that the levels refer to; `tiles` has the number of each thing's tile."""
    size = names.style.pixels
    values = _ground_values(names)
    passed = {"value": 1, "identifier": "Passed", "color": PATH_COLOUR.upper(), "tile": None, "groupUid": 0}
    layers = [
        _layer_definition(PATH, "Way", "IntGrid", size, [passed]),
        _layer_definition(OBJECTS, "Objects", "Entities", size),
        _layer_definition(TILES, "Tiles", "Tiles", size),
        _layer_definition(GROUND, "Ground", "IntGrid", size, values),
    ]
    if names.regions:
        layers.insert(2, _layer_definition(REGIONS, "Rooms", "Entities", size))
    entities = [_entity_definition(names, name, tiles[name]) for name in names.things]
    return {
        "layers": layers if path else layers[1:],
        "entities": entities + [_region_definition(names, name) for name in names.regions],
        "tilesets": [_tileset_definition(names)],
        "enums": [],
        "externalEnums": [],
        "levelFields": _field_definitions(names, "", names.facts),
    }


def colours(names: Sequence[str]) -> Mapping[str, str]:
    """Returns the colour in which the editor shows each name, #RRGGBB."""
    return {name: look.colour.upper() for name, look in looks({name: name for name in names}).items()}


def tile_rect(number: int, size: int) -> Fields:
    """Returns the place of a tile in the picture of the tileset."""
    row, column = divmod(number, COLUMNS)
    return {"tilesetUid": TILESET, "x": column * size, "y": row * size, "w": size, "h": size}


def _ground_values(names: ProjectNames) -> list[Fields]:
    words, shown = identifiers(names.grounds), colours(names.grounds)
    return [
        {"value": number, "identifier": words[name], "color": shown[name], "tile": None, "groupUid": 0}
        for number, name in enumerate(names.grounds, 1)
    ]


def _tileset_definition(names: ProjectNames) -> Fields:
    size, rows = names.style.pixels, -(-COUNT // COLUMNS)
    return {
        "identifier": next(iter(identifiers([f"{names.style.theme}-{size}"]).values())),
        "uid": TILESET,
        "relPath": names.style.picture,
        "embedAtlas": None,
        "pxWid": COLUMNS * size,
        "pxHei": rows * size,
        "__cWid": COLUMNS,
        "__cHei": rows,
        "tileGridSize": size,
        "spacing": 0,
        "padding": 0,
        "tags": [],
        "tagsSourceEnumUid": None,
        "enumTags": [],
        "customData": [],
        "savedSelections": [],
        "cachedPixelData": None,
    }


def _layer_definition(uid: int, name: str, kind: str, size: int, values: Sequence[Fields] = ()) -> Fields:
    return {
        "__type": kind,
        "identifier": name,
        "type": kind,
        "uid": uid,
        "doc": None,
        "uiColor": None,
        "gridSize": size,
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
        "uiFilterTags": [],
        "useAsyncRender": False,
        "intGridValues": list(values),
        "intGridValuesGroups": [],
        "autoRuleGroups": [],
        "autoSourceLayerDefUid": None,
        "tilesetDefUid": TILESET if uid == TILES else None,
        "tilePivotX": 0,
        "tilePivotY": 0,
        "biomeFieldUid": None,
    }


def _entity_definition(names: ProjectNames, name: str, tile: int) -> Fields:
    size = names.style.pixels
    return {
        "identifier": names.words()[name],
        "uid": names.uid(name),
        "tags": [],
        "exportToToc": False,
        "allowOutOfBounds": False,
        "doc": None,
        "width": size,
        "height": size,
        "resizableX": False,
        "resizableY": False,
        "minWidth": None,
        "maxWidth": None,
        "minHeight": None,
        "maxHeight": None,
        "keepAspectRatio": False,
        "tileOpacity": 1,
        "fillOpacity": 0,
        "lineOpacity": 0,
        "hollow": False,
        "color": colours([*names.things, *names.regions])[name],
        "renderMode": "Tile",
        "showName": True,
        "tilesetId": TILESET,
        "tileRenderMode": "FitInside",
        "tileRect": tile_rect(tile, size),
        "uiTileRect": None,
        "nineSliceBorders": [],
        "maxCount": 0,
        "limitScope": "PerLevel",
        "limitBehavior": "MoveLastOne",
        "pivotX": 0,
        "pivotY": 0,
        "fieldDefs": _field_definitions(names, name, names.owners[name]),
    }


def _region_definition(names: ProjectNames, name: str) -> Fields:
    """Returns the definition of an entity that is resized to its region and drawn as a rectangle."""
    return {
        **_entity_definition(names, name, 0),
        "resizableX": True,
        "resizableY": True,
        "tileOpacity": 0,
        "fillOpacity": 0.1,
        "lineOpacity": 1,
        "hollow": True,
        "renderMode": "Rectangle",
        "tilesetId": None,
        "tileRect": None,
    }


def _field_definitions(names: ProjectNames, owner: str, fields: Mapping[str, type]) -> list[Fields]:
    return [
        {
            "identifier": name,
            "doc": None,
            "__type": TYPES[kind],
            "uid": names.uid(owner, name),
            "type": f"F_{TYPES[kind]}",
            **FIELD_SETTINGS,
            **(REFERENCE_SETTINGS if kind is Thing else {}),
        }
        for name, kind in fields.items()
    ]


FIELD_SETTINGS: Fields = {
    "isArray": False,
    "canBeNull": True,
    "arrayMinLength": None,
    "arrayMaxLength": None,
    "editorDisplayMode": "Hidden",
    "editorDisplayScale": 1,
    "editorDisplayPos": "Above",
    "editorLinkStyle": "StraightArrow",
    "editorDisplayColor": None,
    "editorAlwaysShow": False,
    "editorShowInWorld": False,
    "editorCutLongValues": True,
    "editorTextSuffix": None,
    "editorTextPrefix": None,
    "useForSmartColor": False,
    "exportToToc": False,
    "searchable": True,
    "min": None,
    "max": None,
    "regex": None,
    "acceptFileTypes": None,
    "defaultOverride": None,
    "textLanguageMode": None,
    "symmetricalRef": False,
    "autoChainRef": True,
    "allowOutOfLevelRef": True,
    "allowedRefs": "OnlySame",
    "allowedRefsEntityUid": None,
    "allowedRefTags": [],
    "tilesetUid": None,
}
"""What no field of a project changes."""

REFERENCE_SETTINGS: Fields = {
    "editorDisplayMode": "RefLinkBetweenCenters",
    "allowedRefs": "Any",
    "symmetricalRef": True,
}
"""What fields have that refer to another thing, which refers back."""


def opacity(layer: int) -> float:
    """Returns the opacity of a layer; the path lets the tiles beneath it show through."""
    return 0.5 if layer == PATH else 1
