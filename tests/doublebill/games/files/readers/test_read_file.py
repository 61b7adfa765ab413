"""Files of editors and tables become levels in the tiles of a kind; what has no meaning is named with its place."""

import base64
import json
import struct
import zlib
from typing import Any

import pytest

from doublebill.errors import InvalidInput
from doublebill.games.content_kind import GenerationRequest, LevelOptions
from doublebill.games.files.level_files import level_files
from doublebill.games.files.readers.read_file import form_of, marked_levels, read_file
from doublebill.games.grids.example_grids import LIMITS, Limits
from doublebill.games.kinds import KINDS
from doublebill.games.levels.generate import generate
from doublebill.games.proofs.prove import EXAMINERS, examined
from doublebill.games.tileset.themes import TileStyle

ROWS = ("#####", "#PKD#", "#####")
SMALL = Limits((1, 1), (64, 64))
SIDES = {"width": 5, "height": 3, "tilewidth": 16, "tileheight": 16}
GROUND = [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1]
CLASSES = [{"id": 0, "type": "wall"}, {"id": 1, "type": "floor"}, {"id": 2, "type": "key"}]
OBJECTS = [
    {"id": 1, "type": "player", "x": 16, "y": 16, "width": 16, "height": 16},
    {"id": 2, "gid": 3, "x": 32, "y": 32, "width": 16, "height": 16},
    {"id": 3, "name": "Door", "x": 56, "y": 24, "point": True},
    {"id": 4, "name": "way", "x": 0, "y": 0, "polyline": [{"x": 0, "y": 0}]},
]


LDTK = (
    '{"defs": {"layers": []}, "levels": [{"identifier": "A", "layerInstances": '
    '[{"__type": "IntGrid", "__identifier": "G", "layerDefUid": 1, "__cWid": %d, "__cHei": 1, "intGridCsv": %s}]}]}'
)


def tiled(**changed: Any) -> str:
    """A map of Tiled with a ground layer and objects, with these fields changed."""
    layers = [{"name": "ground", "data": GROUND}, {"name": "things", "objects": OBJECTS}]
    return json.dumps({"layers": layers, "tilesets": [{"firstgid": 1, "tiles": CLASSES}], **SIDES, **changed})


def read(text: str, kind: str = "chamber", form=None, legend=None, limits=SMALL):
    return [
        level.rows for level in read_file(text, form, KINDS[kind].legend, legend, limits, KINDS[kind].rules.notation)
    ]


@pytest.mark.parametrize("kind", [*EXAMINERS])
@pytest.mark.parametrize("form", ["tiled", "tmx", "ldtk"])
def test_what_this_project_writes_is_read_again_and_proved(kind: str, form: Any) -> None:
    items = KINDS[kind].generate(GenerationRequest({}, 5, 1, LevelOptions(format=form, solution=True))).items
    text = items[0]["data"]
    assert form_of(text) == form
    examiner = EXAMINERS[kind]
    (level,) = read_file(text, None, examiner.legend, None, examiner.limits, examiner.notation)
    verdict = examined(examiner, level.rows, 200_000)
    assert verdict.playable
    if verdict.least == "moves":
        assert len(verdict.certificate.moves) == items[0]["certificate"]["length"]
    assert marked_levels(text, form)[0].kind == kind


def test_floors_of_a_project_are_one_dungeon_and_a_map_of_one_floor_is_refused() -> None:
    level = generate(KINDS["dungeon"], KINDS["dungeon"].spec(width=30, height=16, floors=2), 4)
    first, second = level_files([KINDS["dungeon"].plan(level)], "tiled", TileStyle())[:2]
    for file, number in ((first, 1), (second, 2)):
        with pytest.raises(InvalidInput, match=f"it is floor {number} of a dungeon"):
            marked_levels(file.content.decode(), "tiled")
    project = json.loads(level_files([KINDS["dungeon"].plan(level)], "ldtk", TileStyle())[0].content)
    (whole,) = marked_levels(json.dumps(project), "ldtk")
    assert (len(whole.cells), whole.kind) == (32, "dungeon")
    project["levels"].reverse()
    with pytest.raises(InvalidInput, match="it is floor 2, and floor 1 of its width is not before it"):
        marked_levels(json.dumps(project), "ldtk")


@pytest.mark.parametrize("form", ["tiled", "tmx", "ldtk"])
def test_a_property_floor_of_a_kind_without_floors_is_its_author_s_own(form: Any) -> None:
    level = generate(KINDS["dungeon"], KINDS["dungeon"].spec(width=30, height=16, floors=2), 4)
    file = level_files([KINDS["dungeon"].plan(level)], form, TileStyle())[0].content.decode()
    own = marked_levels(file.replace('"dungeon"', '"tower"'), form)
    assert {(len(one.cells), one.kind, one.floor) for one in own} == {(16, "tower", 0)}


def test_an_answer_of_this_project_is_read_again() -> None:
    answer = {"kind": "maze", "items": KINDS["maze"].generate(GenerationRequest({}, 5, 2)).items}
    assert read(json.dumps(answer), "maze") == [tuple(item["grid"]) for item in answer["items"]]
    assert read(json.dumps({"grid": ["aK", "bD"], "legend": {"a": "player", "b": "wall"}})) == [("PK", "#D")]


def test_text_of_sokoban_may_be_called_xsb() -> None:
    assert read("#####\n#@$.#\n#####", "sokoban", "xsb") == read("#####\n#@$.#\n#####", "sokoban", "text")


def test_layers_and_objects_of_a_map_are_one_level() -> None:
    assert read(tiled()) == [ROWS]


@pytest.mark.parametrize("compression", ["", "zlib", "gzip"])
def test_packed_layers_are_unpacked(compression: str) -> None:
    packed = struct.pack("<15I", *[number | 1 << 31 for number in GROUND])
    bits = {"": 0, "zlib": 15, "gzip": 31}[compression]
    pack = zlib.compressobj(wbits=bits) if bits else None
    data = base64.b64encode(pack.compress(packed) + pack.flush() if pack else packed).decode()
    layer = {"name": "ground", "data": data, "encoding": "base64", "compression": compression}
    group = {"name": "all", "layers": [layer, {"name": "off", "visible": False, "data": [3] * 15}]}
    assert read(tiled(layers=[group, {"objects": OBJECTS}])) == [ROWS]


def test_a_legend_knows_tiles_by_number_and_solid_tiles_are_walls() -> None:
    marked = [{"id": 0, "properties": [{"name": "collides", "value": True}]}]
    text = tiled(tilesets=[{"firstgid": 1, "tiles": marked}], layers=[{"data": [*GROUND[:7], 9, 3, *GROUND[9:]]}])
    legend = {"2": "player", "9": "key", "3": "D"}
    assert read(text, legend=legend) == [ROWS]


def test_a_table_has_a_tile_in_each_cell() -> None:
    assert read("#,#,#\nP,K,D\n") == [("###", "PKD")]
    assert read("wall;floor;\nplayer;key;\n\n1;-1;\n7;door;\n", legend={"1": "#", "empty": ".", "7": "P"}) == [
        ("#.", "PK"),
        ("#.", "PD"),
    ]
    assert form_of("#,#\n#,#") == "csv"
    assert form_of("#,#\n#,#", {"#", ","}) == "text"
    assert form_of("; 1\n##\n##") == "text"


def test_things_on_each_other_are_one_tile_where_the_kind_has_it() -> None:
    objects = [{"type": name, "x": 0, "y": 0, "width": 16, "height": 16} for name in ("goal", "crate")]
    layers = [{"data": [2] * 15}, {"objects": objects}]
    assert read(tiled(layers=layers), "sokoban")[0][0] == "*...."
    with pytest.raises(InvalidInput, match="key and door stand together"):
        read(
            tiled(
                layers=[
                    {"data": [2] * 15},
                    {"objects": [{**one, "type": name} for one, name in zip(objects, ("key", "door"), strict=True)]},
                ]
            )
        )


@pytest.mark.parametrize(
    ("text", "form", "message"),
    [
        (tiled(layers=[{"data": [0] * 15}]), None, r"cell \(0, 0\): it is empty, and nothing says what that means"),
        (tiled(layers=[{"data": [8] * 15}]), None, r"cell \(0, 0\): '8' is no tile of this kind; say in the legend"),
        (tiled(tilesets=[{"tiles": [{"type": "water"}]}]), None, "'water' is no tile of this kind"),
        (tiled(layers=[{"name": "a", "data": [1] * 14}]), None, "layer 'a': it has 14 tiles; use 15"),
        (tiled(layers=[{"name": "a", "data": "%%"}]), None, "layer 'a': its tiles cannot be read"),
        (tiled(layers=[{"data": "AAAA", "compression": "zstd"}]), None, "compression 'zstd' is not known"),
        (tiled(width=600, height=600, layers=[{"data": "AAAA"}] * 3), None, "1080000 cells in all layers"),
        (LDTK % (10**9, "[1]"), None, "level A: it has not 1000000000×1 cells, as it says"),
        (tiled(infinite=True), None, "infinite or not orthogonal"),
        (tiled(orientation="isometric"), None, "infinite or not orthogonal"),
        (tiled(width="5"), None, "the map's width is '5'"),
        (tiled(width=10**9), None, "3000000000 cells in all layers; use at most 1048576"),
        (tiled(width=100, height=1, layers=[]), None, "found 100×1 tiles|is empty"),
        (tiled(layers=[{"objects": [{"x": "a"}]}]), None, "it is no tiled file as its editor saves it"),
        (tiled(layers=[{"objects": [{"x": 1e999}]}]), None, "it is no tiled file as its editor saves it"),
        ("<map", None, "an XML error in line 1"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><map/>', None, "a document type is declared"),
        ("<a>" * 40, None, "more than 32 elements inside each other"),
        ("<svg/>", None, "the root is <svg>"),
        ('<map width="a" height="1"/>', None, "it is no tmx file as its editor saves it"),
        ('{"a": ', None, "it begins as JSON and is none"),
        ('{"a": 1}', None, "it has no grid"),
        ("[]", None, "it is JSON of another kind"),
        ('{"items": [{"grid": 7}]}', None, "item 0: it has no grid"),
        ('{"defs": 1, "levels": 2}', None, "it is no ldtk file as its editor saves it"),
        ('{"defs": {"layers": []}, "levels": []}', None, "it has no levels"),
        ('{"defs": {"layers": []}, "levels": [{"layerInstances": null}]}', None, "it is in a file of its own"),
        ('{"defs": {"layers": []}, "levels": [{"layerInstances": []}]}', None, "it has no IntGrid layer"),
        ("#,#\n#,#,#", None, "row 2 has 3 cells; use 2"),
        ("#", "tiled", "it begins as JSON and is none"),
        ("##\n#", "text", "the row has 1 tiles"),
        (".," + "b" * 140_000, "csv", "it is no csv file as its editor saves it"),
    ],
)
def test_what_is_no_level_is_named(text: str, form: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        read(text, form=form)


def test_levels_too_large_for_the_kind_are_refused() -> None:
    with pytest.raises(InvalidInput, match="found 5×3 tiles"):
        read(tiled(), limits=Limits((1, 1), (4, 4)))
    assert read(tiled(), limits=LIMITS) == [ROWS]
