import io
import json
import zipfile
from dataclasses import replace

import pytest

from doublebill.games.files import FILES
from doublebill.games.files.level_files import file_names, level_files, zipped
from doublebill.games.tileset.themes import TileStyle
from sample_levels import LEGEND, LEVEL, planned

STYLE = TileStyle("cave", 32)


def plans(*seeds):
    return [planned(replace(LEVEL, seed=seed), LEGEND, "dungeon") for seed in seeds]


def names(files):
    return [file.name for file in files]


def test_each_level_has_its_file_and_what_they_refer_to_lies_beside():
    files = level_files(plans("a", "b"), "tmx", STYLE)
    assert names(files) == ["dungeon-a.tmx", "dungeon-b.tmx", "cave-32.png", "dungeon.world"]
    assert [file.beside for file in files] == [False, False, True, True]
    assert names(level_files(plans("a"), "tiled", STYLE)) == ["dungeon-a.tmj", "cave-32.png"]
    assert names(level_files(plans("a", "b"), "svg", STYLE)) == ["dungeon-a.svg", "dungeon-b.svg"]


def test_a_batch_for_ldtk_is_one_project():
    files = level_files(plans("a", "b"), "ldtk", STYLE)
    assert names(files) == ["dungeon.ldtk", "cave-32.png"]
    assert len(json.loads(files[0].content)["levels"]) == 2
    assert names(level_files(plans("a"), "ldtk", STYLE)) == ["dungeon-a.ldtk", "cave-32.png"]


@pytest.mark.parametrize("form", [form for form in FILES if form != "xsb"])
def test_files_that_refer_to_the_tileset_have_it_beside_them(form):
    files = level_files(plans("a"), form, STYLE)
    refers = any(b"cave-32.png" in file.content for file in files)
    assert ("cave-32.png" in names(files)) == refers
    assert files[0].media_type == FILES[form].media_type


def test_names_are_safe_on_any_disk_and_no_two_alike():
    found = file_names(plans("a", "A", "../x", "x" * 256, "木", "木木"))
    assert found[0] == "dungeon-a"
    assert len({name.lower() for name in found}) == len(found)
    assert all(name.replace("-", "").replace("_", "").isalnum() and name.isascii() for name in found)
    assert max(map(len, found)) <= 62


def test_a_zip_holds_the_files_and_has_the_same_bytes_again():
    files = level_files(plans("a", "b"), "csv", STYLE)
    packed = zipped(files)
    assert packed == zipped(files)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {one.name: one.content for one in files}
