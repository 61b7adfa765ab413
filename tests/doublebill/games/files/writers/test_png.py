import hashlib
import struct
import zlib

import numpy as np
import pytest

from doublebill.games.files.writers.png import WAY, png, tileset_png
from doublebill.games.tileset.canvas import rgb
from doublebill.games.tileset.laying import ground_tiles
from doublebill.games.tileset.themes import TileStyle
from doublebill.games.tileset.tileset import COLUMNS, COUNT, SPRITE_NUMBERS, sheet, tiles
from sample_levels import LEGEND, LEVEL, PATH, planned

STYLE = TileStyle()
CLEAR, UP = 0, 2


def pixels(picture):
    """The pixels of a picture, [rows, columns, channels]; for what these pictures use of the format."""
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, rest = {}, picture[8:]
    while rest:
        size = struct.unpack(">I", rest[:4])[0]
        name, content, check = rest[4:8], rest[8 : 8 + size], rest[8 + size : 12 + size]
        assert check == zlib.crc32(name + content).to_bytes(4, "big")
        chunks[name], rest = content, rest[12 + size :]
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    width, height, depth, kind, *form = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (depth, form) == (8, [0, 0, 0])
    channels = {2: 3, 6: 4}[kind]
    raw = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, 1 + width * channels)
    assert set(raw[:, 0].tolist()) == {UP}
    return np.cumsum(raw[:, 1:], axis=0, dtype=np.uint8).reshape(height, width, channels)


def cell(shown, x, y, size=16):
    return shown[y * size : (y + 1) * size, x * size : (x + 1) * size]


@pytest.mark.parametrize("size", [16, 32])
def test_a_level_is_drawn_in_its_tiles_within_a_wall(size):
    style = TileStyle("cave", size)
    shown = pixels(png(planned(LEVEL, LEGEND, "dungeon"), style))
    assert shown.shape == (5 * size, 5 * size, 3)
    drawn = tiles(style)
    wall = drawn[ground_tiles(planned(LEVEL, LEGEND, "dungeon"))[1, 1]]
    assert np.array_equal(cell(shown, 2, 2, size), wall[:, :, :3])
    key = drawn[SPRITE_NUMBERS["key"]]
    body = key[:, :, 3] == 255
    assert np.array_equal(cell(shown, 1, 3, size)[body], key[body][:, :3])


def test_each_theme_looks_unlike_the_others():
    plan = planned(LEVEL, LEGEND, "dungeon")
    assert len({png(plan, TileStyle(theme)) for theme in ("stone", "cave", "crypt", "forest", "ice")}) == 5


@pytest.mark.parametrize("path", [PATH, [(0, 0), (1, 1), (2, 2)]])
def test_the_way_is_dotted_through_the_middles_of_the_cells_that_it_passes(path):
    plain, shown = (pixels(png(planned(LEVEL, LEGEND, "dungeon", way), STYLE)) for way in ([], path))
    way = (shown == rgb(WAY)).all(axis=2) & (shown != plain).any(axis=2)
    passed = {(x // 16 - 1, y // 16 - 1) for y, x in np.argwhere(way).tolist()}
    assert passed - {(1, 0), (0, 1), (2, 1), (1, 2)} <= set(path)
    assert len(passed) > 1


def test_things_stand_on_the_way():
    plain, shown = (pixels(png(planned(LEVEL, LEGEND, "dungeon", way), STYLE)) for way in ([], PATH))
    body = tiles(STYLE)[SPRITE_NUMBERS["key"]][:, :, 3] == 255
    assert np.array_equal(cell(shown, 1, 3)[body], cell(plain, 1, 3)[body])


def test_the_tileset_is_written_as_it_is_with_what_is_clear_in_it():
    shown = pixels(tileset_png(STYLE))
    assert shown.shape == (-(-COUNT // COLUMNS) * 16, COLUMNS * 16, 4)
    assert np.array_equal(shown, sheet(STYLE))
    assert (shown[:, :, 3] == CLEAR).any()


def test_the_pixels_are_the_same_everywhere():
    shown = pixels(png(planned(LEVEL, LEGEND, "dungeon", PATH), STYLE))
    digest = hashlib.sha256(shown.tobytes()).hexdigest()
    assert digest == "3d3b4fecf7a739514c9b2242a70582eb0cfb7bf927187ab23c266896c56d134a"
