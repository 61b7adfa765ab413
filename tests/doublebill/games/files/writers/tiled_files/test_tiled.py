import contextlib
import io
from dataclasses import replace
from pathlib import Path

import pytest
from pytiled_parser import parse_map
from pytiled_parser.tiled_object import Polygon, Polyline, Rectangle, Tile

from doublebill.games.files.writers.tiled_files.tiled import tiled
from doublebill.games.files.writers.tiled_files.tmx import tmx
from doublebill.games.kinds import KINDS
from doublebill.games.levels.generate import generate
from doublebill.games.plans.border import bordered
from doublebill.games.plans.from_rows import plan_from_rows
from doublebill.games.tileset.blob import PIECES
from doublebill.games.tileset.themes import TileStyle
from doublebill.games.tileset.tileset import ABOVE, COUNT, SIDE
from sample_levels import EVIL, LEGEND, LEVEL, PATH, ROOMS, THINGS, planned

with contextlib.redirect_stdout(io.StringIO()):  # it says there that pygame, which nobody needs here, is missing
    import pytmx

WRITERS = {"tmj": tiled, "tmx": tmx}
STYLE = TileStyle()


@pytest.fixture(params=WRITERS)
def loaded(request, tmp_path):
    """Writes a plan in one of the two formats and loads it with pytiled-parser."""

    def load(plan, style=STYLE):
        file = tmp_path / f"level.{request.param}"
        file.write_text(WRITERS[request.param](plan, style), encoding="utf-8")
        return parse_map(file)

    return load


@pytest.fixture
def in_pytmx(tmp_path):
    """Writes a plan as TMX and loads it with pytmx."""

    def load(plan):
        file = tmp_path / "level.tmx"
        file.write_text(tmx(plan, STYLE), encoding="utf-8")
        return pytmx.TiledMap(str(file))

    return load


def grounds(tile_map):
    """The names of the grounds that a loaded map's tile layer stands for, by what its tileset says of each number."""
    tiles = tile_map.tilesets[1].tiles
    return [[tiles[number - 1].class_ for number in row] for row in tile_map.layers[0].data]


def solid(tile_map):
    """The numbers of the tiles that have a shape to collide with."""
    return {number for number, tile in tile_map.tilesets[1].tiles.items() if tile.objects}


def places(tile_map, size=16):
    """What stands where: a tile object has its place at the bottom left."""
    objects = tile_map.layers[1].tiled_objects
    return [(one.class_, one.coordinates.x // size - 1, one.coordinates.y // size - 2) for one in objects]


def test_the_ground_layer_has_ground_under_things_and_a_wall_around(loaded):
    tile_map = loaded(planned(LEVEL, LEGEND, "dungeon"))
    assert tile_map.layers[0].name == "ground"
    rows = ["".join("#" if name == "wall" else "." for name in row) for row in grounds(tile_map)]
    assert rows == ["#####", "#...#", "#.#.#", "#...#", "#####"]
    assert (tuple(tile_map.map_size), tuple(tile_map.tile_size)) == ((5, 5), (16, 16))
    assert tile_map.properties == {"kind": "dungeon", "seed": "a", "moves": "DDRR"}


def test_the_tileset_is_that_of_the_theme_beside_the_map(loaded):
    (tileset,) = loaded(planned(LEVEL, LEGEND, "dungeon"), TileStyle("ice", 32)).tilesets.values()
    assert (tileset.firstgid, tileset.tile_count, tileset.columns, tileset.name) == (1, COUNT, 16, "ice-32")
    assert Path(tileset.image).name == "ice-32.png"
    assert (tileset.image_width, tileset.image_height) == (512, 384)


def test_walls_collide_with_the_whole_of_their_cell_and_floors_do_not(loaded):
    tile_map = loaded(planned(LEVEL, LEGEND, "dungeon"))
    tiles, walls = tile_map.tilesets[1].tiles, solid(tile_map)
    assert {tiles[number].class_ for number in walls} == {"wall", "block", "prize", "spent prize", "pipe left"} | {
        "pipe right",
        "cannon",
    }
    (shape,) = tiles[next(iter(walls))].objects.tiled_objects
    assert (tuple(shape.coordinates), tuple(shape.size)) == ((0, 0), (16, 16))
    assert all(tiles[number].properties == {"collides": True} for number in walls)
    assert {tile.class_ for tile in tiles.values() if (tile.properties or {}).get("deadly")} == {"spike", "lava"}


def test_each_thing_is_a_tile_object_in_its_cell(loaded):
    tile_map = loaded(planned(LEVEL, LEGEND, "dungeon"))
    layer = tile_map.layers[1]
    assert layer.name == "objects"
    assert all(type(thing) is Tile and tuple(thing.size) == (16, 16) for thing in layer.tiled_objects)
    assert places(tile_map) == THINGS
    tiles = tile_map.tilesets[1].tiles
    assert [tiles[thing.gid - 1].class_ for thing in layer.tiled_objects] == [name for name, _, _ in THINGS]


def test_properties_of_things_come_with_their_types(loaded):
    plan = planned(LEVEL, LEGEND, "dungeon")
    plan.things[1].properties.update({"colour": "red", "once": True, "worth": 3})
    enemy = loaded(plan).layers[1].tiled_objects[1]
    assert enemy.properties == {"colour": "red", "once": True, "worth": 3}


def test_a_key_names_the_object_of_its_door(loaded):
    objects = loaded(planned(LEVEL, LEGEND, "dungeon")).layers[1].tiled_objects
    (key,) = [one for one in objects if one.class_ == "key"]
    (door,) = [one for one in objects if one.class_ == "door"]
    assert int(key.properties["opens"]) == door.id


def test_a_terrain_has_one_piece_for_each_choice_of_solid_neighbours(loaded):
    walls, ground = loaded(planned(LEVEL, LEGEND, "dungeon")).tilesets[1].wang_sets
    assert (walls.name, ground.name, walls.wang_type) == ("walls from above", "ground from the side", "mixed")
    for terrain, first in ((walls, ABOVE), (ground, SIDE)):
        pieces = {number: tile.wang_id for number, tile in terrain.wang_tiles.items() if number >= first}
        solid = {number: colours for number, colours in pieces.items() if number < first + len(PIECES)}
        assert sorted(solid) == list(range(first, first + len(PIECES)))
        assert len(set(map(tuple, solid.values()))) == len(PIECES)
        assert solid[first] == [2] * 8
        assert solid[first + len(PIECES) - 1] == [1] * 8
    assert walls.wang_tiles[0].wang_id == [2] * 8


def test_the_way_is_a_line_where_it_is_asked_for(loaded):
    assert [layer.name for layer in loaded(planned(LEVEL, LEGEND, "dungeon")).layers] == ["ground", "objects"]
    (way,) = loaded(planned(LEVEL, LEGEND, "dungeon", PATH)).layers[2].tiled_objects
    assert isinstance(way, Polyline)
    points = [(way.coordinates.x + point.x, way.coordinates.y + point.y) for point in way.points]
    assert points == [(24, 24), (24, 40), (24, 56), (40, 56), (56, 56)]


@pytest.mark.parametrize("path", [[], PATH])
def test_numbers_of_objects_and_layers_are_used_once_and_the_next_ones_are_free(loaded, path):
    tile_map = loaded(replace(planned(LEVEL, LEGEND, "dungeon", path), regions=ROOMS))
    things = [thing.id for layer in tile_map.layers[1:] for thing in layer.tiled_objects]
    assert things == list(range(1, tile_map.next_object_id))
    assert [layer.id for layer in tile_map.layers] == list(range(1, tile_map.next_layer_id))


def test_rooms_are_rectangles_or_polygons_with_their_role_and_depth(loaded):
    layer = loaded(replace(planned(LEVEL, LEGEND, "dungeon", PATH), regions=ROOMS)).layers[3]
    whole, bent = layer.tiled_objects
    assert (layer.name, whole.name, whole.class_, bent.name) == ("rooms", "room 1", "room", "room 2")
    assert (whole.properties, bent.properties) == ({"role": "entrance", "depth": 0}, {"role": "exit", "depth": 3})
    assert isinstance(whole, Rectangle)
    assert (tuple(whole.coordinates), tuple(whole.size)) == ((16, 16), (48, 16))
    assert isinstance(bent, Polygon)
    corners = [((bent.coordinates.x + one.x) // 16, (bent.coordinates.y + one.y) // 16) for one in bent.points]
    assert corners == [(3, 2), (4, 2), (4, 4), (2, 4), (2, 3), (3, 3)]


def test_a_level_without_things_has_an_empty_object_layer(loaded):
    plan = plan_from_rows("maze", 1, ("#.",), {"#": "wall", ".": "floor"})
    assert not loaded(plan).layers[1].tiled_objects


def test_names_that_are_hard_to_write_come_back(loaded):
    names = [thing.class_ for thing in loaded(planned(LEVEL, EVIL, "dungeon")).layers[1].tiled_objects]
    assert names == ['<b>&"?', "é 木", "key", "door"]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_comes_back_with_its_ground_things_and_collisions(loaded, kind):
    level = generate(kind, kind.spec(), 5)
    plan = bordered(kind.plan(level, kind.rules.path(level.grid, level.certificate)))
    tile_map = loaded(plan)
    assert grounds(tile_map) == [[plan.grounds[symbol].name for symbol in row] for row in plan.ground]
    assert [(name, x + 1, y + 1) for name, x, y in places(tile_map)] == [
        (one.name, one.x, one.y) for one in plan.things
    ]
    walls = solid(tile_map)
    for y, row in enumerate(tile_map.layers[0].data):
        for x, number in enumerate(row):
            assert (number - 1 in walls) == plan.is_solid(x, y)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_pytmx_finds_the_same(in_pytmx, kind):
    plan = bordered(kind.plan(generate(kind, kind.spec(), 5)))
    tile_map = in_pytmx(plan)
    ground = tile_map.get_layer_by_name("ground")
    for x, y, number in ground:
        facts = tile_map.get_tile_properties_by_gid(number)
        assert facts["type"] == plan.grounds[plan.ground[y][x]].name
        assert ("colliders" in facts) == plan.is_solid(x, y)
    things = [(one.type, one.x // 16, one.y // 16) for one in tile_map.get_layer_by_name("objects")]
    assert things == [(one.name, one.x, one.y) for one in plan.things]
