import hashlib
import struct
import zlib

from doublebill.games.files.writers.png import png, tiles_png
from sample_levels import LEGEND, LEVEL, PATH, drawn

WALL, FLOOR, PLAYER, KEY, DOOR, ENEMY, WAY = "2f3542", "f1f2f6", "1e78d2", "d99a00", "8a5a2b", "c0392b", "e4572e"


def pixels(picture):
    """The colours of a picture, rrggbb, line by line; for what these pictures use of the format."""
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, rest = {}, picture[8:]
    while rest:
        size = struct.unpack(">I", rest[:4])[0]
        name, content, check = rest[4:8], rest[8 : 8 + size], rest[8 + size : 12 + size]
        assert check == zlib.crc32(name + content).to_bytes(4, "big")
        chunks[name], rest = content, rest[12 + size :]
    assert list(chunks) == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    width, height, *form = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert form == [8, 3, 0, 0, 0]
    raw, lines = zlib.decompress(chunks[b"IDAT"]), []
    assert len(raw) == height * (width + 1)
    for start in range(0, len(raw), width + 1):
        line = raw[start + 1 : start + 1 + width]
        assert raw[start] == 0
        lines.append([chunks[b"PLTE"][3 * place : 3 * place + 3].hex() for place in line])
    return lines


def test_each_cell_is_sixteen_pixels_with_its_tile_in_the_middle():
    shown = pixels(png(drawn(LEVEL, LEGEND, "dungeon")))
    assert (len(shown[0]), len(shown)) == (48, 48)
    middles = [[shown[16 * y + 8][16 * x + 8] for x in range(3)] for y in range(3)]
    assert middles == [[PLAYER, FLOOR, ENEMY], [FLOOR, WALL, FLOOR], [KEY, FLOOR, DOOR]]
    assert {line[17] for line in shown[16:32]} == {WALL}
    assert shown[0][0] == FLOOR  # beside the player
    assert WAY not in {colour for line in shown for colour in line}


def test_the_way_goes_through_the_middles_of_the_cells_that_it_passes():
    shown = pixels(png(drawn(LEVEL, LEGEND, "dungeon", PATH)))
    assert {shown[y][8] for y in range(8, 41)} == {WAY}
    assert {shown[40][x] for x in range(8, 37)} == {WAY}
    assert {shown[y][40] for y in range(8, 32)} == {FLOOR, ENEMY}
    assert shown[8][8] == WAY
    assert shown[40][40] == WAY


def test_a_way_may_go_aslant():
    shown = pixels(png(drawn(LEVEL, LEGEND, "dungeon", [(0, 0), (1, 1), (2, 2)])))
    assert {shown[at][at] for at in range(8, 41)} == {WAY}


def test_the_tiles_stand_side_by_side_in_the_order_of_the_legend():
    shown = pixels(tiles_png(drawn(LEVEL, LEGEND, "dungeon")))
    assert (len(shown[0]), len(shown)) == (96, 16)
    assert [shown[8][16 * place + 8] for place in range(6)] == [WALL, FLOOR, PLAYER, KEY, DOOR, ENEMY]


def test_the_pixels_are_the_same_everywhere():
    shown = pixels(png(drawn(LEVEL, LEGEND, "dungeon", PATH)))
    digest = hashlib.sha256("\n".join("".join(line) for line in shown).encode()).hexdigest()
    assert digest == "72b80a9b09f38037c54daf85f5e18402cee2c7e7bddec52c6ac88e75b556c085"
