"""Projects are checked against the public schema of LDtk 1.5.3, which lies in `tests/fixtures/ldtk`."""

import json
import re
from dataclasses import replace

import pytest
from jsonschema import Draft7Validator

from doublebill.games.files.writers.ldtk_files.ldtk import ldtk, ldtk_project
from doublebill.games.files.writers.ldtk_files.ldtk_levels import identity
from doublebill.games.files.writers.ldtk_files.ldtk_names import identifiers
from doublebill.games.kinds import KINDS
from doublebill.games.levels.generate import generate
from doublebill.games.plans.border import bordered
from doublebill.games.tileset.laying import ground_tiles, thing_tiles
from doublebill.games.tileset.themes import TileStyle
from doublebill_local.locations import ROOT
from sample_levels import EVIL, LEGEND, LEVEL, PATH, ROOMS, THINGS, planned

SCHEMA = Draft7Validator(json.loads((ROOT / "tests/fixtures/ldtk/JSON_SCHEMA.json").read_text()))
STYLE = TileStyle()


def written(*plans, style=STYLE):
    return json.loads(ldtk_project(plans, style))


def complaints(project):
    return [f"{list(error.path)}: {error.message}" for error in SCHEMA.iter_errors(project)]


def layers(project, level=0):
    return {layer["__identifier"]: layer for layer in project["levels"][level]["layerInstances"]}


def entities(project, level=0):
    return [
        (one["__identifier"].lower(), *one["__grid"]) for one in layers(project, level)["Objects"]["entityInstances"]
    ]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("solution", [False, True])
def test_a_batch_of_any_kind_is_one_valid_project(kind, solution):
    levels = [generate(kind, kind.spec(), seed) for seed in (5, 6)]
    paths = [kind.rules.path(level.grid, level.certificate) if solution else () for level in levels]
    project = written(*map(kind.plan, levels, paths), style=TileStyle("forest", 32))
    assert complaints(project) == []
    assert [level["identifier"] for level in project["levels"]] == [f"{kind.name.title()}_5", f"{kind.name.title()}_6"]


def test_the_schema_finds_what_is_missing():
    project = written(planned(LEVEL, LEGEND, "dungeon"))
    del project["levels"][0]["layerInstances"][0]["iid"]
    del project["defs"]["entities"][0]["allowOutOfBounds"]
    assert len(complaints(project)) == 2


def test_cells_are_the_ground_alone_with_a_wall_around():
    project = written(planned(LEVEL, LEGEND, "dungeon"))
    (defined,) = [layer for layer in project["defs"]["layers"] if layer["identifier"] == "Ground"]
    values = {value["value"]: value["identifier"] for value in defined["intGridValues"]}
    assert values == {1: "Wall", 2: "Floor"}
    cells = layers(project)["Ground"]["intGridCsv"]
    assert cells == [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 2, 1, 2, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1]


def test_tiles_are_those_of_the_tileset_beside_the_project():
    plan = bordered(planned(LEVEL, LEGEND, "dungeon"))
    project = written(plan, style=TileStyle("ice", 32))
    (tileset,) = project["defs"]["tilesets"]
    assert (tileset["relPath"], tileset["pxWid"], tileset["tileGridSize"]) == ("ice-32.png", 512, 32)
    tiles = layers(project)["Tiles"]["gridTiles"]
    assert [tile["t"] for tile in tiles] == ground_tiles(plan).ravel().tolist()
    assert all(tile["src"] == [tile["t"] % 16 * 32, tile["t"] // 16 * 32] for tile in tiles)
    key = next(one for one in project["defs"]["entities"] if one["identifier"] == "Key")
    number = thing_tiles(plan)["key"]
    assert (key["tileRect"]["x"], key["tileRect"]["y"]) == (number % 16 * 32, number // 16 * 32)


def test_each_thing_is_an_entity_in_its_cell():
    project = written(planned(LEVEL, LEGEND, "dungeon"))
    assert entities(project) == [(name, x + 1, y + 1) for name, x, y in THINGS]
    names = {entity["uid"]: entity["identifier"] for entity in project["defs"]["entities"]}
    for entity in layers(project)["Objects"]["entityInstances"]:
        assert names[entity["defUid"]] == entity["__identifier"]
        assert entity["px"] == [16 * x for x in entity["__grid"]]


def test_properties_are_fields_with_their_types_and_null_where_they_lack():
    plan = planned(LEVEL, LEGEND, "dungeon")
    red = [
        replace(one, properties={"colour": "red", "uses": 2, "once": True}, opens=())
        for one in plan.things
        if one.name == "key"
    ]
    plain = [replace(one, name="key", id=9) for one in plan.things if one.name == "door"]
    project = written(replace(plan, things=(*red, *plain)))
    assert complaints(project) == []
    first, second = layers(project)["Objects"]["entityInstances"]
    found = [(one["__identifier"], one["__type"], one["__value"]) for one in first["fieldInstances"]]
    assert found == [("colour", "String", "red"), ("uses", "Int", 2), ("once", "Bool", True)]
    assert [one["__value"] for one in second["fieldInstances"]] == [None] * 3
    (level,) = project["levels"]
    assert {one["__identifier"]: one["__value"] for one in level["fieldInstances"]} == {
        "kind": "dungeon",
        "seed": "a",
        "moves": "DDRR",
    }


@pytest.fixture(scope="module")
def dungeon():
    """A project of two dungeons, of three floors and of one."""
    kind = KINDS["dungeon"]
    levels = [generate(kind, kind.spec(width=30, height=16, floors=floors), 4) for floors in (3, 1)]
    return written(*[replace(kind.plan(level), name=f"dungeon-{level.spec.floors}") for level in levels])


def test_floors_are_levels_at_one_place_each_deeper_than_the_one_above(dungeon):
    assert complaints(dungeon) == []
    found = [(one["identifier"], one["worldX"], one["worldDepth"]) for one in dungeon["levels"]]
    words = [f"Dungeon_3_floor_{number}" for number in (1, 2, 3)]
    assert found == [(words[0], 0, 0), (words[1], 0, -1), (words[2], 0, -2), ("Dungeon_1", 512, 0)]
    levels = {one["iid"]: one for one in dungeon["levels"]}
    beside = [[(levels[n["levelIid"]]["worldDepth"], n["dir"]) for n in one["__neighbours"]] for one in levels.values()]
    assert beside == [[(-1, "<")], [(0, ">"), (-2, "<")], [(-1, ">")], []]
    (fields, *_) = [one["fieldInstances"] for one in dungeon["levels"]]
    assert {one["__identifier"]: one["__value"] for one in fields}["floor"] == 1


def test_stairs_refer_to_the_stairs_at_their_other_end(dungeon):
    at = {}
    for level in dungeon["levels"]:
        layer = next(one for one in level["layerInstances"] if one["__identifier"] == "Objects")
        for one in layer["entityInstances"]:
            at[one["iid"], layer["iid"], level["iid"]] = (one, level["worldDepth"])
    stairs = [(*found, place) for place, found in at.items() if found[0]["__identifier"].startswith("Stairs")]
    assert len(stairs) == 4
    for entity, depth, place in stairs:
        (to,) = entity["fieldInstances"]
        wanted = to["__value"]
        other, there = at[wanted["entityIid"], wanted["layerIid"], wanted["levelIid"]]
        assert (to["__type"], wanted["worldIid"]) == ("EntityRef", dungeon["dummyWorldIid"])
        assert there - depth == (-1 if entity["__identifier"] == "Stairs_down" else 1)
        assert other["fieldInstances"][0]["__value"]["entityIid"] == place[0]
        assert to["realEditorValues"] == [{"id": "V_String", "params": [other["iid"]]}]
    defined = next(one for one in dungeon["defs"]["entities"] if one["identifier"] == "Stairs_up")["fieldDefs"]
    assert [(one["type"], one["allowedRefs"], one["symmetricalRef"]) for one in defined] == [
        ("F_EntityRef", "Any", True)
    ]


def test_rooms_are_entities_as_large_as_they_are_with_their_role_and_depth():
    project = written(replace(planned(LEVEL, LEGEND, "dungeon"), regions=ROOMS))
    assert complaints(project) == []
    assert list(layers(project)) == ["Objects", "Rooms", "Tiles", "Ground"]
    found = layers(project)["Rooms"]["entityInstances"]
    places = [(one["__identifier"], *one["px"], one["width"], one["height"]) for one in found]
    assert places == [("Room", 16, 16, 48, 16), ("Room", 32, 32, 32, 32)]
    values = [[(one["__identifier"], one["__value"]) for one in room["fieldInstances"]] for room in found]
    assert values == [[("role", "entrance"), ("depth", 0)], [("role", "exit"), ("depth", 3)]]
    (defined,) = [one for one in project["defs"]["entities"] if one["uid"] == found[0]["defUid"]]
    assert (defined["resizableX"], defined["resizableY"]) == (True, True)


def test_the_way_marks_the_cells_that_it_passes_where_it_is_asked_for():
    assert list(layers(written(planned(LEVEL, LEGEND, "dungeon")))) == ["Objects", "Tiles", "Ground"]
    shown = layers(written(planned(LEVEL, LEGEND, "dungeon", PATH)))
    assert list(shown) == ["Way", "Objects", "Tiles", "Ground"]
    passed = {(place % 5 - 1, place // 5 - 1) for place, value in enumerate(shown["Way"]["intGridCsv"]) if value}
    assert passed == set(PATH)


@pytest.mark.parametrize("path", [[], PATH])
def test_all_that_is_referred_to_is_defined_once(path):
    first, second = (planned(replace(LEVEL, seed=seed), LEGEND, "dungeon", path) for seed in ("a", "b"))
    plans = [replace(first, regions=ROOMS), second]
    project = written(*plans)
    parts, levels = project["defs"], project["levels"]
    fields = [*parts["levelFields"], *(field for one in parts["entities"] for field in one["fieldDefs"])]
    defined = [one["uid"] for one in (*parts["layers"], *parts["entities"], *parts["tilesets"], *fields, *levels)]
    assert len(set(defined)) == len(defined)
    assert max(defined) < project["nextUid"]
    for level in levels:
        assert {layer["levelId"] for layer in level["layerInstances"]} == {level["uid"]}
        assert {layer["layerDefUid"] for layer in level["layerInstances"]} <= set(defined)
        assert {one["defUid"] for one in level["fieldInstances"]} <= set(defined)
    found = re.findall(r'"(?:iid|dummyWorldIid)": "([^"]+)"', json.dumps(project))
    assert len(set(found)) == len(found)
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", one) for one in found)


def test_levels_of_a_batch_lie_side_by_side():
    plans = [planned(LEVEL, LEGEND, "dungeon"), planned(replace(LEVEL, seed="b"), LEGEND, "dungeon")]
    first, second = written(*plans)["levels"]
    assert first["worldX"] + first["pxWid"] < second["worldX"]


def test_the_same_level_has_the_same_identity_and_any_other_another():
    others = [LEVEL, replace(LEVEL, seed="b"), replace(LEVEL, grid=(*LEVEL.grid[:2], "K.."))]
    found = [identity(planned(level, LEGEND, "dungeon"))("level") for level in others]
    assert len(set(found)) == len(others)
    assert found[0] == "f3200564-2b25-6956-4610-7d637cd12bd4"


def test_engines_see_whose_format_and_version_it_is():
    project = json.loads(ldtk(planned(LEVEL, LEGEND, "dungeon"), STYLE))
    header = project["__header__"]
    assert (header["app"], header["appVersion"], project["jsonVersion"]) == ("LDtk", "1.5.3", "1.5.3")


def test_names_become_identifiers_and_no_two_the_same():
    assert complaints(written(planned(LEVEL, EVIL, "dungeon"))) == []
    names = ["crate on goal", "crate  on-goal", "2 lives", "木", '<b>&"?']
    words = ["Crate_on_goal", "Crate_on_goal_2", "Tile_2_lives", "Tile_", "B"]
    assert list(identifiers(names).values()) == words
