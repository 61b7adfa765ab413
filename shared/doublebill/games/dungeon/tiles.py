"""Tiles of a dungeon: a small letter opens what its capital bars.

A player who steps on a key has it from then on; it opens every door of its colour. A foe is fought once, by stepping on
it, and costs health. Walking onto the exit ends the dungeon.
"""

from collections.abc import Mapping

from doublebill.games.grids.grid import FLOOR, WALL

PLAYER, EXIT, DOOR, TREASURE, GOBLIN, OGRE = "P", "X", "+", "$", "g", "o"

COLOURS: Mapping[str, str] = {
    "a": "red",
    "b": "blue",
    "c": "green",
    "d": "yellow",
    "e": "purple",
    "f": "white",
}
"""Tile of a key → its colour; the tile of the door that it opens is the capital."""

KEYS = "".join(COLOURS)
LOCKS = KEYS.upper()

DAMAGE: Mapping[str, int] = {GOBLIN: 1, OGRE: 2}
"""Tile of a foe → the health that a fight with it costs."""

FOES = "".join(DAMAGE)

LEGEND: Mapping[str, str] = {
    WALL: "wall",
    FLOOR: "floor",
    PLAYER: "player",
    EXIT: "exit",
    DOOR: "door",
    TREASURE: "treasure",
    GOBLIN: "goblin",
    OGRE: "ogre",
    **{key: f"{colour} key" for key, colour in COLOURS.items()},
    **{key.upper(): f"{colour} door" for key, colour in COLOURS.items()},
}
"""Tile → its name."""
