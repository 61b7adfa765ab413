"""The plan of a level: its tiles by number, the things in it and the path to draw, as every file format needs them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from doublebill.games.grids.grid import FLOOR, WALL, Rows
from doublebill.games.grids.steps import Place
from doublebill.games.plans.from_rows import rows_of
from doublebill.games.plans.level_plan import LevelPlan
from doublebill.games.seeds import Seed

CELL = 16
"""Pixels along a side of a cell."""


@dataclass(frozen=True, slots=True)
class DrawnThing:
    """One tile of a grid that is neither wall nor floor."""

    x: int
    y: int
    tile: str
    name: str


@dataclass(frozen=True, slots=True)
class DrawnLevel:
    """The plan of a level, from which every file format is written."""

    name: str
    """Name of the level's kind."""
    seed: Seed
    rows: Rows
    legend: Mapping[str, str]
    """Tile → its name; the order is that of the tileset."""
    moves: str
    """Moves of the certificate."""
    path: Sequence[Place]
    """The cells that the certificate passes, its start first; empty where they are not to be drawn."""

    @property
    def width(self) -> int:
        """Cells from left to right."""
        return len(self.rows[0])

    @property
    def height(self) -> int:
        """Cells from top to bottom."""
        return len(self.rows)

    @property
    def numbers(self) -> Mapping[str, int]:
        """Each tile's number in file formats: its place in the legend, counted from 1."""
        return {tile: place for place, tile in enumerate(self.legend, 1)}

    @property
    def cells(self) -> list[int]:
        """The number of each cell's tile, row by row."""
        numbers = self.numbers
        return [numbers[tile] for row in self.rows for tile in row]

    @property
    def things(self) -> list[DrawnThing]:
        """The things in the level, row by row."""
        return [
            DrawnThing(x, y, tile, self.legend[tile])
            for y, row in enumerate(self.rows)
            for x, tile in enumerate(row)
            if tile not in (WALL, FLOOR)
        ]


def drawn_level(plan: LevelPlan) -> DrawnLevel:
    """Returns a plan as rows of tiles."""
    return DrawnLevel(
        plan.kind, plan.seed, rows_of(plan), plan.legend, str(plan.properties.get("moves", "")), plan.path
    )
