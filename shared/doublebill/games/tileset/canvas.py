"""Integer drawing: shapes, grain and colours on a square of pixels, the same on every machine.

A tile is 64 × 64 units, whatever its pixels: x from the left, y from the top. Masks and fields are arrays [row, column]
over its pixels, computed at their centres.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

UNITS = 64
"""Units along a side of a tile."""

type Field = npt.NDArray[np.int64]
"""One number a pixel: [rows, columns]."""
type Mask = npt.NDArray[np.bool_]
"""Whether a pixel belongs to a shape: [rows, columns]."""
type Pixels = npt.NDArray[np.uint8]
"""Colours: [rows, columns, 4], red, green, blue and opacity."""
type Shape = Callable[[Field, Field], Mask]
"""A test of pixels by the x and y of their centres."""


def centres(size: int) -> tuple[Field, Field]:
    """Returns x and y of the centres of `size` × `size` pixels, in units."""
    step = UNITS // size
    y, x = np.indices((size, size), dtype=np.int64) * step + step // 2
    return x, y


def rgb(colour: str) -> Field:
    """Returns red, green and blue of a colour #rrggbb: [3]."""
    return np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)], np.int64)


def plain(size: int, colour: str) -> Pixels:
    """Returns an opaque square of one colour."""
    return painted(np.broadcast_to(rgb(colour), (size, size, 3)))


def painted(colours: Field) -> Pixels:
    """Returns opaque pixels of the colours [rows, columns, 3], cut to 0…255."""
    pixels = np.full((*colours.shape[:2], 4), 255, np.uint8)
    pixels[:, :, :3] = np.clip(colours, 0, 255)
    return pixels


def blend(low: str, high: str, share: Field, whole: int) -> Field:
    """Returns colours between two, `share` of `whole` towards the second: [rows, columns, 3]."""
    parts = np.clip(share, 0, whole)[:, :, None]
    return np.asarray((rgb(low) * (whole - parts) + rgb(high) * parts) // whole, np.int64)


def shade(pixels: Pixels, mask: Mask, percent: int) -> None:
    """Multiplies the colours of the pixels of a mask by a percentage, in place."""
    colours = pixels[mask][:, :3].astype(np.int64) * percent // 100
    pixels[mask, :3] = np.clip(colours, 0, 255)


def grain(size: int, salt: int) -> Field:
    """Returns a number from 0 to 255 for each pixel, unlike its neighbours: [rows, columns]."""
    rows, columns = np.indices((size, size), dtype=np.int64)
    return hashed(columns, rows, salt)


def mottle(size: int, patches: int, salt: int) -> Field:
    """Returns numbers from 0 to 255 that change softly over `patches` × `patches` patches and wrap: [rows, columns]."""
    x, y = centres(size)
    width = UNITS // patches
    left, top = x // width, y // width
    across, down = x % width, y % width

    def corner(right: int, below: int) -> Field:
        return hashed((left + right) % patches, (top + below) % patches, salt)

    upper = corner(0, 0) * (width - across) + corner(1, 0) * across
    lower = corner(0, 1) * (width - across) + corner(1, 1) * across
    return np.asarray((upper * (width - down) + lower * down) // width**2, np.int64)


def hashed[N: (int, Field)](x: N, y: N, salt: int) -> N:
    """Returns a number from 0 to 255 that looks random for each pair of whole numbers."""
    mixed = (x * 374_761 + y * 668_265 + salt * 974_711) & 0xFFFFFF
    mixed = ((mixed ^ (mixed >> 11)) * 274_177) & 0xFFFFFF
    return (mixed ^ (mixed >> 13)) >> 5 & 0xFF


def disc(x: int, y: int, across: int, down: int | None = None) -> Shape:
    """Returns an ellipse by its middle and its half axes."""
    high = across if down is None else down
    return lambda u, v: ((u - x) * high) ** 2 + ((v - y) * across) ** 2 <= (across * high) ** 2


def box(left: int, top: int, right: int, bottom: int) -> Shape:
    """Returns a rectangle by two corners."""
    return lambda u, v: (left <= u) & (u < right) & (top <= v) & (v < bottom)


def polygon(*corners: tuple[int, int]) -> Shape:
    """Returns a convex polygon by its corners, clockwise on the screen."""

    def covers(u: Field, v: Field) -> Mask:
        inside = np.ones(u.shape, np.bool_)
        for (x, y), (right, below) in zip(corners, (*corners[1:], corners[0]), strict=True):
            inside &= (right - x) * (v - y) - (below - y) * (u - x) >= 0
        return inside

    return covers


def ring(x: int, y: int, outer: int, inner: int) -> Shape:
    """Returns a ring by its middle and two half axes."""
    wide, narrow = disc(x, y, outer), disc(x, y, inner)
    return lambda u, v: wide(u, v) & ~narrow(u, v)


def over(lower: Pixels, upper: Pixels) -> Pixels:
    """Returns red, green and blue of upper pixels laid over opaque lower ones: [rows, columns, 3]."""
    opacity = upper[:, :, 3:].astype(np.int64)
    return ((upper[:, :, :3] * opacity + lower[:, :, :3] * (255 - opacity)) // 255).astype(np.uint8)


def side_by_side(tiles: Sequence[Pixels], columns: int) -> Pixels:
    """Returns tiles as one picture, row by row; cells that are left over stay transparent."""
    size = len(tiles[0])
    rows = -(-len(tiles) // columns)
    sheet = np.zeros((rows * size, columns * size, 4), np.uint8)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        sheet[row * size : (row + 1) * size, column * size : (column + 1) * size] = tile
    return sheet
