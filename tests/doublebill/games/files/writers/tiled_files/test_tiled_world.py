import json
from dataclasses import replace
from pathlib import Path

from pytiled_parser import parse_map, parse_world

from doublebill.games.dungeon.kind import DUNGEON
from doublebill.games.files.level_files import level_files
from doublebill.games.files.writers.tiled_files.tiled import tiled
from doublebill.games.files.writers.tiled_files.tiled_world import tiled_world
from doublebill.games.files.writers.tiled_files.tmx import tmx
from doublebill.games.levels.generate import generate
from doublebill.games.tileset.themes import TileStyle
from sample_levels import LEGEND, LEVEL, planned

PLANS = [planned(replace(LEVEL, seed=seed), LEGEND, "dungeon") for seed in "ab"]


def test_maps_lie_side_by_side_in_pixels():
    world = json.loads(tiled_world(["a.tmx", "b.tmx"], PLANS, TileStyle("stone", 32)))
    assert [(one["fileName"], one["x"], one["width"], one["height"]) for one in world["maps"]] == [
        ("a.tmx", 0, 160, 160),
        ("b.tmx", 224, 160, 160),
    ]


def test_each_floor_of_a_dungeon_is_a_map_whose_stairs_name_those_of_others(tmp_path: Path):
    spec = DUNGEON.spec(width=30, height=16, floors=3)
    for form in ("tiled", "tmx"):
        files = level_files([DUNGEON.plan(generate(DUNGEON, spec, 4))], form, TileStyle())
        for file in files:
            (tmp_path / file.name).write_bytes(file.content)
        world = parse_world(tmp_path / "dungeon-4.world")
        places = [(one.map_file.stem, one.coordinates.x, one.coordinates.y) for one in world.maps]
        assert places == [(f"dungeon-4-floor-{number}", 0, 288 * (number - 1)) for number in (1, 2, 3)]
        maps = {one.map_file.name: parse_map(tmp_path / one.map_file) for one in world.maps}
        assert [one.properties["floor"] for one in maps.values()] == [1, 2, 3]
        objects = {name: {one.id: one for one in found.layers[1].tiled_objects} for name, found in maps.items()}
        stairs = [(name, one) for name, found in objects.items() for one in found.values() if "stairs" in one.class_]
        assert len(stairs) == 4
        for name, one in stairs:
            other = objects[str(one.properties["to_map"])][one.properties["to_object"]]
            assert {one.class_, other.class_} == {"stairs down", "stairs up"}
            assert (str(other.properties["to_map"]), other.properties["to_object"]) == (name, one.id)


def test_stairs_of_one_map_have_the_object_that_they_lead_to(tmp_path: Path):
    plan = DUNGEON.plan(generate(DUNGEON, DUNGEON.spec(width=30, height=16, floors=2), 4))
    for ending, write in (("tmj", tiled), ("tmx", tmx)):
        (tmp_path / f"all.{ending}").write_text(write(plan, TileStyle()))
        objects = {one.id: one for one in parse_map(tmp_path / f"all.{ending}").layers[1].tiled_objects}
        down, up = (next(one for one in objects.values() if one.class_ == f"stairs {way}") for way in ("down", "up"))
        assert (int(down.properties["to"]), int(up.properties["to"])) == (up.id, down.id)


def test_an_importer_loads_the_world_with_its_maps(tmp_path: Path):
    for file in level_files(PLANS, "tiled", TileStyle()):
        (tmp_path / file.name).write_bytes(file.content)
    world = parse_world(tmp_path / "dungeon.world")
    assert [parse_map(tmp_path / one.map_file).properties["seed"] for one in world.maps] == ["a", "b"]
