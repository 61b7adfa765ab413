"""The tiles that a corpus of scrolling levels may have, each with its name.

The grids of the Video Game Level Corpus (Summerville et al. 2016, arXiv:1606.07487) can be written in them, with the
four parts of a pipe as its left and right sides, and both parts of a cannon as cannon.
"""

from collections.abc import Mapping

from doublebill.games.runner.physics import NATURES

TILES: Mapping[str, str] = {
    ".": "air",
    "#": "ground",
    "%": "wall",
    "=": "block",
    "?": "prize",
    "u": "spent prize",
    "[": "pipe left",
    "]": "pipe right",
    "c": "cannon",
    "o": "coin",
    "E": "enemy",
    "^": "spike",
    "P": "player",
    "X": "exit",
}
"""Tile → its name."""

NATURE: Mapping[str, int] = {tile: NATURES[name] for tile, name in TILES.items()}
"""Tile → its nature for the player."""

AIR, PLAYER, EXIT = ".", "P", "X"


def legend(used: str) -> Mapping[str, str]:
    """Returns the names of the tiles that are used, and of air, player and exit, always in the same order."""
    return {tile: name for tile, name in TILES.items() if tile in used or tile in (AIR, PLAYER, EXIT)}
