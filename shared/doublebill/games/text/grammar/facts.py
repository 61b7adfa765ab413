"""Facts: counts the things of a level, so that a quest mentions nothing else."""

from collections import Counter
from collections.abc import Mapping

from doublebill.errors import InvalidInput
from doublebill.games.controls import LARGEST
from doublebill.games.missions.thing_names import NAME_LENGTH, nameable
from doublebill.games.text.english import is_mass, plural

COLUMNS = 10_000
"""Tiles of a row at most: levels that scroll are wider than those of one screen."""

GROUND = ("wall", "floor", "player", "start", "ground", "sky", "solid", "empty", "air")
"""Names of tiles that a quest does not speak of."""


def counted(level: Mapping[str, object]) -> dict[str, int]:
    """Counts the things of a level, an item of an answer with grid and legend, in the legend's order.

    Raises:
        InvalidInput: naming the part of the level that cannot be understood.
    """
    legend, tiles = _legend(level.get("legend")), Counter(_tiles(level.get("grid")))
    unknown = sorted(set(tiles) - set(legend))
    if unknown:
        raise InvalidInput.one("spec.level.grid", f"the legend does not name {unknown[0]!r}", "add it to the legend")
    found: dict[str, int] = {}
    for tile, name in legend.items():
        if tiles[tile] and name not in GROUND:
            found[name] = found.get(name, 0) + tiles[tile]
    return found


def _legend(legend: object) -> dict[str, str]:
    if not isinstance(legend, dict) or not 1 <= len(legend) <= LARGEST:
        raise InvalidInput.one("spec.level.legend", "this is no legend", f"give 1 to {LARGEST} tiles, each with a name")
    for tile, name in legend.items():
        if not isinstance(tile, str) or len(tile) != 1 or not isinstance(name, str) or not nameable(name):
            raise InvalidInput.of_value(f"spec.level.legend.{tile}", name, f"a name of 1 to {NAME_LENGTH} characters")
    return {tile: name.strip().lower() for tile, name in legend.items()}


def _tiles(grid: object) -> str:
    if not isinstance(grid, list) or not 1 <= len(grid) <= LARGEST:
        raise InvalidInput.one("spec.level.grid", "this is no grid", f"give 1 to {LARGEST} rows")
    for n, row in enumerate(grid):
        if not isinstance(row, str) or not 1 <= len(row) <= COLUMNS or len(row) != len(grid[0]):
            raise InvalidInput.of_value(f"spec.level.grid[{n}]", row, f"1 to {COLUMNS} tiles, as in the first row")
    return "".join(grid)


def checked(facts: Mapping[str, int | str]) -> Mapping[str, int | str]:
    """Returns the facts of a request.

    Raises:
        InvalidInput: naming a fact whose name or value cannot stand in a sentence.
    """
    for name, value in facts.items():
        if not nameable(name) or "." in name or (isinstance(value, str) and not nameable(value)):
            raise InvalidInput.of_value(
                f"spec.facts.{name}", value, f"a name and a value of 1 to {NAME_LENGTH} characters"
            )
    return facts


def phrase(name: str, count: int) -> str:
    """Returns the phrase for all things of one name: the ogre, the 3 ogres, the lava."""
    return f"the {name}" if count == 1 or is_mass(name) else f"the {count} {plural(name)}"
