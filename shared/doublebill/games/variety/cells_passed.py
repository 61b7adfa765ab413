"""Variety by the cells passed: levels are too similar when their paths pass nearly the same cells.

A level is what its player does. The moves of two levels say little about that, since most of them are running to the
right, and tiles off the path do not matter; so the cells are compared that the certificates pass.
"""

from dataclasses import dataclass

from doublebill.games.levels.level import Level
from doublebill.games.levels.variety import AcceptedLevels
from doublebill.games.step_budget import spend
from doublebill.games.variety.distances import PathOf

HIGHEST = 64
"""Numbers reserved for the cells of one column; more than any level has."""


@dataclass(frozen=True, slots=True)
class CellsPassedVariety:
    """Levels differ when at least `different` percent of the cells that either passes are not passed by both."""

    path: PathOf
    different: int

    def start(self) -> AcceptedLevels:
        """Returns an empty batch."""
        return _AcceptedPassed(self.path)


class _AcceptedPassed:
    """The sets of cells passed, one integer each."""

    def __init__(self, path: PathOf) -> None:
        self.path = path
        self.accepted: list[int] = []

    def distance(self, level: Level, least: int = 0) -> int:
        """Returns the percent of the cells passed that the nearest accepted level does not pass as well."""
        nearest, passed = 100, self._passed(level)
        for other in self.accepted:
            either = (passed | other).bit_count()
            nearest = min(nearest, 100 * (either - (passed & other).bit_count()) // either)
            if nearest < least:
                break
        return nearest

    def distance_of_moves(self, moves: str) -> int:  # noqa: ARG002  # part of the interface
        """Returns 100: the cells that moves pass depend on the grid."""
        return 100

    def add(self, level: Level) -> None:
        """Keeps the cells that a level's path passes."""
        self.accepted.append(self._passed(level))

    def _passed(self, level: Level) -> int:
        spend(2 * len(self.accepted))
        bits = bytearray((len(level.grid[0]) * HIGHEST + 7) // 8)
        for x, y in self.path(level.grid, level.certificate):
            bits[(x * HIGHEST + y) // 8] |= 1 << y % 8
        return int.from_bytes(bits, "little")
