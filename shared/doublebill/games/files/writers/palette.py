"""Looks: the colour and the shape in which drawings show a tile, by its name.

The shape says the sort of a thing. A key and the door that it opens have the colour of their name, as the tileset has.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from doublebill.games.files.writers import svg_shapes
from doublebill.games.files.writers.svg_shapes import BOX, CROSS, DIAMOND, DISC, FULL, RING
from doublebill.games.tileset.coloured import COLOURS as LOCK_COLOURS
from doublebill.games.tileset.coloured import METALS

PATH_COLOUR = "#e4572e"


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
    "ground": Look("#6b4f3a", FULL),
    "water": Look("#3f7fc0", FULL),
    "lava": Look("#d9481c", FULL),
    "block": Look("#5b7680", FULL),
    "prize": Look("#2fb8aa", svg_shapes.LANTERN),
    "spent prize": Look("#5b4a80", BOX),
    "pipe left": Look("#6e4b2e", FULL),
    "pipe right": Look("#7d5836", FULL),
    "cannon": Look("#455a64", FULL),
    "player": Look("#1e78d2", svg_shapes.PLAYER),
    "start": Look("#1e78d2", svg_shapes.PLAYER),
    "exit": Look("#2a9d5c", svg_shapes.EXIT),
    "enemy": Look("#c0392b", svg_shapes.FOE),
    "goblin": Look("#79bd45", svg_shapes.FOE),
    "ogre": Look("#b9734a", svg_shapes.FOE),
    "boss": Look("#6b3fa0", svg_shapes.FOE),
    "skeleton": Look("#e9e2cf", svg_shapes.FOE),
    "slime": Look("#3aa77a", svg_shapes.FOE),
    "bat": Look("#63507f", svg_shapes.FOE),
    "potion": Look("#d43a86", svg_shapes.POTION),
    "treasure": Look("#d99a00", svg_shapes.TREASURE),
    "chest": Look("#a9713a", svg_shapes.TREASURE),
    "diamond": Look("#16a3b8", DIAMOND),
    "coin": Look("#f0bd2e", DISC),
    "spike": Look("#8d94a8", svg_shapes.SPIKE),
    "crate": Look("#c08743", svg_shapes.CRATE),
    "goal": Look("#2a9d5c", RING),
    "crate on goal": Look("#2a9d5c", svg_shapes.SET_CRATE),
    "player on goal": Look("#2a9d5c", svg_shapes.PLAYER),
    "stairs down": Look("#7a8090", svg_shapes.STAIRS_DOWN),
    "stairs up": Look("#b4bccd", svg_shapes.STAIRS_UP),
    "key": Look("#f0bd2e", svg_shapes.KEY),
    "door": Look("#a9713a", svg_shapes.DOOR),
    "lever": Look("#5b6272", svg_shapes.LEVER),
    "gate": Look("#5b6272", svg_shapes.GATE),
    **{f"{name} key": Look(colour, svg_shapes.KEY) for name, colour in LOCK_COLOURS.items()},
    **{f"{name} door": Look(colour, svg_shapes.DOOR) for name, colour in LOCK_COLOURS.items()},
    **{f"{name} lever": Look(colour, svg_shapes.LEVER) for name, colour in METALS.items()},
    **{f"{name} gate": Look(colour, svg_shapes.GATE) for name, colour in METALS.items()},
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
