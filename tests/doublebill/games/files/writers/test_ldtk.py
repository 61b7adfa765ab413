"""LDtk's own schema is not shipped; what its version 1.4.1 demands of each part stands here, by type."""

import json
import re
from dataclasses import replace

import pytest

from doublebill.games.files.writers.ldtk import iid, ldtk
from doublebill.games.files.writers.ldtk_definitions import identifiers
from doublebill.games.kinds import KINDS
from doublebill.games.levels.generate import generate
from sample_levels import EVIL, LEGEND, LEVEL, PATH, THINGS, drawn, planned

TYPES = {"int": int, "number": int | float, "bool": bool, "str": str, "list": list, "dict": dict}

PROJECT = {
    "number": "appBuildId defaultPivotX defaultPivotY",
    "int": "backupLimit defaultEntityHeight defaultEntityWidth defaultGridSize nextUid",
    "bool": "backupOnSave exportLevelBg exportTiled externalLevels minifyJson simplifiedExport",
    "str": "bgColor defaultLevelBgColor dummyWorldIid identifierStyle iid imageExportMode jsonVersion levelNamePattern",
    "list": "customCommands flags levels toc worlds",
    "dict": "defs",
}
DEFINITIONS = {"list": "entities enums externalEnums layers levelFields tilesets"}
LAYER_DEFINITION = {
    "str": "__type identifier type",
    "list": "autoRuleGroups excludedTags intGridValues intGridValuesGroups requiredTags",
    "bool": "canSelectWhenInactive hideFieldsWhenInactive hideInList parallaxScaling renderInWorldView",
    "number": "displayOpacity inactiveOpacity parallaxFactorX parallaxFactorY tilePivotX tilePivotY",
    "int": "gridSize guideGridHei guideGridWid pxOffsetX pxOffsetY uid",
}
VALUE = {"str": "color identifier", "int": "groupUid value"}
ENTITY_DEFINITION = {
    "str": "color identifier limitBehavior limitScope renderMode tileRenderMode",
    "bool": "exportToToc hollow keepAspectRatio resizableX resizableY showName",
    "list": "fieldDefs nineSliceBorders tags",
    "number": "fillOpacity lineOpacity pivotX pivotY tileOpacity",
    "int": "height maxCount uid width",
}
LEVEL_PARTS = {
    "str": "__bgColor __smartColor identifier iid",
    "list": "__neighbours fieldInstances layerInstances",
    "number": "bgPivotX bgPivotY",
    "int": "pxHei pxWid uid worldDepth worldX worldY",
    "bool": "useAutoIdentifier",
}
LAYER = {
    "int": "__cHei __cWid __gridSize __pxTotalOffsetX __pxTotalOffsetY layerDefUid levelId pxOffsetX pxOffsetY seed",
    "str": "__identifier __type iid",
    "number": "__opacity",
    "list": "autoLayerTiles entityInstances gridTiles intGridCsv optionalRules",
    "bool": "visible",
}
ENTITY = {
    "list": "__grid __pivot __tags fieldInstances px",
    "str": "__identifier __smartColor iid",
    "int": "__worldX __worldY defUid height width",
}


def written(level, legend, name, path=()):
    return json.loads(ldtk(planned(level, legend, name, path)))


def parts(project):
    """Every part of a project with what is demanded of it."""
    definitions, (level,) = project["defs"], project["levels"]
    yield from ((project, PROJECT), (definitions, DEFINITIONS), (level, LEVEL_PARTS))
    for layer in definitions["layers"]:
        yield layer, LAYER_DEFINITION
        yield from ((value, VALUE) for value in layer["intGridValues"])
    yield from ((entity, ENTITY_DEFINITION) for entity in definitions["entities"])
    for layer in level["layerInstances"]:
        yield layer, LAYER
        yield from ((entity, ENTITY) for entity in layer["entityInstances"])


def layers(project):
    return {layer["__identifier"]: layer for layer in project["levels"][0]["layerInstances"]}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("solution", [False, True])
def test_every_field_that_ldtk_demands_is_there_and_of_its_type(kind, solution):
    level = generate(kind, kind.spec(), 5)
    path = kind.rules.path(level.grid, level.certificate) if solution else ()
    for part, demanded in parts(written(level, kind.legend, kind.name, path)):
        for form, fields in demanded.items():
            for field in fields.split():
                assert isinstance(part[field], TYPES[form]), field
                assert form == "bool" or not isinstance(part[field], bool), field


def test_cells_are_places_in_the_legend_that_the_layer_defines():
    project = written(LEVEL, LEGEND, "dungeon")
    assert layers(project)["Tiles"]["intGridCsv"] == [3, 2, 6, 2, 1, 2, 4, 2, 5]
    (defined,) = [layer for layer in project["defs"]["layers"] if layer["identifier"] == "Tiles"]
    assert [(value["value"], value["identifier"]) for value in defined["intGridValues"]] == [
        (1, "Wall"),
        (2, "Floor"),
        (3, "Player"),
        (4, "Key"),
        (5, "Door"),
        (6, "Enemy"),
    ]


def test_what_is_neither_wall_nor_floor_is_an_entity_in_its_cell():
    project = written(LEVEL, LEGEND, "dungeon")
    names = {entity["uid"]: entity["identifier"].lower() for entity in project["defs"]["entities"]}
    entities = layers(project)["Objects"]["entityInstances"]
    assert [(names[entity["defUid"]], *entity["__grid"]) for entity in entities] == THINGS
    assert all(entity["px"] == [16 * x for x in entity["__grid"]] for entity in entities)
    assert all(entity["__identifier"].lower() == names[entity["defUid"]] for entity in entities)


def test_the_way_marks_the_cells_that_it_passes_where_it_is_asked_for():
    assert list(layers(written(LEVEL, LEGEND, "dungeon"))) == ["Objects", "Tiles"]
    project = written(LEVEL, LEGEND, "dungeon", PATH)
    assert list(layers(project)) == ["Way", "Objects", "Tiles"]
    assert layers(project)["Way"]["intGridCsv"] == [1, 0, 0, 1, 0, 0, 1, 1, 1]


@pytest.mark.parametrize("path", [[], PATH])
def test_all_that_is_referred_to_is_defined_once(path):
    project = written(LEVEL, LEGEND, "dungeon", path)
    (level,) = project["levels"]
    defined = [part["uid"] for part in (*project["defs"]["layers"], *project["defs"]["entities"], level)]
    assert len(set(defined)) == len(defined)
    assert max(defined) < project["nextUid"]
    for layer in level["layerInstances"]:
        assert layer["layerDefUid"] in defined
        assert layer["levelId"] == level["uid"]
    found = re.findall(r'"(?:iid|dummyWorldIid)": "([^"]+)"', json.dumps(project))
    assert len(set(found)) == len(found) == 3 + len(level["layerInstances"]) + len(THINGS)
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", one) for one in found)


def test_the_same_level_has_the_same_identity_and_any_other_another():
    others = [LEVEL, replace(LEVEL, seed="b"), replace(LEVEL, grid=(*LEVEL.grid[:2], "K.."))]
    found = [iid(drawn(level, LEGEND, "dungeon"), "level") for level in others]
    assert len(set(found)) == len(others)
    assert found[0] == "f3200564-2b25-6956-4610-7d637cd12bd4"


def test_engines_see_whose_format_and_version_it_is():
    project = written(LEVEL, LEGEND, "dungeon")
    assert (project["__header__"]["app"], project["__header__"]["appVersion"]) == ("LDtk", project["jsonVersion"])


def test_names_become_identifiers_and_no_two_the_same():
    assert list(identifiers(EVIL).values()) == ["Wall", "Floor", "B", "Key", "Door", "Tile_"]
    names = {"a": "crate on goal", "b": "crate  on-goal", "c": "2 lives", "d": "木"}
    assert list(identifiers(names).values()) == ["Crate_on_goal", "Crate_on_goal_2", "Tile_2_lives", "Tile_"]
