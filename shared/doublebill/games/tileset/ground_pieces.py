"""Grounds that do not join: floors with the shadow of walls, air, water, lava, and blocks."""

from collections.abc import Callable, Mapping

import numpy as np

from doublebill.games.tileset.canvas import (
    UNITS,
    Field,
    Pixels,
    blend,
    centres,
    disc,
    grain,
    mottle,
    painted,
    polygon,
    rgb,
    ring,
    shade,
)
from doublebill.games.tileset.themes import Theme

FLOORS = 4
"""Floors that are drawn in turn, so that no pattern shows."""
DARK = "#1b1822"


def floor(theme: Theme, size: int, variant: int, north: bool, west: bool) -> Pixels:
    """Returns a floor, in the shadow of a wall to the north or west."""
    x, y = centres(size)
    mixed = mottle(size, 4, 20 + variant) // 6 + grain(size, 30 + variant) // 12
    pixels = painted(blend(theme.floor, theme.seam, mixed, 128))
    if theme.bricks:
        _slabs(pixels, x, y, variant)
    elif variant:
        _tufts(pixels, theme, size, variant)
    if west:
        shade(pixels, x < 8, 82)
    if north:
        shade(pixels, y < 8, 72)
        shade(pixels, (y >= 8) & (y < 16), 86)
    return pixels


def _slabs(pixels: Pixels, x: Field, y: Field, variant: int) -> None:
    """Lays a floor in slabs: one, two or four to a tile."""
    size = len(pixels)
    line = max(UNITS // size, 3)
    seams = (x < line) | (y < line)
    if variant == 1:
        seams |= (y >= 32) & (y < 32 + line)
    if variant == 2:
        seams |= (x >= 32) & (x < 32 + line) & (y >= 32) | (y >= 32) & (y < 32 + line)
    shade(pixels, seams, 80)
    lit = ~seams & (np.roll(seams, 1, 0) | np.roll(seams, 1, 1))
    shade(pixels, lit, 107)
    if variant == 3:
        shade(pixels, polygon((20, 8), (26, 26), (40, 34), (22, 30))(x, y), 82)


def _tufts(pixels: Pixels, theme: Theme, size: int, variant: int) -> None:
    """Strews pebbles or blades on a floor that was not laid."""
    x, y = centres(size)
    for place in range(variant + 1):
        left, top = 8 + (place * 29 + variant * 17) % 46, 10 + (place * 37 + variant * 23) % 44
        pixels[disc(left, top, 5, 3)(x, y), :3] = (rgb(theme.floor) * 2 + rgb(theme.seam)) // 3
        shade(pixels, disc(left, top + 4, 5, 2)(x, y), 80)
        shade(pixels, disc(left - 1, top - 1, 2, 2)(x, y), 115)


def air(theme: Theme, size: int) -> Pixels:
    """Returns the sky or the back of a cave."""
    return painted(blend(theme.sky, DARK, mottle(size, 2, 40) // 16, 255))


def water(size: int) -> Pixels:
    """Returns water with small waves."""
    return _liquid(size, "#2f6fb0", "#7fc4ea")


def lava(size: int) -> Pixels:
    """Returns lava with bright veins."""
    return _liquid(size, "#b8321c", "#ffc24a")


def _liquid(size: int, low: str, high: str) -> Pixels:
    x, y = centres(size)
    wave = (y + (mottle(size, 4, 41) - 128) // 8 + x // 4) % 32
    pixels = painted(blend(low, high, mottle(size, 4, 42) // 4, 255))
    pixels[(wave < 4) & (mottle(size, 4, 43) > 110), :3] = rgb(high)
    return pixels


def grass(size: int) -> Pixels:
    """Returns grass."""
    pixels = painted(blend("#6fa544", "#3f7a33", mottle(size, 8, 44) // 2 + grain(size, 45) // 6, 255))
    shade(pixels, grain(size, 46) > 236, 130)
    return pixels


def bridge(size: int) -> Pixels:
    """Returns planks."""
    x, y = centres(size)
    pixels = painted(blend("#a8763f", "#7c5229", grain(size, 47) // 4 + x % 16 * 4, 128))
    shade(pixels, x % 16 < max(UNITS // size, 2), 60)
    shade(pixels, (y < 6) | (y >= UNITS - 6), 70)
    return pixels


def spike(theme: Theme, size: int) -> Pixels:
    """Returns three spikes in front of the air."""
    x, y = centres(size)
    pixels = air(theme, size)
    for left in (0, 22, 44):
        pixels[polygon((left + 10, 18), (left + 20, 64), (left, 64))(x, y), :3] = rgb("#8d94a8")
        pixels[polygon((left + 10, 18), (left + 10, 64), (left, 64))(x, y), :3] = rgb("#dfe5f0")
    return pixels


def block(size: int) -> Pixels:
    """Returns a block of weathered slate, split by a slanting crack, with moss on its upper edge."""
    x, y = centres(size)
    pixels = painted(blend("#6f8c94", "#43606c", mottle(size, 4, 48) // 2 + grain(size, 49) // 6, 160))
    shade(pixels, (x + 2 * y > 88) & (x + 2 * y < 97), 62)
    shade(pixels, (2 * x - y > 58) & (2 * x - y < 67) & (x + 2 * y > 88), 62)
    _bevel(pixels, x, y)
    moss = y < 6 + mottle(size, 4, 50) // 24
    pixels[moss, :3] = blend("#7f9d4a", "#5a7a38", grain(size, 51), 255)[moss]
    return pixels


def prize(size: int) -> Pixels:
    """Returns a stone lantern: a violet block in which a light burns."""
    x, y = centres(size)
    pixels = _lantern(size)
    gem = polygon((32, 14), (48, 32), (32, 50), (16, 32))(x, y)
    pixels[gem, :3] = rgb("#57e0d0")
    pixels[polygon((32, 14), (32, 32), (16, 32))(x, y), :3] = rgb("#d4fff6")
    pixels[polygon((48, 32), (32, 50), (32, 32))(x, y), :3] = rgb("#22a79b")
    return pixels


def spent_prize(size: int) -> Pixels:
    """Returns a stone lantern without its light."""
    x, y = centres(size)
    pixels = _lantern(size)
    pixels[polygon((32, 14), (48, 32), (32, 50), (16, 32))(x, y), :3] = rgb("#231d30")
    return pixels


def _lantern(size: int) -> Pixels:
    x, y = centres(size)
    pixels = painted(blend("#6a5590", "#4c3b6d", mottle(size, 4, 52) // 2 + grain(size, 53) // 8, 160))
    _bevel(pixels, x, y)
    shade(pixels, ring(32, 32, 26, 23)(x, y), 140)
    return pixels


def _bevel(pixels: Pixels, x: Field, y: Field) -> None:
    shade(pixels, (x < 4) | (y < 4), 135)
    shade(pixels, (x >= UNITS - 4) | (y >= UNITS - 4), 60)


def pipe_left(size: int) -> Pixels:
    """Returns the left half of a tree stump."""
    return _stump(size, 0)


def pipe_right(size: int) -> Pixels:
    """Returns the right half of a tree stump."""
    return _stump(size, UNITS)


def _stump(size: int, left: int) -> Pixels:
    """Returns a half of a trunk with rough bark, lit from the left, with a knot in the right one."""
    x, y = centres(size)
    across = x + left
    pixels = painted(blend("#4a2f1c", "#a5774a", 100 - abs(across - 44), 120))
    furrow = (across + mottle(size, 4, 54) // 24) % 18
    shade(pixels, furrow < max(UNITS // size, 3), 62)
    shade(pixels, (furrow >= 4) & (furrow < 8), 112)
    shade(pixels, (across < 4) | (across >= 2 * UNITS - 4), 45)
    if left:
        pixels[disc(28, 34, 13, 9)(x, y), :3] = rgb("#c89a63")
        pixels[ring(28, 34, 9, 6)(x, y), :3] = rgb("#8a5f38")
    return pixels


def cannon(size: int) -> Pixels:
    """Returns a cannon's barrel."""
    x, y = centres(size)
    pixels = painted(blend("#20242c", "#6d7788", 64 - abs(x - 24), 80))
    shade(pixels, (y < 6) | (y >= 26) & (y < 32), 150)
    return pixels


THEMED: Mapping[str, Callable[[Theme, int], Pixels]] = {"air": air, "spike": spike}
"""Name of a ground that looks unlike in each theme → its drawing, pixels a side."""
UNTHEMED: Mapping[str, Callable[[int], Pixels]] = {
    "water": water,
    "lava": lava,
    "grass": grass,
    "bridge": bridge,
    "block": block,
    "prize": prize,
    "spent prize": spent_prize,
    "pipe left": pipe_left,
    "pipe right": pipe_right,
    "cannon": cannon,
}
"""Name of a ground that looks alike in all themes → its drawing, pixels a side."""
