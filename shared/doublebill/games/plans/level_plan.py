"""The plan of a level: the ground of each cell, and the things that stand on it.

A cell has exactly one ground and any number of things; ground lies under a thing, so that a taken key leaves floor.
Cells count from the top left, from 0. A generator may build a plan itself; `from_rows` makes one of rows and a legend.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from doublebill.games.grids.grid import Rows
from doublebill.games.grids.steps import Place
from doublebill.games.seeds import Seed

type Value = bool | int | str
"""A property of a thing or a level, as every file format can write it."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The material of a cell."""

    name: str
    solid: bool = False
    """Whether nothing can walk or fall into it."""
    deadly: bool = False
    """Whether the player dies on it."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that stands on a cell."""

    id: int
    """From 1; used once within a level."""
    name: str
    """Such as "player", "key" or "chest"."""
    x: int
    y: int
    properties: Mapping[str, Value] = field(default_factory=dict)
    """Such as `{"colour": "red"}` of a key and of the door that it opens."""
    to: int = 0
    """Id of the thing of the level that it leads to, as stairs do; 0 for none."""
    opens: tuple[int, ...] = ()
    """Ids of the things that it opens, as a key its door."""

    @property
    def links(self) -> Mapping[str, int]:
        """The ids of other things by the name of a property: `to`, and `opens`, `opens_2`, …"""
        opened = {"opens" if n == 1 else f"opens_{n}": thing for n, thing in enumerate(self.opens, 1)}
        return {**({"to": self.to} if self.to else {}), **opened}


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the level that means something as a whole, such as a room."""

    id: int
    """From 1; used once among the regions of a level."""
    name: str
    """Such as "room"; no thing of the level has this name."""
    x: int
    y: int
    width: int
    height: int
    """The smallest rectangle around it, in cells."""
    cells: Sequence[Place] = ()
    """All of its cells, each beside another of them; empty where it fills its rectangle."""
    properties: Mapping[str, Value] = field(default_factory=dict)
    """Such as the role of a room."""


@dataclass(frozen=True, slots=True)
class LevelPlan:
    """The plan of one level."""

    name: str
    """Such as "maze-7"."""
    kind: str
    seed: Seed
    ground: Rows
    """One symbol of `grounds` for each cell."""
    grounds: Mapping[str, Ground]
    """Symbol → what it is; the order is that of tiles in files."""
    things: Sequence[Thing] = ()
    """Row by row; of those on one cell, the lowest first."""
    regions: Sequence[Region] = ()
    """Such as the rooms of a dungeon."""
    path: Sequence[Place] = ()
    """The cells that the certificate passes, its start first; empty where they are not to be drawn."""
    properties: Mapping[str, Value] = field(default_factory=dict)
    """Such as the `moves` of the certificate."""
    floors: int = 1
    """Floors, one below another in its rows, each as high as any other."""
    floor: int = 0
    """Number of the floor, from 1, where it is one of several; 0 for a whole level."""
    legend: Mapping[str, str] = field(default_factory=dict)
    """Symbol → the name of a tile, for formats that draw a level as text; see `from_rows.rows_of`."""

    @property
    def width(self) -> int:
        """Cells from left to right."""
        return len(self.ground[0])

    @property
    def height(self) -> int:
        """Cells from top to bottom."""
        return len(self.ground)

    @property
    def facts(self) -> Mapping[str, Value]:
        """The facts that files state of a level: its kind, seed, floor where it is one of several, and properties."""
        floor = {"floor": self.floor} if self.floor else {}
        return {"kind": self.kind, "seed": str(self.seed), **floor, **self.properties}

    @property
    def open_ground(self) -> str:
        """The symbol of the first ground that is neither solid nor deadly: what lies under things."""
        return next((symbol for symbol, one in self.grounds.items() if not (one.solid or one.deadly)), "")

    def is_solid(self, x: int, y: int) -> bool:
        """Checks whether a cell is solid; all outside of the level is."""
        inside = 0 <= y < self.height and 0 <= x < self.width
        return not inside or self.grounds[self.ground[y][x]].solid
