"""What the Tiled editor itself makes of our maps: it opens each and exports it again, without a screen."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from doublebill.games.files.level_files import level_files
from doublebill.games.kinds import KINDS
from doublebill.games.levels.generate import generate
from doublebill.games.plans.border import bordered
from doublebill.games.plans.floors import floors_of
from doublebill.games.plans.level_plan import LevelPlan
from doublebill.games.tileset.themes import TileStyle
from doublebill.schema import read
from doublebill_local.locations import ROOT
from processes import PATIENCE_SECONDS

STYLE = TileStyle("crypt", 32)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], dict[str, Any]]:
    """Opens a map in Tiled; returns what it exports, with its tileset in it."""
    subprocess.run([sys.executable, str(ROOT / "infra" / "debian_package.py"), "tiled"], check=True)
    folder = tmp_path_factory.mktemp("tiled")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}

    def export(file: Path) -> dict[str, Any]:
        out = folder / "exported.json"
        command = ["tiled", "--export-map", "--embed-tilesets", "json", str(file), str(out)]
        ran = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True, timeout=PATIENCE_SECONDS
        )
        assert ran.stderr == ""
        exported: dict[str, Any] = json.loads(out.read_text())
        return exported

    return export


@pytest.mark.parametrize("form", ["tiled", "tmx"])
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_tiled_opens_each_map_of_a_batch_with_everything_in_its_place(
    opened: Callable[[Path], dict[str, Any]], kind: Any, form: Any, tmp_path: Path
) -> None:
    plans = [kind.plan(generate(kind, kind.spec(), seed)) for seed in (5, 6)]
    files = level_files(plans, form, STYLE)
    for file in files:
        (tmp_path / file.name).write_bytes(file.content)
    for plan, file in zip(plans, files, strict=False):
        check_map(opened(tmp_path / file.name), bordered(plan))


def test_tiled_opens_each_floor_of_a_dungeon_with_its_stairs_linked(
    opened: Callable[[Path], dict[str, Any]], tmp_path: Path
) -> None:
    kind = KINDS["dungeon"]
    plan = kind.plan(generate(kind, kind.spec(width=30, height=16, floors=2), 4))
    files = level_files([plan], "tmx", STYLE)
    for file in files:
        (tmp_path / file.name).write_bytes(file.content)
    maps = {file.name: opened(tmp_path / file.name) for file in files[:2]}
    for floor, exported in zip(floors_of(plan), maps.values(), strict=True):
        check_map(exported, floor)
    for exported in maps.values():
        (stairs,) = [one for one in exported["layers"][1]["objects"] if one["name"].startswith("stairs")]
        leads = {one["name"]: (one["type"], one["value"]) for one in stairs["properties"]}
        assert leads["to_map"][0] == "file"
        there = maps[Path(leads["to_map"][1]).name]["layers"][1]["objects"]
        (other,) = [one for one in there if one["id"] == leads["to_object"][1]]
        assert {stairs["name"], other["name"]} == {"stairs down", "stairs up"}


def test_tiled_links_keys_with_their_doors_names_vaults_and_keeps_the_terrains(
    opened: Callable[[Path], dict[str, Any]], tmp_path: Path
) -> None:
    kind = KINDS["dungeon"]
    plan = kind.plan(generate(kind, read(kind.spec, {"vaults": ["chapel"], "locks": 3}, "spec"), 5))
    for file in level_files([plan], "tmx", STYLE):
        (tmp_path / file.name).write_bytes(file.content)
    exported = opened(tmp_path / f"{plan.name}.tmx")
    objects = {one["id"]: one for one in exported["layers"][1]["objects"]}
    links = {
        one["name"]: objects[each["value"]]["name"]
        for one in objects.values()
        for each in one.get("properties", ())
        if (each["name"], each["type"]) == ("opens", "object")
    }
    assert links == {name: name.replace("key", "door") for name in links}
    assert len(links) == 3
    rooms = [{each["name"]: each["value"] for each in one["properties"]} for one in exported["layers"][2]["objects"]]
    assert [room["vault"] for room in rooms if "vault" in room] == ["chapel"]
    assert [len(one["wangtiles"]) for one in exported["tilesets"][0]["wangsets"]] == [51, 48]


def check_map(exported: dict[str, Any], plan: LevelPlan) -> None:
    """Asserts that ground, collisions and things are those of the plan."""
    (tileset,) = exported["tilesets"]
    tiles = {tile["id"] + tileset["firstgid"]: tile for tile in tileset["tiles"]}
    ground, objects, *rooms = exported["layers"]
    cells = [tiles[number] for number in ground["data"]]
    assert (ground["width"], ground["height"]) == (plan.width, plan.height)
    wanted = [plan.grounds[symbol] for row in plan.ground for symbol in row]
    assert [cell.get("type", cell.get("class")) for cell in cells] == [one.name for one in wanted]
    assert ["objectgroup" in cell for cell in cells] == [one.solid for one in wanted]
    size = STYLE.pixels
    places = [(one.get("type", one.get("class")), one["x"] // size, one["y"] // size - 1) for one in objects["objects"]]
    assert places == [(thing.name, thing.x, thing.y) for thing in plan.things]
    assert all(one["gid"] in tiles for one in objects["objects"])
    assert [one["name"] for layer in rooms for one in layer["objects"]] == [f"room {one.id}" for one in plan.regions]
