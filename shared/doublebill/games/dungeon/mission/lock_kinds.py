"""Kinds of locks: coloured doors, small doors whose keys are used up, and gates with levers."""

from dataclasses import dataclass

from doublebill.games.dice import Dice
from doublebill.games.dungeon.tiles import COLOURS, METALS, SMALL_KEY

MOST_LOCKS = 12
"""Locks of one dungeon: a proof searches the sets of them that can be open."""


@dataclass(frozen=True, slots=True)
class LockWish:
    """The locks that a dungeon is to have."""

    count: int
    small: int
    """Small doors among them."""
    gates: int
    """Gates with levers among them."""
    depth: int | None
    """Locks of the longest chain in which each must be opened before the next; None where any will do."""


def lock_tiles(wish: LockWish, dice: Dice) -> list[str]:
    """Returns what opens each lock, in any order: a key or a lever of its own, or a small key."""
    colours, metals = list(COLOURS), list(METALS)
    dice.shuffle(colours)
    dice.shuffle(metals)
    coloured = wish.count - wish.small - wish.gates
    tiles = colours[:coloured] + [SMALL_KEY] * wish.small + metals[: wish.gates]
    dice.shuffle(tiles)
    return tiles
