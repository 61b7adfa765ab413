import json
from dataclasses import replace
from pathlib import Path

from pytiled_parser import parse_map, parse_world

from doublebill.games.files.level_files import level_files
from doublebill.games.files.writers.tiled_files.tiled_world import tiled_world
from doublebill.games.tileset.themes import TileStyle
from sample_levels import LEGEND, LEVEL, planned

PLANS = [planned(replace(LEVEL, seed=seed), LEGEND, "dungeon") for seed in "ab"]


def test_maps_lie_side_by_side_in_pixels():
    world = json.loads(tiled_world(["a.tmx", "b.tmx"], PLANS, TileStyle("stone", 32)))
    assert [(one["fileName"], one["x"], one["width"], one["height"]) for one in world["maps"]] == [
        ("a.tmx", 0, 160, 160),
        ("b.tmx", 224, 160, 160),
    ]


def test_an_importer_loads_the_world_with_its_maps(tmp_path: Path):
    for file in level_files(PLANS, "tiled", TileStyle()):
        (tmp_path / file.name).write_bytes(file.content)
    world = parse_world(tmp_path / "dungeon.world")
    assert [parse_map(tmp_path / one.map_file).properties["seed"] for one in world.maps] == ["a", "b"]
