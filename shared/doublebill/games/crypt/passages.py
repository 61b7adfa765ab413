"""Passages: cells that every way from player to exit leads through, so that whatever stands there cannot be avoided."""

from collections.abc import Sequence

from doublebill.games.crypt.rules import DAMAGE, Crypt
from doublebill.games.grids.grid import rings


def is_passage(crypt: Crypt, cell: int) -> bool:
    """Returns whether no way leads from the player to the exit without that cell."""
    around = rings(crypt.board, crypt.opened & ~(1 << cell), 1 << crypt.player)
    return not sum(around) >> crypt.exit & 1


def fights(crypt: Crypt, path: Sequence[int]) -> int:
    """Counts the foes that no way avoids; `path` is a way to the exit, so that it meets them all."""
    return sum(crypt.tiles[cell] in DAMAGE and is_passage(crypt, cell) for cell in path)
