"""Looks: the colour and the shape in which drawings show a tile, by its name."""

from collections.abc import Mapping
from dataclasses import dataclass

PATH_COLOUR = "#e4572e"


FULL = "m0 0h16v16h-16z"
DISC = "m2.5 8a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0 -11 0z"
RING = DISC + "m2 0a3.5 3.5 0 1 1 7 0a3.5 3.5 0 1 1 -7 0z"
DOT = "m5 8a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z"
HOOP = "m4 8a4 4 0 1 0 8 0a4 4 0 1 0 -8 0zm2 0a2 2 0 1 1 4 0a2 2 0 1 1 -4 0z"
DIAMOND = "m8 1.5l6.5 6.5l-6.5 6.5l-6.5 -6.5z"
BOX = "m3 3h10v10h-10z"
GATE = "m4 2h8v14h-8z"
CROSS = "m6 2h4v4h4v4h-4v4h-4v-4h-4v-4h4z"
SPIKE = "m8 2l6 14h-12z"
"""SVG paths in a cell of 16 × 16, relative to the cell's corner."""


@dataclass(frozen=True, slots=True)
class Look:
    """The look of a tile; the floor shows where its shape leaves room."""

    colour: str
    """#rrggbb"""
    shape: str
    """An SVG path."""


LOOKS: Mapping[str, Look] = {
    "wall": Look("#2f3542", FULL),
    "floor": Look("#f1f2f6", FULL),
    "air": Look("#dff1ff", FULL),
    "player": Look("#1e78d2", DISC),
    "start": Look("#1e78d2", RING),
    "key": Look("#d99a00", DIAMOND),
    "door": Look("#8a5a2b", GATE),
    "exit": Look("#2a9d5c", GATE),
    "enemy": Look("#c0392b", DISC),
    "block": Look("#b8562f", FULL),
    "prize": Look("#d99a00", BOX),
    "spent prize": Look("#8a6d3b", BOX),
    "pipe left": Look("#2e7d32", FULL),
    "pipe right": Look("#388e3c", FULL),
    "cannon": Look("#455a64", FULL),
    "goblin": Look("#5b8c2a", SPIKE),
    "ogre": Look("#a33b20", BOX),
    "potion": Look("#c2418b", CROSS),
    "treasure": Look("#d99a00", BOX),
    "diamond": Look("#16a3b8", DIAMOND),
    "spike": Look("#6b7280", SPIKE),
    "crate": Look("#a9713a", BOX),
    "goal": Look("#2a9d5c", RING),
    "crate on goal": Look("#2a9d5c", BOX),
    "player on goal": Look("#2a9d5c", DISC),
    "ground": Look("#6b4f3a", FULL),
    "coin": Look("#d99a00", DISC),
}

COLOURS = ("#6c5ce7", "#00897b", "#b8562f", "#3f6fb5", "#9c3587", "#7a7f1f", "#455a64")
SHAPES = (DISC, BOX, DIAMOND, CROSS, RING)
"""Shapes for names without a look of their own; with the colours they give 35 looks."""


def looks(legend: Mapping[str, str]) -> Mapping[str, Look]:
    """Returns the look of each tile; names without one of their own take one by their place among such."""
    unlisted = [name for name in legend.values() if name not in LOOKS]
    return {tile: LOOKS[name] if name in LOOKS else _other(unlisted.index(name)) for tile, name in legend.items()}


def _other(place: int) -> Look:
    return Look(COLOURS[place % len(COLOURS)], SHAPES[place % len(SHAPES)])
