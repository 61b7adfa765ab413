"""Levels as one project of the LDtk editor (LDtk 1.5.3, its JSON schema).

A layer "Ground" holds the ground of every cell as a number, "Tiles" its tile, "Objects" an entity for each thing with
its properties as fields. Where levels have regions, a layer "Rooms" has an entity for each, as large as the rectangle
around it. Each floor of a level with several is a level of the project, all at one place, each with a `worldDepth` one
lower than that of the floor above; the field `to` of stairs refers to the stairs at their other end. With a solution, a
layer "Way" has a 1 in each cell that it passes. The tileset's picture goes beside the project, under its name. Names
become what LDtk calls identifiers: "pipe left" is `Pipe_left`.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import accumulate, count

from doublebill.games.files.writers.ldtk_files.ldtk_definitions import definitions
from doublebill.games.files.writers.ldtk_files.ldtk_levels import BACKGROUND, LevelPlace, identity, level, references
from doublebill.games.files.writers.ldtk_files.ldtk_names import Fields, ProjectNames, identifiers, project_names
from doublebill.games.plans.border import bordered
from doublebill.games.plans.floors import floors_of
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
    """Returns a project with a level for each plan, side by side, or for each of its floors; their names differ."""
    floors = [[bordered(floor) for floor in floors_of(plan)] for plan in plans]
    whole = [plan for level in floors for plan in level]
    names, size = project_names(whole, style), style.pixels
    iid = identity(whole[0])
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
        "levels": list(_levels(floors, names, iid("world"))),
        "worlds": [],
        "dummyWorldIid": iid("world"),
    }
    return json.dumps(content, separators=(",", ":")) + "\n"


def _levels(floors: Sequence[Sequence[LevelPlan]], names: ProjectNames, world: str) -> Iterator[Fields]:
    """Yields a level for each floor; those of one dungeon are neighbours."""
    words = identifiers(plan.name for level in floors for plan in level)
    lefts = [0, *accumulate((level[0].width + BETWEEN) * names.style.pixels for level in floors)]
    uids = count(names.level_uid(0))
    for plans, left in zip(floors, lefts, strict=False):
        found = references(plans, world)
        for number, plan in enumerate(plans):
            beside = [(other, "<" if other > number else ">") for other in (number - 1, number + 1)]
            neighbours: list[Fields] = [
                {"levelIid": identity(plans[other])("level"), "dir": where}
                for other, where in beside
                if 0 <= other < len(plans)
            ]
            yield level(plan, names, LevelPlace(words[plan.name], next(uids), left, neighbours, found))
