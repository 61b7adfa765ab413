"""The rules of a crypt: its tiles, and how stepping on each changes a player's health.

A player starts with `HEALTH`. A potion gives back some of it and never more than that, goblins and ogres take some and
are gone then, treasures only count, and a player whose health is used up is dead. Walking onto the exit ends it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from doublebill.games.grids.grid import Board, Rows, read_rows
from doublebill.games.step_budget import spend

PLAYER, EXIT, POTION, TREASURE, GOBLIN, OGRE = "P", "X", "+", "T", "G", "O"

HEALTH, DRAUGHT = 5, 2
"""A player's health at the start, which is also the most, and the health that a potion gives back."""

DAMAGE = {GOBLIN: 1, OGRE: 2}


@dataclass(frozen=True, slots=True)
class Crypt:
    """A drawn crypt."""

    board: Board
    tiles: Sequence[str]
    """The tile of each cell number."""
    opened: int
    """The set of cells that are not walls."""
    player: int
    exit: int

    def having(self, tiles: str) -> int:
        """Returns the set of cells that have one of `tiles`."""
        found = 0
        spend(len(self.board.cells) // 8)
        for cell in self.board.cells:
            if self.tiles[cell] in tiles:
                found |= 1 << cell
        return found


def read_crypt(rows: Rows) -> Crypt | None:
    """Returns the crypt that `rows` draw; None unless it has one player and one exit."""
    drawn = "".join(rows)
    if drawn.count(PLAYER) != 1 or drawn.count(EXIT) != 1:
        return None
    board, opened = read_rows(rows)
    tiles = [""] * board.size
    for cell, tile in zip(board.cells, drawn, strict=True):
        tiles[cell] = tile
    return Crypt(board, tiles, opened, tiles.index(PLAYER), tiles.index(EXIT))


def health_after(tile: str, health: int) -> int:
    """Returns the health of a player who had `health` and stepped on a tile; zero or less is death."""
    return min(health + DRAUGHT, HEALTH) if tile == POTION else health - DAMAGE.get(tile, 0)
