"""Cells as files of editors have them: marks with names, which a legend and the names of a kind's tiles give a meaning.

A mark means the tile that the legend says for one of its names; else the kind's tile of that name; else wall where it
is solid ground and floor or air where it is open ground. Names are compared in small letters, `_` as a blank.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from doublebill.errors import Complaint, InvalidInput
from doublebill.games.grids.example_grids import Limits, meaning_of, read_levels
from doublebill.games.grids.notation import TextLevel
from doublebill.games.plans.level_plan import Ground
from doublebill.games.plans.tile_meanings import STACKS, ground_of, things_of

EMPTY = "empty"
"""Name of a cell without any mark."""


@dataclass(frozen=True, slots=True)
class CellMark:
    """One tile or object of a cell."""

    names: tuple[str, ...]
    """Names that a legend may give it, the one to use in messages first."""
    solid: bool = False
    """Whether the file says that nothing walks into it."""


SAME = {"player": "start"}
"""Name in files → the name that a kind may have for it instead."""

DOUBTFUL = ("water",)
"""Names of open ground that some players walk on and others do not, so that a legend has to say it."""

NO_GROUNDS: Mapping[str, Ground] = {}

FLOORED = ("dungeon",)
"""Kinds whose levels may have floors; of any other a property `floor` is its author's own."""

type Marks = tuple[CellMark, ...]
"""All that a file has in one cell, the lowest first."""


@dataclass(frozen=True, slots=True)
class MarkedLevel:
    """One level of a file."""

    title: str
    cells: Sequence[Sequence[Marks]]
    """Rows from the top, each from the left."""
    kind: str = ""
    """Kind of level that the file says it is, if any."""
    floor: int = 0
    """Number of the floor, from 1, that the file says it is, if any."""


def floor_number(facts: Mapping[Any, Any]) -> int:
    """Returns the number of the floor that the properties of a level say it is; 0 where its kind has no floors."""
    number = re.fullmatch("[0-9]{1,3}", str(facts.get("floor")))
    return int(number[0]) if number and facts.get("kind") in FLOORED else 0


def floors_joined(levels: Sequence[MarkedLevel], field: str) -> list[MarkedLevel]:
    """Returns levels with the floors of one dungeon, which follow one another, as one level.

    Raises:
        InvalidInput: when a floor follows no floor of its width above it.
    """
    joined: list[MarkedLevel] = []
    for level in levels:
        if level.floor < 2:
            joined.append(level)
            continue
        above = joined[-1] if joined else MarkedLevel("", [])
        if above.floor != level.floor - 1 or len(above.cells[0]) != len(level.cells[0]):
            problem = f"it is floor {level.floor}, and floor {level.floor - 1} of its width is not before it"
            raise InvalidInput.one(field, problem, "use all floors of the dungeon as one LDtk project, or its JSON")
        joined[-1] = replace(above, cells=[*above.cells, *level.cells], floor=level.floor)
    return joined


def levels_of(
    marked: Sequence[MarkedLevel],
    legend: Mapping[str, str] | None,
    kind_legend: Mapping[str, str],
    limits: Limits,
    field: str,
    own_grounds: Mapping[str, Ground] = NO_GROUNDS,
) -> list[TextLevel]:
    """Returns the levels of a file in the tiles of a kind.

    Raises:
        InvalidInput: naming each mark without a meaning, and levels that are too small or too large.
    """
    meanings = Meanings(legend, kind_legend, own_grounds)
    found, wrong = [], dict[Marks, Complaint]()
    for number, level in enumerate(marked, 1):
        place = f"{field}, level {number}" if len(marked) > 1 else field
        rows = tuple("".join(meanings.tile(marks) or "?" for marks in row) for row in level.cells)
        for y, row in enumerate(level.cells):
            for x, marks in enumerate(row):
                if marks not in wrong and meanings.tile(marks) is None:
                    wrong[marks] = meanings.complaint(marks, f"{place}, cell ({x}, {y})")
        found.append((place, level.title, rows))
    if wrong:
        raise InvalidInput(wrong.values())
    checked = [(place, list(rows)) for place, _, rows in found]
    levels = read_levels(checked, None, kind_legend, limits)
    return [TextLevel(title, level.rows) for (_, title, _), level in zip(found, levels, strict=True)]


class Meanings:
    """The tiles of a kind that marks mean, each combination of marks looked up once."""

    def __init__(
        self,
        legend: Mapping[str, str] | None,
        kind_legend: Mapping[str, str],
        own_grounds: Mapping[str, Ground] = NO_GROUNDS,
    ) -> None:
        self.kind_legend, self.own_grounds = kind_legend, own_grounds
        named = {plain(name): tile for tile, name in kind_legend.items()}
        same = {other: named[name] for other, name in SAME.items() if name in named}
        self.by_name = same | named | {tile: tile for tile in kind_legend}
        self.legend = {plain(name): tile for name, tile in meaning_of(legend or {}, kind_legend).items()}
        self.open_tile = self._first(lambda ground: not (ground.solid or ground.deadly))
        self.solid_tile = self._first(lambda ground: ground.solid)
        self._tiles: dict[Marks, str | None] = {}

    def tile(self, marks: Marks) -> str | None:
        """Returns the kind's tile for all marks of a cell together; None where they have no meaning."""
        if marks not in self._tiles:
            self._tiles[marks] = self._combined(marks)
        return self._tiles[marks]

    def complaint(self, marks: Marks, place: str) -> Complaint:
        """Returns the complaint about marks that have no meaning together."""
        unknown = next((mark for mark in marks if self._single(mark) is None), None)
        fix = f"say in the legend which tile it is, one of {', '.join(self.kind_legend.values())}, or its properties"
        if not marks:
            return Complaint(place, f"it is empty, and nothing says what that means; {EMPTY!r} is its name", fix)
        if unknown is None:
            names = " and ".join(mark.names[0] for mark in marks)
            return Complaint(place, f"{names} stand together", "keep one thing in a cell")
        return Complaint(place, f"{unknown.names[0]!r} is no tile of this kind", fix)

    def _combined(self, marks: Marks) -> str | None:
        tiles = [self._single(mark) for mark in marks] or [self._empty()]
        names = [self.kind_legend[tile] for tile in tiles if tile is not None]
        things = list(dict.fromkeys(thing for name in names for thing in self._things(name)))
        grounds = [ground for name in names if (ground := self._ground(name))]
        hidden = things and any(ground.solid or ground.deadly for ground in grounds)
        if len(names) < len(tiles) or hidden:
            return None
        if not things:
            return tiles[-1]
        whole = next((name for name, stack in STACKS.items() if set(stack) == set(things)), things[0])
        return self.by_name.get(plain(whole)) if len(things) == 1 or whole in STACKS else None

    def _single(self, mark: CellMark) -> str | None:
        for meanings in (self.legend, self.by_name):
            for name in mark.names:
                if plain(name) in meanings:
                    return meanings[plain(name)]
        grounds = [ground for name in mark.names if (ground := ground_of(plain(name)))]
        if mark.solid or any(ground.solid for ground in grounds):
            return self.solid_tile
        walked = any(not ground.deadly and ground.name not in DOUBTFUL for ground in grounds)
        return self.open_tile if walked else None

    def _ground(self, name: str) -> Ground | None:
        return self.own_grounds.get(name) or ground_of(name)

    def _things(self, name: str) -> tuple[str, ...]:
        return () if name in self.own_grounds else things_of(name)

    def _empty(self) -> str | None:
        """Returns the tile of a cell without marks: air where the kind has air."""
        return self.legend.get(EMPTY) or self.by_name.get("air")

    def _first(self, wanted: Callable[[Ground], bool]) -> str | None:
        """Returns the first tile of the kind whose ground is wanted."""
        grounds = ((tile, ground_of(name)) for tile, name in self.kind_legend.items())
        return next((tile for tile, ground in grounds if ground and wanted(ground)), None)


def plain(name: str) -> str:
    """Returns a name as names are compared; single characters stay as they are."""
    return name.replace("_", " ").strip().lower() if len(name) > 1 else name
