"""The level as a project of the LDtk editor with one level in it (LDtk 1.4.1, its JSON schema).

A layer "Tiles" holds every cell as a number, the tile's place in the legend counted from 1; a layer "Objects" an entity
for each tile that is neither wall nor floor. With a solution, a layer "Way" has a 1 in each cell that it passes.
Names become what LDtk calls identifiers: "crate on goal" is `Crate_on_goal`.
"""

import functools
import hashlib
import json
from collections.abc import Iterable

from doublebill.games.files.drawn_level import CELL, DrawnLevel, drawn_level
from doublebill.games.files.writers.ldtk_definitions import (
    ENTITIES,
    OBJECTS,
    PATH,
    TILES,
    Fields,
    definitions,
    identifiers,
    opacity,
)
from doublebill.games.files.writers.palette import looks
from doublebill.games.grids.grid import Rows
from doublebill.games.plans.level_plan import LevelPlan
from doublebill.games.seeds import Seed

VERSION = "1.4.1"
BACKGROUND = "#F1F2F6"

HEADER = {
    "fileType": "LDtk Project JSON",
    "app": "LDtk",
    "doc": "https://ldtk.io/json",
    "schema": "https://ldtk.io/files/JSON_SCHEMA.json",
    "appAuthor": "doublebill",
    "appVersion": VERSION,
    "url": "https://ldtk.io",
}

SETTINGS: Fields = {
    "defaultPivotX": 0,
    "defaultPivotY": 0,
    "defaultGridSize": CELL,
    "defaultEntityWidth": CELL,
    "defaultEntityHeight": CELL,
    "bgColor": BACKGROUND,
    "defaultLevelBgColor": BACKGROUND,
    "minifyJson": True,
    "externalLevels": False,
    "exportTiled": False,
    "simplifiedExport": False,
    "imageExportMode": "None",
    "exportLevelBg": True,
    "pngFilePattern": None,
    "backupOnSave": False,
    "backupLimit": 10,
    "backupRelPath": None,
    "levelNamePattern": "Level_%idx",
    "tutorialDesc": None,
    "customCommands": [],
    "flags": [],
}
"""Settings of the editor that no level changes."""


def ldtk(level: LevelPlan) -> str:
    """Returns the project."""
    plan = drawn_level(level)
    content: Fields = {
        "__header__": HEADER,
        "iid": iid(plan, "project"),
        "jsonVersion": VERSION,
        "appBuildId": 0,
        "nextUid": ENTITIES + 1 + len(plan.legend),
        "identifierStyle": "Capitalize",
        "toc": [],
        "worldLayout": "Free",
        "worldGridWidth": plan.width * CELL,
        "worldGridHeight": plan.height * CELL,
        "defaultLevelWidth": plan.width * CELL,
        "defaultLevelHeight": plan.height * CELL,
        **SETTINGS,
        "defs": definitions(plan),
        "levels": [_level(plan)],
        "worlds": [],
        "dummyWorldIid": iid(plan, "world"),
    }
    return json.dumps(content, separators=(",", ":")) + "\n"


def iid(plan: DrawnLevel, part: str) -> str:
    """Returns the identity of a part of a level as a UUID: the same for the same part of the same level."""
    digest = hashlib.sha256(_identity(plan.name, plan.seed, plan.rows) + part.encode()).hexdigest()
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))


@functools.lru_cache(maxsize=4)
def _identity(name: str, seed: Seed, rows: Rows) -> bytes:
    return hashlib.sha256(json.dumps([name, seed, rows]).encode()).digest()


def _level(plan: DrawnLevel) -> Fields:
    layers = [
        _layer(plan, OBJECTS, "Objects", "Entities", entities=_entities(plan)),
        _layer(plan, TILES, "Tiles", "IntGrid", cells=plan.cells),
    ]
    if plan.path:
        passed = set(plan.path)
        cells = [int((x, y) in passed) for y in range(plan.height) for x in range(plan.width)]
        layers.insert(0, _layer(plan, PATH, "Way", "IntGrid", cells=cells))
    return {
        "identifier": "Level_0",
        "iid": iid(plan, "level"),
        "uid": ENTITIES,
        "worldX": 0,
        "worldY": 0,
        "worldDepth": 0,
        "pxWid": plan.width * CELL,
        "pxHei": plan.height * CELL,
        "__bgColor": BACKGROUND,
        "bgColor": None,
        "useAutoIdentifier": True,
        "bgRelPath": None,
        "bgPos": None,
        "bgPivotX": 0.5,
        "bgPivotY": 0.5,
        "__smartColor": BACKGROUND,
        "__bgPos": None,
        "externalRelPath": None,
        "fieldInstances": [],
        "layerInstances": layers,
        "__neighbours": [],
    }


def _layer(
    plan: DrawnLevel, uid: int, name: str, kind: str, cells: Iterable[int] = (), entities: Iterable[Fields] = ()
) -> Fields:
    return {
        "__identifier": name,
        "__type": kind,
        "__cWid": plan.width,
        "__cHei": plan.height,
        "__gridSize": CELL,
        "__opacity": opacity(uid),
        "__pxTotalOffsetX": 0,
        "__pxTotalOffsetY": 0,
        "__tilesetDefUid": None,
        "__tilesetRelPath": None,
        "iid": iid(plan, name),
        "levelId": ENTITIES,
        "layerDefUid": uid,
        "pxOffsetX": 0,
        "pxOffsetY": 0,
        "visible": True,
        "optionalRules": [],
        "intGridCsv": list(cells),
        "autoLayerTiles": [],
        "seed": 0,
        "overrideTilesetUid": None,
        "gridTiles": [],
        "entityInstances": list(entities),
    }


def _entities(plan: DrawnLevel) -> Iterable[Fields]:
    names, shown, numbers = identifiers(plan.legend), looks(plan.legend), plan.numbers
    for thing in plan.things:
        x, y = thing.x * CELL, thing.y * CELL
        yield {
            "__identifier": names[thing.tile],
            "__grid": [thing.x, thing.y],
            "__pivot": [0, 0],
            "__tags": [],
            "__tile": None,
            "__smartColor": shown[thing.tile].colour.upper(),
            "__worldX": x,
            "__worldY": y,
            "iid": iid(plan, f"{thing.x} {thing.y}"),
            "width": CELL,
            "height": CELL,
            "defUid": ENTITIES + numbers[thing.tile],
            "px": [x, y],
            "fieldInstances": [],
        }
