"""The level as a PNG picture, 16 pixels a cell: 8-bit palette, no interlacing (PNG, third edition, W3C 2025).

Equal levels give equal pixels; the bytes depend on the zlib of the machine (see the decision `png-by-zlib`).
"""

import functools
import itertools
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence

from doublebill.games.files.drawn_level import CELL, DrawnLevel
from doublebill.games.files.writers.palette import DOT, HOOP, PATH_COLOUR, Shape, looks
from doublebill.games.grids.grid import FLOOR
from doublebill.games.grids.steps import Place

SIGNATURE = b"\x89PNG\r\n\x1a\n"
NO_FILTER = 0
"""Filter byte of each line: zlib packs the repeated lines of a grid well as they are."""

type Stamp = Sequence[bytes]
"""A cell of pixels: CELL lines of CELL palette numbers."""


def png(plan: DrawnLevel) -> bytes:
    """Returns the picture, with the path above the tiles."""
    palette = _palette(plan)
    stamps = _stamps(plan, palette)
    lines = [bytearray().join(stamps[tile][line] for tile in row) for row in plan.rows for line in range(CELL)]
    _draw(lines, plan.path, palette.index(PATH_COLOUR))
    return _file(plan.width * CELL, plan.height * CELL, palette, lines)


def tiles_png(plan: DrawnLevel) -> bytes:
    """Returns the tiles of the legend side by side, which the tilesets of engines take."""
    palette = _palette(plan)
    stamps = _stamps(plan, palette)
    lines = [b"".join(stamps[tile][line] for tile in plan.legend) for line in range(CELL)]
    return _file(len(plan.legend) * CELL, CELL, palette, lines)


def _palette(plan: DrawnLevel) -> list[str]:
    """Returns the colours, #rrggbb; 45 at most, for looks have no more."""
    return list(dict.fromkeys([*(look.colour for look in looks(plan.legend).values()), PATH_COLOUR]))


def _stamps(plan: DrawnLevel, palette: Sequence[str]) -> Mapping[str, Stamp]:
    shown = looks(plan.legend)
    floor = palette.index(shown[FLOOR].colour) if FLOOR in shown else 0
    return {tile: _stamp(look.shape, palette.index(look.colour), floor) for tile, look in shown.items()}


@functools.lru_cache(maxsize=512)
def _stamp(shape: Shape, colour: int, floor: int) -> Stamp:
    halves = range(1 - CELL, CELL, 2)
    return [bytes(colour if shape.covers(dx, dy) else floor for dx in halves) for dy in halves]


def _draw(lines: Sequence[bytearray], path: Sequence[Place], colour: int) -> None:
    """Draws a line through the middles of the cells, from a dot to a hoop."""
    middles = [(x * CELL + CELL // 2, y * CELL + CELL // 2) for x, y in path]
    for start, end in itertools.pairwise(middles):
        for x, y in _between(start, end):
            lines[y - 1][x - 1 : x + 1] = lines[y][x - 1 : x + 1] = bytes([colour, colour])
    for (x, y), shape in zip(middles[:1] + middles[-1:], (DOT, HOOP), strict=False):
        for across in range(-CELL // 2, CELL // 2):
            for down in range(-CELL // 2, CELL // 2):
                if shape.covers(2 * across + 1, 2 * down + 1):
                    lines[y + down][x + across] = colour


def _between(start: Place, end: Place) -> Iterable[Place]:
    """Returns the pixels of a straight line, both ends included."""
    across, down = end[0] - start[0], end[1] - start[1]
    steps = max(abs(across), abs(down), 1)
    for step in range(steps + 1):
        yield start[0] + across * step // steps, start[1] + down * step // steps


def _file(width: int, height: int, palette: Sequence[str], lines: Iterable[bytes | bytearray]) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    colours = b"".join(bytes.fromhex(colour[1:]) for colour in palette)
    data = zlib.compress(b"".join(bytes([NO_FILTER]) + line for line in lines))
    chunks = (b"IHDR", header), (b"PLTE", colours), (b"IDAT", data), (b"IEND", b"")
    return SIGNATURE + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
