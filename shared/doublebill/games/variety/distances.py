"""Measures of variety: which levels of a batch are too similar to one another.

A kind names its `Variety`; a batch starts with `Variety.start()` and asks the accepted levels how much the next one
differs from them. Nothing here is random, and every comparison is of integers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from doublebill.games.grids.grid import Rows
from doublebill.games.grids.steps import Place, places_along
from doublebill.games.levels.level import Level
from doublebill.games.levels.proof import Certificate
from doublebill.games.levels.variety import AcceptedLevels
from doublebill.games.step_budget import spend
from doublebill.games.variety.edit_distances import EditDistances
from doublebill.games.variety.matching_blocks import PathTexts, path_text

type PathOf = Callable[[Rows, Certificate], Sequence[Place]]
"""Lists the places that a certificate passes in a grid; see `levels.rules.LevelRules.path`."""

FLIPS = tuple(str.maketrans(these, those) for these, those in (("", ""), ("LRlr", "RLrl"), ("UDud", "DUdu")))
"""Translations of moves for a grid that is unchanged, flipped from left to right, flipped from top to bottom."""


@dataclass(frozen=True, slots=True)
class MovesVariety:
    """Levels differ when the edit distance of their moves is at least `different` percent of the longer."""

    different: int
    mirrored: bool = True
    """Whether moves that are similar after flipping the grid count as similar."""
    read: Callable[[Level], str] = lambda level: level.certificate.moves
    """Returns the string that is compared."""
    places: int = 0
    """Percent by which the paths must differ too, compared place by place (`matching_blocks`); 0 does not compare."""
    passed: Callable[[Level], Sequence[Place]] = lambda level: places_along(
        level.certificate.start, level.certificate.moves
    )
    """Returns the part of the path that is compared so."""

    def start(self) -> AcceptedLevels:
        """Returns an empty batch."""
        return _AcceptedMoves(self)


@dataclass(frozen=True, slots=True)
class CellsVariety:
    """Levels differ when at least `different` percent of their cells have another tile."""

    different: int

    def start(self) -> AcceptedLevels:
        """Returns an empty batch."""
        return _AcceptedCells()


@dataclass(frozen=True, slots=True)
class PathVariety:
    """Levels differ when their paths pass other cells or in another order; standing still is not passing."""

    path: PathOf

    @property
    def different(self) -> int:
        """100: a path is either the same or another."""
        return 100

    def start(self) -> AcceptedLevels:
        """Returns an empty batch."""
        return _AcceptedPaths(self.path)


def without_repeats(level: Level) -> str:
    """Returns the moves with each run of one letter written once."""
    return "".join(letter for letter, _ in groupby(level.certificate.moves))


class _AcceptedPaths:
    def __init__(self, path: PathOf) -> None:
        self.path = path
        self.accepted: set[tuple[Place, ...]] = set()

    def distance(self, level: Level, least: int = 0) -> int:  # noqa: ARG002  # part of the interface
        """Returns 0 where the same path was accepted before, else 100."""
        return 0 if self._passed(level) in self.accepted else 100

    def distance_of_moves(self, moves: str) -> int:  # noqa: ARG002
        """Returns 100: the path depends on the grid too."""
        return 100

    def add(self, level: Level) -> None:
        """Accepts the path of a level."""
        self.accepted.add(self._passed(level))

    def _passed(self, level: Level) -> tuple[Place, ...]:
        return tuple(place for place, _ in groupby(self.path(level.grid, level.certificate)))


class _AcceptedCells:
    """Grids as one integer a tile, with ones where it stands: a cell that differs is a one more in two of them."""

    def __init__(self) -> None:
        self.accepted: list[tuple[int, dict[str, int]]] = []

    def distance(self, level: Level, least: int = 0) -> int:
        """Returns the percent of cells that differ from the nearest accepted level of that size."""
        nearest, area = 100, len(level.grid[0]) * len(level.grid)
        spend(area // 2 + 4 * len(self.accepted))
        width, bits = self._bits(level)
        for wide, others in self.accepted:
            if wide != width:
                continue
            differ = sum((place ^ others.get(tile, 0)).bit_count() for tile, place in bits.items())
            differ += sum(place.bit_count() for tile, place in others.items() if tile not in bits)
            nearest = min(nearest, 50 * differ // area)
            if nearest < least:
                break
        return nearest

    def distance_of_moves(self, moves: str) -> int:  # noqa: ARG002  # part of the interface
        """Returns 100: moves do not determine the cells."""
        return 100

    def add(self, level: Level) -> None:
        """Accepts the cells of a level."""
        self.accepted.append(self._bits(level))

    def _bits(self, level: Level) -> tuple[int, dict[str, int]]:
        drawn = "".join(level.grid)
        tiles = sorted(set(drawn))
        return len(level.grid[0]), {tile: _spread(drawn, tile, tiles) for tile in tiles}


def _spread(drawn: str, tile: str, tiles: Sequence[str]) -> int:
    """Returns the number whose binary digits are ones where `drawn`, all of whose tiles are given, has the tile."""
    return int(drawn.translate({ord(there): "1" if there == tile else "0" for there in tiles}), 2)


class _AcceptedMoves:
    def __init__(self, variety: MovesVariety) -> None:
        self.variety = variety
        self.strings = EditDistances()
        self.paths = PathTexts(100 - variety.places)
        self.flips = FLIPS[:1]
        if variety.mirrored:
            self.flips = (*FLIPS, FLIPS[1] | FLIPS[2])

    def distance(self, level: Level, least: int = 0) -> int:
        """Returns the edit distance to the nearest accepted moves in percent; too little if the paths are similar."""
        nearest = self.distance_of_moves(self.variety.read(level))
        compared = self.variety.places and nearest >= max(least, self.variety.different)
        return self.variety.different - 1 if compared and self.paths.any_alike(self._path(level)) else nearest

    def distance_of_moves(self, moves: str) -> int:
        """Returns the edit distance to the nearest accepted moves in percent, over all flips."""
        return self.strings.nearest(moves)

    def add(self, level: Level) -> None:
        """Accepts the moves of a level in all flips, and its path."""
        moves = self.variety.read(level)
        for image in {moves.translate(flip): None for flip in self.flips}:
            self.strings.add(image)
        if self.variety.places:
            self.paths.add(self._path(level))

    def _path(self, level: Level) -> str:
        return path_text(len(level.grid[0]), len(level.grid), self.variety.passed(level))
