"""Scenes are read back by a small reader of Godot's text form, and by godot_parser; the engine itself is not run."""

import base64
import re
import struct
from dataclasses import replace

import godot_parser
import pytest

from doublebill.games.files.level_files import level_files
from doublebill.games.files.writers.godot_files.godot import godot, godot_linked
from doublebill.games.files.writers.godot_files.godot_tileset import godot_tileset
from doublebill.games.kinds import KINDS
from doublebill.games.levels.generate import generate
from doublebill.games.plans.border import bordered
from doublebill.games.tileset.laying import ground_tiles, grounds_of_tiles
from doublebill.games.tileset.themes import TileStyle
from sample_levels import EVIL, LEGEND, LEVEL, PATH, ROOMS, THINGS, planned

STYLE = TileStyle()
HEAD = re.compile(r"^\[(\w+)(.*)\]$")
WORD = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|\[.*?\]|\S+)')


def parts(text):
    """The sections of a file: its tag, the words of its head, its fields."""
    found = []
    for line in filter(None, text.split("\n")):
        if head := HEAD.match(line):
            found.append((head[1], {name: value.strip('"') for name, value in WORD.findall(head[2])}, {}))
        else:
            name, value = line.split(" = ", 1)
            found[-1][2][name] = value
    return found


def node(scene, name):
    return next(fields for tag, words, fields in scene if tag == "node" and words["name"] == name)


def cells(scene):
    """Each cell of the ground → column and row of its tile."""
    packed = base64.b64decode(re.fullmatch(r'PackedByteArray\("(.*)"\)', node(scene, "Ground")["tile_map_data"])[1])
    assert packed[:2] == b"\0\0"
    records = list(struct.iter_unpack("<hhHHHH", packed[2:]))
    assert all((source, other) == (0, 0) for _, _, source, _, _, other in records)
    return {(x, y): (column, row) for x, y, _, column, row, _ in records}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_has_its_ground_with_collisions_where_it_is_solid(kind):
    plan = bordered(kind.plan(generate(kind, kind.spec(), 5)))
    scene = parts(godot(plan, STYLE))
    atlas = next(fields for _, words, fields in scene if words.get("type") == "TileSetAtlasSource")
    laid = cells(scene)
    assert len(laid) == plan.width * plan.height
    for (x, y), (column, row) in laid.items():
        tile = f"{column}:{row}/0"
        assert atlas[tile] == "0"
        assert atlas[f"{tile}/custom_data_0"] == f'"{plan.grounds[plan.ground[y][x]].name}"'
        assert (f"{tile}/physics_layer_0/polygon_0/points" in atlas) == plan.is_solid(x, y)


@pytest.mark.parametrize("write", [godot, godot_linked])
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_parser_of_godot_scenes_finds_the_nodes_where_things_are(kind, write):
    plan = bordered(kind.plan(generate(kind, kind.spec(), 5)))
    with godot_parser.parse(write(plan, STYLE)).use_tree() as tree:
        nodes = {child.name: child for child in tree.root.get_children()}
        sprites = nodes["Things"].get_children() if plan.things else []
        assert nodes["Ground"].type == "TileMapLayer"
        assert isinstance(nodes["Ground"]["tile_set"], godot_parser.ExtResource | godot_parser.SubResource)
        middles = [(one["position"].x, one["position"].y) for one in sprites]
    assert middles == [(16 * thing.x + 8, 16 * thing.y + 8) for thing in plan.things]


def test_a_parser_of_godot_resources_finds_the_shapes_of_a_tileset():
    plan = planned(LEVEL, LEGEND, "dungeon")
    (atlas,) = godot_parser.parse(godot_tileset(plan, STYLE)).get_sub_resources()
    shapes = {name for name in atlas.properties if name.endswith("polygon_0/points")}
    solid = [number for number, ground in grounds_of_tiles(plan).items() if ground.solid]
    assert shapes == {f"{n % 16}:{n // 16}/0/physics_layer_0/polygon_0/points" for n in solid}


def test_tiles_are_those_of_the_tileset_around_whose_middle_shapes_lie():
    plan = bordered(planned(LEVEL, LEGEND, "dungeon"))
    scene = parts(godot(plan, STYLE))
    numbers = ground_tiles(plan).tolist()
    assert cells(scene) == {(x, y): (n % 16, n // 16) for y, row in enumerate(numbers) for x, n in enumerate(row)}
    atlas = next(fields for _, words, fields in scene if words.get("type") == "TileSetAtlasSource")
    wall = next(number for number, ground in grounds_of_tiles(plan).items() if ground.name == "wall")
    shape = atlas[f"{wall % 16}:{wall // 16}/0/physics_layer_0/polygon_0/points"]
    assert shape == "PackedVector2Array(-8, -8, 8, -8, 8, 8, -8, 8)"


def things(scene):
    """The nodes of things: words of their head, and fields."""
    return [(words, fields) for _, words, fields in scene if words.get("parent") == "Things"]


def test_each_thing_is_a_node_in_a_group_of_its_name_where_it_stands():
    scene = parts(godot(planned(LEVEL, LEGEND, "dungeon"), STYLE))
    found = [(words["groups"], fields["position"]) for words, fields in things(scene)]
    middles = [(f'["{name}"]', f"Vector2({16 * x + 24}, {16 * y + 24})") for name, x, y in THINGS]
    assert found == middles
    assert node(scene, "Key3")["metadata/thing"] == '"key"'
    assert node(scene, "Dungeon_a")["metadata/moves"] == '"DDRR"'


def test_doors_are_bodies_things_are_areas_and_both_have_a_shape_and_a_sprite():
    scene = parts(godot(planned(LEVEL, LEGEND, "dungeon"), STYLE))
    kinds = {words["name"]: words["type"] for words, _ in things(scene)}
    assert kinds == {"Player1": "Sprite2D", "Enemy2": "Area2D", "Key3": "Area2D", "Door4": "StaticBody2D"}
    for name in ("Enemy2", "Key3", "Door4"):
        inside = {words["type"]: fields for _, words, fields in scene if words.get("parent") == f"Things/{name}"}
        assert set(inside) == {"Sprite2D", "CollisionShape2D"}
        assert inside["CollisionShape2D"]["shape"] == 'SubResource("4_cell")'
        assert "region_rect" in inside["Sprite2D"]
    assert "region_rect" in node(scene, "Player1")


def test_a_key_has_the_path_of_the_node_that_it_opens():
    scene = parts(godot(planned(LEVEL, LEGEND, "dungeon"), STYLE))
    assert node(scene, "Key3")["metadata/opens"] == 'NodePath("../Door4")'


def test_rooms_are_areas_with_their_outline():
    scene = parts(godot(replace(planned(LEVEL, LEGEND, "dungeon"), regions=ROOMS), STYLE))
    rooms = [(words, fields) for _, words, fields in scene if words.get("parent") == "Rooms"]
    assert [(words["name"], words["type"], words["groups"]) for words, _ in rooms] == [
        ("Room1", "Area2D", '["room"]'),
        ("Room2", "Area2D", '["room"]'),
    ]
    assert [fields["metadata/role"] for _, fields in rooms] == ['"entrance"', '"exit"']
    outlines = {words["parent"]: fields["polygon"] for _, words, fields in scene if "polygon" in fields}
    assert outlines["Rooms/Room1"] == "PackedVector2Array(0, 0, 48, 0, 48, 16, 0, 16)"
    assert "Rooms" not in godot(planned(LEVEL, LEGEND, "dungeon"), STYLE)


def test_the_way_is_a_line_where_it_is_asked_for():
    assert "Way" not in godot(planned(LEVEL, LEGEND, "dungeon"), STYLE)
    way = node(parts(godot(planned(LEVEL, LEGEND, "dungeon", PATH), STYLE)), "Way")
    assert way["points"] == "PackedVector2Array(24, 24, 24, 40, 24, 56, 40, 56, 56, 56)"


def test_every_resource_that_is_referred_to_is_there():
    for write in (godot, godot_linked):
        text = write(planned(LEVEL, LEGEND, "dungeon"), STYLE)
        own = {words["id"] for tag, words, _ in parts(text) if tag == "sub_resource"}
        outside = {words["id"] for tag, words, _ in parts(text) if tag == "ext_resource"}
        assert set(re.findall(r'SubResource\("(.*?)"\)', text)) <= own
        assert set(re.findall(r'ExtResource\("(.*?)"\)', text)) == outside


def test_a_batch_shares_one_tileset_beside_it():
    files = level_files([planned(LEVEL, LEGEND, "dungeon")], "godot", TileStyle("ice", 32))
    assert [file.name for file in files] == ["dungeon-a.tscn", "ice-32.png", "ice-32.tres"]
    scene = parts(files[0].content.decode())
    assert [words["path"] for tag, words, _ in scene if tag == "ext_resource"] == ["ice-32.png", "ice-32.tres"]


def test_names_that_are_hard_to_write_stay_texts():
    text = godot(planned(LEVEL, EVIL, "dungeon"), STYLE)
    assert 'metadata/thing = "<b>&\\"?"' in text
    assert next(words["name"] for tag, words, _ in parts(text) if words.get("parent") == "Things") == "B1"
