"""Levels as one project of the LDtk editor (LDtk 1.5.3, its JSON schema).

A layer "Ground" holds the ground of every cell as a number, "Tiles" its tile, "Objects" an entity for each thing with
its properties as fields. Where levels have regions, a layer "Rooms" has an entity for each, as large as the rectangle
around it. With a solution, a layer "Way" has a 1 in each cell that it passes. The tileset's picture goes beside the
project, under its name. Names become what LDtk calls identifiers: "pipe left" is `Pipe_left`.
"""

import json
from collections.abc import Sequence
from itertools import accumulate

from doublebill.games.files.writers.ldtk_files.ldtk_definitions import definitions
from doublebill.games.files.writers.ldtk_files.ldtk_levels import BACKGROUND, identity, level
from doublebill.games.files.writers.ldtk_files.ldtk_names import Fields, identifiers, project_names
from doublebill.games.plans.border import bordered
from doublebill.games.plans.level_plan import LevelPlan
from doublebill.games.tileset.laying import thing_tiles
from doublebill.games.tileset.themes import TileStyle

VERSION = "1.5.3"
BETWEEN = 2
"""Cells between two levels of a world."""

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


def ldtk(plan: LevelPlan, style: TileStyle) -> str:
    """Returns a project with one level."""
    return ldtk_project([plan], style)


def ldtk_project(plans: Sequence[LevelPlan], style: TileStyle) -> str:
    """Returns a project with a level for each plan, side by side; their names differ."""
    whole = [bordered(plan) for plan in plans]
    names, size = project_names(whole, style), style.pixels
    words = identifiers(plan.name for plan in whole)
    iid = identity(whole[0])
    lefts = [0, *accumulate((plan.width + BETWEEN) * size for plan in whole)]
    tiles = {name: number for plan in whole for name, number in thing_tiles(plan).items()}
    content: Fields = {
        "__header__": HEADER,
        "iid": iid("project"),
        "jsonVersion": VERSION,
        "appBuildId": 0,
        "nextUid": names.level_uid(len(whole)),
        "identifierStyle": "Capitalize",
        "toc": [],
        "worldLayout": "Free",
        "worldGridWidth": whole[0].width * size,
        "worldGridHeight": whole[0].height * size,
        "defaultLevelWidth": whole[0].width * size,
        "defaultLevelHeight": whole[0].height * size,
        "defaultGridSize": size,
        "defaultEntityWidth": size,
        "defaultEntityHeight": size,
        **SETTINGS,
        "defs": definitions(names, tiles, any(plan.path for plan in whole)),
        "levels": [
            level(plan, names, words[plan.name], names.level_uid(place), lefts[place])
            for place, plan in enumerate(whole)
        ],
        "worlds": [],
        "dummyWorldIid": iid("world"),
    }
    return json.dumps(content, separators=(",", ":")) + "\n"
