"""Walls: the 47 pieces from above, with the side that one sees, and from the side, with what grows on them."""

import numpy as np

from doublebill.games.tileset.blob import AROUND, NE, NW, SE, SIDES_OF, SW, E, N, S, W
from doublebill.games.tileset.canvas import (
    UNITS,
    Field,
    Mask,
    Pixels,
    blend,
    centres,
    grain,
    mottle,
    painted,
    rgb,
    shade,
)
from doublebill.games.tileset.themes import Theme

FACE = 28
"""Height of the side of a wall that one sees."""
FADE = 30
"""Units from an edge over which a wall darkens."""
STEPS = 5
"""Tones from the edge to the core."""
TURF = 14
"""Depth of what grows on ground that is seen from the side."""


def wall_from_above(theme: Theme, size: int, piece: int) -> Pixels:
    """Returns a piece of a wall: its top, dark inside and light at the rim, and its side where it ends to the south."""
    top = UNITS if piece & S else UNITS - FACE
    distance = _distance(theme, size, piece, face=FACE)
    pixels = painted(_tones(theme, distance, size))
    y = centres(size)[1]
    if top < UNITS:
        side = y >= top
        pixels[side] = _side(theme, size, top)[side]
    return pixels


def ground_from_side(theme: Theme, size: int, piece: int) -> Pixels:
    """Returns a piece of ground that is seen from the side: rimmed, and grown over where it ends to the north."""
    distance = _distance(theme, size, piece, face=0)
    pixels = painted(_earth(theme, size))
    shade(pixels, distance >= FADE, 82)
    shade(pixels, distance < UNITS // 16, 58)
    if not piece & N:
        x, y = centres(size)
        depth = TURF + (mottle(size, 8, 5) - 128) // 16
        pixels[y < depth, :3] = rgb(theme.turf)
        shade(pixels, y < UNITS // size, 118)
        shade(pixels, (y >= depth) & (y < depth + 4), 70)
        for open_side, edge in ((W, x < 4), (E, x >= UNITS - 4)):
            if not piece & open_side:
                shade(pixels, edge & (y < depth), 80)
    return pixels


def _distance(theme: Theme, size: int, piece: int, face: int) -> Field:
    """Returns the units from each pixel to the nearest edge of the wall's top; `face` is cut off at the south."""
    x, y = centres(size)
    foot = UNITS - face
    reach: dict[int, Field] = {
        N: y,
        S: foot - 1 - y,
        W: x,
        E: UNITS - 1 - x,
        NW: np.maximum(x, y),
        NE: np.maximum(UNITS - 1 - x, y),
        SW: np.maximum(x, foot - 1 - y),
        SE: np.maximum(UNITS - 1 - x, foot - 1 - y),
    }
    far = np.full((size, size), UNITS, np.int64)
    for neighbour in AROUND:
        corner = neighbour in SIDES_OF
        open_here = not piece & neighbour and (not corner or piece & SIDES_OF[neighbour] == SIDES_OF[neighbour])
        if open_here:
            far = np.minimum(far, reach[neighbour])
    waver = theme.rough * (mottle(size, 8, 3) - 128) // 128
    return np.where(far < UNITS, np.maximum(far + waver, 0), far)


def _tones(theme: Theme, distance: Field, size: int) -> Field:
    """Returns the colours of a wall's top by the distance from its edge, in steps with a ragged border."""
    ragged = distance + (grain(size, 1) - 128) // 32
    step = np.clip(ragged * STEPS // FADE, 0, STEPS)
    step = np.where(distance < UNITS // 16, 0, np.maximum(step, 1))
    colours = blend(theme.rim, theme.core, step * 2 + (step > 0), 2 * STEPS + 1)
    if not theme.bricks:
        colours = colours + ((mottle(size, 8, 2) - 128) // 10)[:, :, None] * (step > 0)[:, :, None]
    return colours


def _side(theme: Theme, size: int, top: int) -> Pixels:
    """Returns the side of a wall below `top`; above it the pixels mean nothing."""
    x, y = centres(size)
    depth = y - top
    colours = blend(theme.face, theme.mortar, np.maximum(depth - 4, 0), 3 * FACE)
    pixels = painted(colours + ((grain(size, 4) - 128) // 14)[:, :, None])
    shade(pixels, _lines(theme, x, depth, size), 62)
    shade(pixels, (depth >= 0) & (depth < 4), 128)
    shade(pixels, depth >= FACE - 4, 55)
    return pixels


def _lines(theme: Theme, x: Field, depth: Field, size: int) -> Mask:
    """Returns the joints of bricks, or the cracks of what has grown."""
    line = UNITS // size if size > UNITS // 4 else 4
    if theme.bricks:
        course = depth // 12
        return (depth % 12 >= 12 - line) | ((x + course % 2 * 16) % 32 < line)
    waver = (mottle(size, 4, 6) - 128) // 12
    return (x + waver) % 16 < line


def _earth(theme: Theme, size: int) -> Field:
    """Returns the colours of ground that is seen from the side."""
    x, y = centres(size)
    if not theme.bricks:
        return blend(theme.mortar, theme.face, mottle(size, 4, 7) // 6 + grain(size, 8) // 8, 255)
    colours = blend(theme.face, theme.mortar, mottle(size, 4, 7) // 3 + grain(size, 8) // 5, 255)
    line = max(UNITS // size, 2)
    joints = (y % 32 < line) | ((x + y // 32 * 32) % 64 < line)
    return np.where(joints[:, :, None], colours * 7 // 10, colours)
