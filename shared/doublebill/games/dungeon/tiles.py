"""Tiles of a dungeon: a small letter opens what its capital bars.

A player who steps on a coloured key has it from then on; it opens every door of its colour. A small key opens one small
door, which stays open, and is used up. A lever that is stepped on opens its gate. A foe is fought once, by stepping on
it, and costs health. Walking onto the exit ends the dungeon.
"""

from collections.abc import Mapping

from doublebill.games.grids.grid import FLOOR, WALL

PLAYER, EXIT, DOOR, TREASURE, GOBLIN, OGRE, BOSS = "P", "X", "+", "$", "g", "o", "Z"

DOWN, UP = ">", "<"

COLOURS: Mapping[str, str] = {
    "a": "red",
    "b": "blue",
    "c": "green",
    "d": "yellow",
    "e": "purple",
    "f": "white",
}
"""Tile of a key → its colour."""

METALS: Mapping[str, str] = {"q": "iron", "r": "copper", "s": "silver", "t": "golden"}
"""Tile of a lever → its metal, which its gate is of too."""

SMALL_KEY = "k"

KEYS = "".join((*COLOURS, *METALS, SMALL_KEY))
"""All that opens: the capital of each is what it opens."""

LOCKS = KEYS.upper()

DAMAGE: Mapping[str, int] = {GOBLIN: 1, OGRE: 2, BOSS: 4}
"""Tile of a foe → the health that a fight with it costs."""

FOES = GOBLIN + OGRE

LEGEND: Mapping[str, str] = {
    WALL: "wall",
    FLOOR: "floor",
    PLAYER: "player",
    EXIT: "exit",
    DOOR: "door",
    TREASURE: "treasure",
    DOWN: "stairs down",
    UP: "stairs up",
    GOBLIN: "goblin",
    OGRE: "ogre",
    BOSS: "boss",
    **{key: f"{colour} key" for key, colour in COLOURS.items()},
    **{key.upper(): f"{colour} door" for key, colour in COLOURS.items()},
    SMALL_KEY: "small key",
    SMALL_KEY.upper(): "small door",
    **{lever: f"{metal} lever" for lever, metal in METALS.items()},
    **{lever.upper(): f"{metal} gate" for lever, metal in METALS.items()},
}
"""Tile → its name."""
