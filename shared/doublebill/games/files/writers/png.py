"""The level as a PNG picture, drawn with the tileset (PNG, third edition, W3C 2025).

True colour without interlacing. Equal levels give equal pixels; the bytes depend on the zlib of the machine (see the
decision `png-by-zlib`).
"""

import itertools
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from doublebill.games.grids.steps import Place
from doublebill.games.plans.border import bordered
from doublebill.games.plans.level_plan import LevelPlan, Thing
from doublebill.games.tileset.canvas import Pixels, over, rgb
from doublebill.games.tileset.laying import ground_tiles, standing_tiles
from doublebill.games.tileset.themes import TileStyle
from doublebill.games.tileset.tileset import sheet, tiles

SIGNATURE = b"\x89PNG\r\n\x1a\n"
UP = 2
"""Filter of each line: its difference from the line above."""
WAY, WAY_EDGE = "#ffd23f", "#3a1d12"
"""Colours of a path and of its outline."""

type Spots = npt.NDArray[np.int64]
"""Pixels of a picture: [pixels, 2], row and column."""


def png(plan: LevelPlan, style: TileStyle) -> bytes:
    """Returns the picture of a level, within its walls; the path lies beneath the things."""
    whole, size = bordered(plan), style.pixels
    return _file(whole.width * size, whole.height * size, _strips(whole, style), colour_type=2)


def tileset_png(style: TileStyle) -> bytes:
    """Returns the picture of a whole tileset."""
    pixels = sheet(style)
    return _file(pixels.shape[1], pixels.shape[0], [pixels], colour_type=6)


def _strips(plan: LevelPlan, style: TileStyle) -> Iterator[Pixels]:
    """Yields the picture row of cells by row of cells, so that a large one never lies in memory whole."""
    size, drawn, numbers = style.pixels, tiles(style), standing_tiles(plan)
    standing: dict[int, list[Thing]] = {}
    for thing in plan.things:
        standing.setdefault(thing.y, []).append(thing)
    way = _way(plan.path, size)
    every = np.stack(drawn)[:, :, :, :3]
    for y, row in enumerate(ground_tiles(plan)):
        strip = every[row].transpose(1, 0, 2, 3).reshape(size, plan.width * size, 3)
        for colour, spots in way:
            here = spots[spots[:, 0] // size == y]
            strip[here[:, 0] - y * size, here[:, 1]] = rgb(colour)
        for thing in standing.get(y, ()):
            cell = strip[:, thing.x * size : (thing.x + 1) * size]
            cell[:] = over(cell, drawn[numbers[thing.id]])
        yield strip


def _way(path: Sequence[Place], size: int) -> Sequence[tuple[str, Spots]]:
    """Returns the pixels of a path with their colours: its outline, then itself."""
    middles = [(x * size + size // 2, y * size + size // 2) for x, y in path]
    if not middles:
        return ()
    radius = size // 16
    return (WAY_EDGE, _dots(middles, size, radius + 1)), (WAY, _dots(middles, size, radius))


def _dots(middles: Sequence[Place], size: int, radius: int) -> Spots:
    """Returns the pixels of a dotted line: a large dot at its start, a ring at its end, small dots between."""
    small = [_round(place, radius, 0) for place in _every_half(middles, size)]
    return np.concatenate([*small, _round(middles[0], 3 * radius, 0), _round(middles[-1], 4 * radius, 2 * radius)])


def _every_half(middles: Sequence[Place], size: int) -> list[Place]:
    """Returns the places along a line at every half cell, both ends included."""
    places = [middles[0]]
    for (x, y), (right, below) in itertools.pairwise(middles):
        steps = max(2 * max(abs(right - x), abs(below - y)) // size, 1)
        places += [(x + (right - x) * step // steps, y + (below - y) * step // steps) for step in range(1, steps + 1)]
    return places


def _round(middle: Place, outer: int, inner: int) -> Spots:
    """Returns the pixels of a disc, or of a ring where `inner` is not 0."""
    rows, columns = np.indices((2 * outer, 2 * outer), dtype=np.int64)
    distance = (2 * rows + 1 - 2 * outer) ** 2 + (2 * columns + 1 - 2 * outer) ** 2
    spots = np.argwhere((distance < 4 * outer**2) & (distance >= 4 * inner**2))
    shifted: Spots = spots - outer + np.array([middle[1], middle[0]])
    return shifted


def _file(width: int, height: int, strips: Iterable[Pixels], colour_type: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", _packed(strips)), (b"IEND", b"")
    return SIGNATURE + b"".join(_chunk(name, content) for name, content in chunks)


def _packed(strips: Iterable[Pixels]) -> bytes:
    packer, parts, above = zlib.compressobj(), [], None
    for strip in strips:
        lines = strip.reshape(len(strip), -1)
        first = np.zeros_like(lines[0]) if above is None else above
        differences = lines - np.concatenate([first[None], lines[:-1]])
        filters = np.full((len(lines), 1), UP, np.uint8)
        parts.append(packer.compress(np.concatenate([filters, differences], axis=1).tobytes()))
        above = lines[-1]
    return b"".join([*parts, packer.flush()])


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
