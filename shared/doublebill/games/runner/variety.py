"""Which scrolling levels of a batch are too like one another: those whose ways pass nearly the same cells.

A level is what its player does. The moves of two levels say little about that, since most of them are running to the
right, and tiles off the way do not matter; so the cells are compared that the certificates pass.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from doublebill.games.levels.levels import Kept, Level

HIGHEST = 64
"""Cells of one column, for the numbers of cells; more than any level has."""


@dataclass(frozen=True, slots=True)
class CellsPassedVariety:
    """Levels are unlike when at least `different` percent of the cells that either passes are not passed by both."""

    way: Callable[[Level], Sequence[tuple[int, int]]]
    different: int

    def start(self) -> Kept:
        """An empty batch."""
        return _KeptPassed(self.way)


class _KeptPassed:
    """The sets of cells passed, one integer each."""

    def __init__(self, way: Callable[[Level], Sequence[tuple[int, int]]]) -> None:
        self.way = way
        self.taken: list[int] = []

    def apart(self, level: Level, least: int = 0) -> int:
        """Percent of the cells passed that are not passed by the nearest level taken as well."""
        nearest, passed = 100, self._passed(level)
        for other in self.taken:
            either = (passed | other).bit_count()
            nearest = min(nearest, 100 * (either - (passed & other).bit_count()) // either)
            if nearest < least:
                break
        return nearest

    def moves_apart(self, moves: str, least: int = 0) -> int:  # noqa: ARG002  # as all that are kept
        """100: moves alone do not tell which cells they pass."""
        return 100

    def take(self, level: Level) -> None:
        """Keeps the cells that a level's way passes."""
        self.taken.append(self._passed(level))

    def _passed(self, level: Level) -> int:
        bits = bytearray((len(level.grid[0]) * HIGHEST + 7) // 8)
        for x, y in self.way(level):
            bits[(x * HIGHEST + y) // 8] |= 1 << y % 8
        return int.from_bytes(bits, "little")
