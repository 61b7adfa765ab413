"""Keys, doors, levers and gates by their colour or metal: the sprites of locks and of what opens them."""

from collections.abc import Mapping, Sequence

from doublebill.games.tileset.belongings import DARK, DOOR, GOLD, IRON, KEY, LEVER, WOOD
from doublebill.games.tileset.canvas import box, disc
from doublebill.games.tileset.sprites import Stroke

COLOURS: Mapping[str, str] = {
    "red": "#e0403f",
    "blue": "#3f7fe8",
    "green": "#3fae4f",
    "yellow": "#f2d43c",
    "purple": "#a355dd",
    "white": "#f2f2f2",
    "small": "#9a8a72",
}
"""Colour or size of a key and of the door that it opens → the colour that they are drawn in."""

METALS: Mapping[str, str] = {"iron": "#8790a3", "copper": "#c9743c", "silver": "#dfe6ee", "golden": "#f0bd2e"}
"""Metal of a lever and of the gate that it opens → the colour that they are drawn in."""


def locks() -> Mapping[str, Sequence[Stroke]]:
    """Returns name → strokes of every key, door, lever and gate that has a colour or a metal."""
    found: dict[str, Sequence[Stroke]] = {}
    for name, colour in COLOURS.items():
        found[f"{name} key"] = [_painted(stroke, {GOLD: colour}) for stroke in KEY]
        found[f"{name} door"] = [*(_painted(stroke, {IRON: colour}) for stroke in DOOR), *_keyhole(colour)]
    for name, colour in METALS.items():
        found[f"{name} lever"] = [_painted(stroke, {WOOD: colour, IRON: colour}) for stroke in LEVER]
        found[f"{name} gate"] = _gate(colour)
    return found


def _painted(stroke: Stroke, colours: Mapping[str, str]) -> Stroke:
    """Returns a stroke in another colour, where its own has one."""
    return stroke._replace(colour=colours.get(stroke.colour, stroke.colour))


def _keyhole(colour: str) -> Sequence[Stroke]:
    return (
        Stroke(colour, box(24, 28, 40, 48)),
        Stroke(DARK, disc(32, 35, 4), flat=True),
        Stroke(DARK, box(30, 36, 34, 45), flat=True),
    )


def _gate(colour: str) -> Sequence[Stroke]:
    bars = (Stroke(colour, box(left, 6, left + 6, 62)) for left in range(8, 56, 14))
    return (
        Stroke(DARK, box(6, 4, 58, 64), flat=True),
        *bars,
        *(Stroke(colour, box(6, y, 58, y + 5)) for y in (14, 44)),
    )
