"""The whole tileset of a theme: every tile by its number, and the number of each name.

The order is the same in all themes and sizes: 16 floors (four in turn × the shadow of walls to the north and west), the
47 pieces of walls from above, the 47 of ground from the side, the other grounds, the sprites, and seven tokens for
things of other names.
"""

import functools
from collections.abc import Sequence

from doublebill.games.tileset.belongings import BELONGINGS, SET_CRATE, token
from doublebill.games.tileset.blob import PIECES
from doublebill.games.tileset.canvas import Pixels, hashed, side_by_side
from doublebill.games.tileset.coloured import locks
from doublebill.games.tileset.creatures import CREATURES
from doublebill.games.tileset.ground_pieces import FLOORS, THEMED, UNTHEMED, floor
from doublebill.games.tileset.sprites import sprite
from doublebill.games.tileset.themes import THEMES, TileStyle
from doublebill.games.tileset.wall_pieces import ground_from_side, wall_from_above

COLUMNS = 16
"""Tiles in a row of the picture."""
TOKENS = ("#6c5ce7", "#00897b", "#b8562f", "#3f6fb5", "#9c3587", "#7a7f1f", "#455a64")
SPRITES = {**CREATURES, **BELONGINGS, **locks(), "crate on goal": SET_CRATE}

FLOOR = 0
ABOVE = FLOOR + 4 * FLOORS
SIDE = ABOVE + len(PIECES)
GROUND = SIDE + len(PIECES)
SPRITE = GROUND + len(THEMED) + len(UNTHEMED)
TOKEN = SPRITE + len(SPRITES)
"""Numbers of the first tile of each sort."""
COUNT = TOKEN + len(TOKENS)
"""Tiles in all."""

GROUND_NUMBERS = {name: GROUND + place for place, name in enumerate([*THEMED, *UNTHEMED])}
SPRITE_NUMBERS = {name: SPRITE + place for place, name in enumerate(SPRITES)}


@functools.lru_cache(maxsize=4)
def tiles(style: TileStyle) -> Sequence[Pixels]:
    """Returns every tile of a style, by number; they are shared, so never written to."""
    theme, size = THEMES[style.theme], style.pixels
    shadows = [(bool(bits & 1), bool(bits & 2)) for bits in range(4)]
    return (
        *(floor(theme, size, variant, north, west) for north, west in shadows for variant in range(FLOORS)),
        *(wall_from_above(theme, size, piece) for piece in PIECES),
        *(ground_from_side(theme, size, piece) for piece in PIECES),
        *(draw(theme, size) for draw in THEMED.values()),
        *(draw(size) for draw in UNTHEMED.values()),
        *(sprite(strokes, size) for strokes in SPRITES.values()),
        *(sprite(token(colour), size) for colour in TOKENS),
    )


def sheet(style: TileStyle) -> Pixels:
    """Returns the picture of the tileset, `COLUMNS` tiles a row."""
    return side_by_side(tiles(style), COLUMNS)


def floor_number(x: int, y: int, north: bool, west: bool) -> int:
    """Returns the floor of a cell with solid neighbours or without; mostly the plain one."""
    chance = hashed(x, y, 7)
    variant = 0 if chance < 150 else 1 + chance % (FLOORS - 1)
    return FLOOR + (north + 2 * west) * FLOORS + variant
