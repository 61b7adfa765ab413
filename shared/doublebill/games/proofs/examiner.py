"""Examiners: what examining levels of one kind takes."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from doublebill.games.controls import LARGEST_MAP
from doublebill.games.grids.example_grids import Limits
from doublebill.games.grids.grid import Board, Rows, cells_of
from doublebill.games.grids.notation import PLAIN, Notation
from doublebill.games.grids.steps import Place
from doublebill.games.levels.physics import Physics
from doublebill.games.levels.proof import Certificate
from doublebill.games.proofs.verdict import LevelVerdict, impossible

MOST_LEVELS = 200
"""Levels of one request."""

MOST_CELLS = 1 << 16
"""Cells of all levels of one request."""


class Examiner(ABC):
    """The examiner of one kind of level."""

    legend: Mapping[str, str]
    """Tile that a level may have → its name."""
    notation: Notation = PLAIN
    limits = Limits((1, 1), (LARGEST_MAP, LARGEST_MAP), MOST_CELLS, MOST_LEVELS)
    once: Mapping[str, str] = MappingProxyType({})
    """Tile of which a level must have exactly one → its name."""
    physics: type[Physics] | None = None
    """The physics that a request may set; None for players who walk."""

    def under(self, physics: Physics) -> "Examiner":
        """Returns the examiner for other physics than the usual one."""
        raise NotImplementedError

    @abstractmethod
    def examine(self, rows: Rows, steps: int) -> LevelVerdict:
        """Returns the verdict on a level in the tiles of the legend, found in at most so many steps of search.

        Each of the tiles of `once` stands in it exactly once.
        """

    @abstractmethod
    def finishes(self, rows: Rows, certificate: Certificate) -> bool:
        """Checks, move by move on the drawn tiles, that a certificate finishes the level."""


def missing_or_twice(rows: Rows, once: Mapping[str, str]) -> LevelVerdict | None:
    """Returns the verdict on a level that has a tile too often or not at all; None where each of them stands once."""
    for tile, name in once.items():
        places = places_of(rows, tile)
        if not places:
            return impossible(f"no-{name}", f"there is no {name} ({tile}); a level needs one")
        if len(places) > 1:
            return impossible(f"many-{name}", f"there are {len(places)} of {name} ({tile}); keep one", places)
    return None


def places_of(rows: Rows, tiles: str) -> list[Place]:
    """Returns the places that have one of the tiles, row by row."""
    return [(x, y) for y, row in enumerate(rows) for x, tile in enumerate(row) if tile in tiles]


def places_in(board: Board, cells: int) -> list[Place]:
    """Returns the places of a set of cells, row by row."""
    return [board.xy(cell) for cell in cells_of(cells)]


def steps_end(places: Sequence[Place], certificate: Certificate) -> bool:
    """Checks that places walked are as many as the moves of a certificate, and end at its goal."""
    return len(places) == len(certificate.moves) + 1 and places[-1] == certificate.goal
