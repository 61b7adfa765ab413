"""Which scrolling levels of a batch are too like one another: those whose ways pass nearly the same cells.

A level is what its player does. The moves of two levels say little about that, since most of them are running to the
right, and tiles off the way do not matter; so the cells are compared that the certificates pass.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from doublebill.games.levels import Kept, Level

HIGHEST = 64
"""Cells of one column, for the numbers of cells; more than any level has."""


@dataclass(frozen=True, slots=True)
class CellsPassedVariety:
    """Levels are unlike when at least `different` percent of the cells that either passes are not passed by both."""

    way: Callable[[Level], Sequence[tuple[int, int]]]
    different: int

    def start(self) -> Kept:
        """An empty batch."""
        return _KeptPassed(self)


class _KeptPassed:
    """The sets of cells passed, one integer each."""

    def __init__(self, variety: CellsPassedVariety) -> None:
        self.variety = variety
        self.taken: list[int] = []

    def would_take(self, moves: str) -> bool:  # noqa: ARG002  # as all that are kept
        """True: moves alone do not tell which cells they pass."""
        return True

    def takes(self, level: Level) -> bool:
        """False where too many cells were passed by a level that was taken; else takes it."""
        bits = bytearray((len(level.grid[0]) * HIGHEST + 7) // 8)
        for x, y in self.variety.way(level):
            bits[(x * HIGHEST + y) // 8] |= 1 << y % 8
        passed = int.from_bytes(bits, "little")
        most = 100 - self.variety.different
        if any(100 * (passed & other).bit_count() > most * (passed | other).bit_count() for other in self.taken):
            return False
        self.taken.append(passed)
        return True
