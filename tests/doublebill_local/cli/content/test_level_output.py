import zipfile

import pytest

from doublebill.errors import InvalidInput
from doublebill.games.files import LevelFile
from doublebill_local.cli.content.level_output import check_ending, write_files

ONE = LevelFile("maze-1.tmj", "application/json", b"{}")
TWO = LevelFile("maze-2.tmj", "application/json", b"[]")
PICTURE = LevelFile("stone-16.png", "image/png", b"png", beside=True)


def test_one_level_takes_the_name_and_its_picture_lies_beside(tmp_path):
    paths = write_files([ONE, PICTURE], str(tmp_path / "first.tmj"))
    assert paths == [tmp_path / "first.tmj", tmp_path / "stone-16.png"]
    assert [path.read_bytes() for path in paths] == [b"{}", b"png"]


@pytest.mark.parametrize("out", ["levels/", "there"])
def test_a_folder_takes_every_file_under_its_own_name(tmp_path, out):
    (tmp_path / "there").mkdir()
    paths = write_files([ONE, TWO, PICTURE], f"{tmp_path}/{out}")
    assert [path.name for path in paths] == ["maze-1.tmj", "maze-2.tmj", "stone-16.png"]
    assert all(path.parent == tmp_path / out for path in paths)


def test_a_zip_takes_every_file(tmp_path):
    (path,) = write_files([ONE, TWO], str(tmp_path / "mazes.zip"))
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["maze-1.tmj", "maze-2.tmj"]


def test_several_levels_never_share_one_name(tmp_path):
    with pytest.raises(InvalidInput, match="several levels"):
        write_files([ONE, TWO], str(tmp_path / "mazes.tmj"))
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(InvalidInput, match="cannot be written"):
        write_files([ONE], str(tmp_path / "no" / "maze.tmj"))


@pytest.mark.parametrize(("form", "out"), [("tmx", "lvl.png"), ("png", "lvl.tmx"), ("tiled", "Level.SVG")])
def test_a_name_that_ends_as_another_format_is_refused(form, out):
    other = {"png": "png", "tmx": "tmx", "SVG": "svg"}[out.rpartition(".")[2]]
    with pytest.raises(
        InvalidInput, match=f"ends like a file of {other}, and --format is {form}; say --format {other}"
    ):
        check_ending(form, out)


@pytest.mark.parametrize(
    ("form", "out"),
    [
        ("tmx", "lvl.tmx"),
        ("tiled", "lvl.tmj"),
        ("tiled", "lvl.json"),
        ("godot", "level.tscn"),
        ("png", "pictures.svg/"),
    ],
)
def test_other_names_are_taken(form, out):
    check_ending(form, out)
