import hashlib

import numpy as np
import pytest

from doublebill.games.kinds import KINDS
from doublebill.games.plans.tile_meanings import GROUNDS, things_of
from doublebill.games.tileset.themes import THEMES, TileStyle
from doublebill.games.tileset.tileset import (
    COLUMNS,
    COUNT,
    GROUND_NUMBERS,
    SPRITE,
    SPRITE_NUMBERS,
    floor_number,
    sheet,
    tiles,
)

STYLES = [TileStyle(theme, pixels) for theme in THEMES for pixels in (16, 32)]


@pytest.mark.parametrize("style", STYLES, ids=str)
def test_every_tile_has_its_size_and_grounds_hide_what_lies_below(style):
    drawn = tiles(style)
    assert len(drawn) == COUNT
    assert {tile.shape for tile in drawn} == {(style.pixels, style.pixels, 4)}
    assert all((tile[:, :, 3] == 255).all() for tile in drawn[:SPRITE])


@pytest.mark.parametrize("style", STYLES, ids=str)
def test_sprites_are_outlined_and_leave_the_ground_free_around_them(style):
    for tile in tiles(style)[SPRITE:]:
        assert 0.15 < (tile[:, :, 3] == 255).mean() < 1
        assert (tile[:, :, 3] == 0).any()


def test_no_two_sprites_look_alike():
    drawn = tiles(TileStyle("stone", 16))[SPRITE:]
    assert len({tile.tobytes() for tile in drawn}) == len(drawn)


def test_a_start_shows_the_hero_who_stands_there():
    drawn = tiles(TileStyle("stone", 32))
    start, player = drawn[SPRITE_NUMBERS["start"]], drawn[SPRITE_NUMBERS["player"]]
    assert np.array_equal(start[:24], player[:24])
    assert not np.array_equal(start, player)


def test_the_sheet_has_the_tiles_by_their_numbers():
    style = TileStyle("ice", 16)
    row, column = divmod(SPRITE_NUMBERS["key"], COLUMNS)
    cut = sheet(style)[row * 16 : row * 16 + 16, column * 16 : column * 16 + 16]
    assert np.array_equal(cut, tiles(style)[SPRITE_NUMBERS["key"]])


def test_what_levels_are_made_of_is_drawn_under_its_own_name():
    names = {name for kind in KINDS.values() for tile in kind.legend.values() for name in things_of(tile)}
    assert names <= set(SPRITE_NUMBERS)
    assert set(GROUNDS) - {"floor", "wall", "ground"} == set(GROUND_NUMBERS)


def test_floors_are_mostly_plain_and_shadowed_by_walls():
    drawn = [floor_number(x, y, north=False, west=False) for x in range(30) for y in range(30)]
    assert set(drawn) == {0, 1, 2, 3}
    assert drawn.count(0) > 400
    assert {floor_number(0, 0, north, west) // 4 for north in (False, True) for west in (False, True)} == {0, 1, 2, 3}


def test_the_pixels_are_the_same_everywhere():
    whole = hashlib.sha256(b"".join(sheet(style).tobytes() for style in STYLES)).hexdigest()
    assert whole == "4fbc704f7443cebb249698debaba10d83044c0ab62d8178af4f290132d4507a2"
