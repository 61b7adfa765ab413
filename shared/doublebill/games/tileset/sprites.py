"""Sprites: a thing as coloured shapes, lit from above, with an outline and a shadow at its foot."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from doublebill.games.tileset.canvas import Mask, Pixels, Shape, centres, disc, rgb, shade

OUTLINE = "#1b1420"
LIT, SHADED = 128, 74
"""Brightness of the upper and the lower edge of a shape, in percent."""


class Stroke(NamedTuple):
    """One shape in one colour."""

    colour: str
    shape: Shape
    flat: bool = False
    """Whether it stays without light, as eyes do."""


def sprite(strokes: Sequence[Stroke], size: int) -> Pixels:
    """Returns a sprite on a transparent ground; later strokes lie above earlier ones."""
    x, y = centres(size)
    pixels = np.zeros((size, size, 4), np.uint8)
    for stroke in strokes:
        mask = stroke.shape(x, y)
        pixels[mask, :3], pixels[mask, 3] = rgb(stroke.colour), 255
        if not stroke.flat:
            shade(pixels, mask & ~_moved(mask, 1, 0), LIT)
            shade(pixels, mask & ~_moved(mask, -1, 0), SHADED)
    body = pixels[:, :, 3] > 0
    edge = ~body & (_moved(body, 1, 0) | _moved(body, -1, 0) | _moved(body, 0, 1) | _moved(body, 0, -1))
    pixels[disc(32, 57, 20, 5)(x, y) & ~body, 3] = 70
    pixels[edge, :3], pixels[edge, 3] = rgb(OUTLINE), 255
    return pixels


def _moved(mask: Mask, down: int, right: int) -> Mask:
    """Returns a mask moved by pixels; nothing comes in from outside."""
    moved = np.zeros_like(mask)
    rows, columns = mask.shape
    moved[max(down, 0) : rows + min(down, 0), max(right, 0) : columns + min(right, 0)] = mask[
        max(-down, 0) : rows + min(-down, 0), max(-right, 0) : columns + min(-right, 0)
    ]
    return moved
