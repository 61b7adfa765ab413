import base64
import json
import subprocess
import sys

import pytest

from doublebill.errors import InvalidInput
from doublebill.games.content_kind import ANSWER_BYTES
from doublebill.games.files import FILES, as_file, check_bytes, check_pixels
from doublebill.games.kinds import KINDS
from doublebill.games.levels.generate import generate
from doublebill.games.maze.kind import MAZE, MazeSpec
from doublebill.games.tileset.themes import TileStyle
from doublebill.values.response_size import wrapped_bytes
from sample_levels import FACTS, LEGEND, LEVEL, PATH, planned

STYLE = TileStyle()
BEGINS = {
    "tiled": '{"type":"map"',
    "tmx": "<?xml",
    "ldtk": '{"__header__"',
    "godot": "[gd_scene format=4]",
    "uvtt": '{"format":0.3',
    "csv": "",
    "xsb": "Title: ",
    "svg": "<?xml",
    "png": "iVBORw0KGgo",
}
"""The first characters of every file of a format."""
WITHOUT_PATH = {"csv"}
"""Formats that have no room for a solution."""
CRATES = {"#": "wall", ".": "floor", "P": "player", "K": "crate", "D": "goal", "E": "crate"}


def legend(form):
    """A legend for the sample level whose things a format knows."""
    return CRATES if form == "xsb" else LEGEND


def test_the_beginning_of_every_format_is_written_here():
    assert set(FILES) == set(BEGINS), "add a new format to BEGINS"


@pytest.mark.parametrize("form", FILES)
def test_a_file_comes_with_its_media_type_and_the_facts(form):
    item = as_file(LEVEL, planned(LEVEL, legend(form), "dungeon"), form, STYLE)
    assert item["data"].startswith(BEGINS[form])
    assert {name: item[name] for name in FACTS} == FACTS
    assert (item["seed"], item["format"], item["media_type"]) == ("a", form, FILES[form].media_type)
    assert json.loads(json.dumps(item)) == item


@pytest.mark.parametrize("form", FILES)
def test_a_tileset_is_given_with_the_files_that_refer_to_it(form):
    item = as_file(LEVEL, planned(LEVEL, legend(form), "dungeon"), form, STYLE)
    assert ("tileset" in item) == ("stone-16.png" in item["data"]) == (form in ("tiled", "tmx", "ldtk", "godot"))
    if "tileset" in item:
        assert item["tileset"]["name"] == "stone-16.png"
        assert base64.b64decode(item["tileset"]["data"]).startswith(b"\x89PNG")


@pytest.mark.parametrize("form", ["png", "tmx", "ldtk", "godot", "uvtt"])
def test_more_pictures_than_an_answer_holds_are_refused(form):
    check_pixels(form, TileStyle("cave", 32), [7_000])
    with pytest.raises(InvalidInput) as refused:
        check_pixels(form, TileStyle("cave", 32), [7_000] * 100)
    assert [complaint.field for complaint in refused.value.complaints] == ["count", "tile_pixels"]


def test_pictures_of_levels_of_several_sizes_are_summed():
    check_pixels("png", TileStyle("cave", 32), [7_000, *[8] * 99])
    with pytest.raises(InvalidInput, match=r"^specs: .*; use at most 3; tile_pixels: ") as refused:
        check_pixels("png", TileStyle("cave", 32), [7_000, 400, 400, 400], "specs")
    assert "8,396,800 pixels" in str(refused.value)


@pytest.mark.parametrize("form", ["json", "text", "svg"])
def test_what_has_no_pixels_has_no_such_limit(form):
    check_pixels(form, TileStyle("cave", 32), [7_000] * 100)


@pytest.mark.parametrize("form", [form for form in FILES if form != "xsb"])
def test_the_fewest_bytes_of_a_cell_are_no_more_than_a_level_has(form):
    level = generate(MAZE, MazeSpec(30, 30), 1)
    data = as_file(level, MAZE.plan(level), form, STYLE)["data"]
    assert wrapped_bytes(json.dumps(data).encode()) >= 900 * FILES[form].cell_bytes


def test_a_level_whose_file_no_answer_holds_is_refused_before_it_is_made():
    check_bytes("ldtk", 65_000, ANSWER_BYTES)
    check_bytes("json", 400_000, ANSWER_BYTES)
    with pytest.raises(InvalidInput, match="use levels of at most 65,000 cells"):
        check_bytes("ldtk", 65_001, ANSWER_BYTES)


@pytest.mark.parametrize("form", FILES)
def test_a_solution_is_shown_only_where_it_is_asked_for(form):
    plain, shown = (as_file(LEVEL, planned(LEVEL, legend(form), "dungeon", path), form, STYLE) for path in ([], PATH))
    assert (plain["data"] != shown["data"]) == (form not in WITHOUT_PATH), "formats draw the path of the solution"


@pytest.mark.parametrize("form", [form for form in FILES if form != "xsb"])
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_has_every_format_without_code_of_its_own(kind, form):
    level = generate(kind, kind.spec(), 3)
    plan = kind.plan(level, kind.rules.path(level.grid, level.certificate))
    assert as_file(level, plan, form, STYLE)["data"].startswith(BEGINS[form])


def test_the_bytes_are_the_same_under_any_hash_seed():
    code = (
        "import hashlib, json; from doublebill.games.files import FILES, as_file;"
        "from doublebill.games.tileset.themes import TileStyle; from sample_levels import *;"
        "plan = planned(LEVEL, LEGEND, 'dungeon', PATH);"
        "items = [as_file(LEVEL, plan, form, TileStyle()) for form in FILES if form != 'xsb'];"
        "print(hashlib.sha256(json.dumps(items).encode()).hexdigest())"
    )
    paths = [path for path in sys.path if path]
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(paths)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(found) == 1
