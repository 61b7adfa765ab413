"""The numbers of a tileset's tiles as data, for pages that draw levels themselves."""

from collections.abc import Mapping, Sequence

from doublebill.games.tileset.blob import AROUND, NUMBERS
from doublebill.games.tileset.ground_pieces import FLOORS
from doublebill.games.tileset.tileset import (
    ABOVE,
    COLUMNS,
    FLOOR,
    GROUND_NUMBERS,
    SIDE,
    SPRITE_NUMBERS,
    TOKEN,
    TOKENS,
)


def lookup() -> Mapping[str, int | Mapping[str, int] | Sequence[int] | Sequence[Sequence[int]]]:
    """Returns where each tile lies, as `doublebill.games.tileset.laying` lays them.

    `pieces` [256] is by the bits of the neighbours that are wall too, whose steps across and down are `around` [8, 2].
    """
    return {
        "columns": COLUMNS,
        "floor": FLOOR,
        "floors": FLOORS,
        "above": ABOVE,
        "side": SIDE,
        "grounds": GROUND_NUMBERS,
        "sprites": SPRITE_NUMBERS,
        "token": TOKEN,
        "tokens": len(TOKENS),
        "pieces": [NUMBERS[neighbours] for neighbours in range(256)],
        "around": [list(step) for step in AROUND.values()],
    }
