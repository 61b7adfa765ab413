from pathlib import Path

import pytest
from pytiled_parser import parse_map
from pytiled_parser.tiled_object import Polyline, Rectangle

from doublebill.games.files.writers.tiled import tiled
from doublebill.games.files.writers.tmx import tmx
from doublebill.games.kinds import KINDS
from doublebill.games.levels.generate import generate
from sample_levels import EVIL, LEGEND, LEVEL, PATH, THINGS, drawn

WRITERS = {"tmj": tiled, "tmx": tmx}


@pytest.fixture(params=WRITERS)
def loaded(request, tmp_path):
    """Writes a level in one of the two formats and loads it with pytiled-parser."""

    def load(level, legend, name, path=()):
        file = tmp_path / f"level.{request.param}"
        file.write_text(WRITERS[request.param](drawn(level, legend, name, path)), encoding="utf-8")
        return parse_map(file)

    return load


def grid(level, tile_map):
    """The rows that a loaded map's tile layer stands for, by what its tileset says of each number."""
    tiles = {number + 1: tile.properties["tile"] for number, tile in tile_map.tilesets[1].tiles.items()}
    return tuple("".join(tiles[number] for number in row) for row in tile_map.layers[0].data)


def test_the_tile_layer_is_the_grid_by_places_in_the_legend(loaded):
    tile_map = loaded(LEVEL, LEGEND, "dungeon")
    assert tile_map.layers[0].name == "tiles"
    assert tile_map.layers[0].data == [[3, 2, 6], [2, 1, 2], [4, 2, 5]]
    assert grid(LEVEL, tile_map) == LEVEL.grid
    assert (tuple(tile_map.map_size), tuple(tile_map.tile_size)) == ((3, 3), (16, 16))
    assert tile_map.properties == {"kind": "dungeon", "seed": "a", "moves": "DDRR"}


def test_the_tileset_names_each_tile_and_its_picture(loaded):
    (tileset,) = loaded(LEVEL, LEGEND, "dungeon").tilesets.values()
    assert [tile.class_ for tile in tileset.tiles.values()] == list(LEGEND.values())
    assert (tileset.firstgid, tileset.tile_count, tileset.columns) == (1, 6, 6)
    assert Path(tileset.image).name == "dungeon-tiles.png"
    assert (tileset.image_width, tileset.image_height) == (96, 16)


def test_what_is_neither_wall_nor_floor_is_an_object_in_its_cell(loaded):
    tile_map = loaded(LEVEL, LEGEND, "dungeon")
    layer = tile_map.layers[1]
    assert layer.name == "objects"
    assert all(type(thing) is Rectangle and tuple(thing.size) == (16, 16) for thing in layer.tiled_objects)
    found = [(thing.class_, thing.coordinates.x / 16, thing.coordinates.y / 16) for thing in layer.tiled_objects]
    assert found == THINGS
    assert [thing.name for thing in layer.tiled_objects] == [name for name, _, _ in THINGS]


def test_the_way_is_a_line_where_it_is_asked_for(loaded):
    assert [layer.name for layer in loaded(LEVEL, LEGEND, "dungeon").layers] == ["tiles", "objects"]
    (way,) = loaded(LEVEL, LEGEND, "dungeon", PATH).layers[2].tiled_objects
    assert isinstance(way, Polyline)
    points = [(way.coordinates.x + point.x, way.coordinates.y + point.y) for point in way.points]
    assert points == [(8, 8), (8, 24), (8, 40), (24, 40), (40, 40)]


@pytest.mark.parametrize("path", [[], PATH])
def test_numbers_of_objects_and_layers_are_used_once_and_the_next_ones_are_free(loaded, path):
    tile_map = loaded(LEVEL, LEGEND, "dungeon", path)
    things = [thing.id for layer in tile_map.layers[1:] for thing in layer.tiled_objects]
    assert things == list(range(1, tile_map.next_object_id))
    assert [layer.id for layer in tile_map.layers] == list(range(1, tile_map.next_layer_id))


def test_a_level_without_things_has_an_empty_object_layer(loaded):
    level = generate(KINDS["maze"], KINDS["maze"].spec(), 1)
    assert not loaded(level, KINDS["maze"].legend, "maze").layers[1].tiled_objects


def test_names_that_are_hard_to_write_come_back(loaded):
    names = [thing.class_ for thing in loaded(LEVEL, EVIL, "dungeon").layers[1].tiled_objects]
    assert names == ['<b>&"?', "é 木", "key", "door"]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_comes_back_as_it_was(loaded, kind):
    level = generate(kind, kind.spec(), 5)
    tile_map = loaded(level, kind.legend, kind.name, kind.rules.path(level.grid, level.certificate))
    assert grid(level, tile_map) == level.grid
    found = {
        (thing.coordinates.x // 16, thing.coordinates.y // 16): thing.class_
        for thing in tile_map.layers[1].tiled_objects
    }
    cells = {(x, y): tile for y, row in enumerate(level.grid) for x, tile in enumerate(row)}
    assert found == {place: kind.legend[tile] for place, tile in cells.items() if tile not in "#."}
