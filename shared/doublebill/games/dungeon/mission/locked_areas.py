"""Locked areas: a drawn dungeon as the areas between its locked doors, all that a proof needs to search.

Within an area everything can be walked to and back, fights included, so that only the order of doors matters.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from doublebill.games.dungeon.layout.bit_shapes import regions
from doublebill.games.dungeon.stairs import Stairs, stairs_of
from doublebill.games.dungeon.tiles import EXIT, KEYS, LOCKS, PLAYER
from doublebill.games.grids.grid import WALL, Board, Rows, beside, read_rows


@dataclass(frozen=True, slots=True)
class Lock:
    """A locked door."""

    tile: str
    cell: int
    sides: frozenset[int]
    """Numbers of the areas beside it."""

    @property
    def key(self) -> str:
        """The tile of the key that opens it."""
        return self.tile.lower()


@dataclass(frozen=True, slots=True)
class LockedAreas:
    """A drawn dungeon with one player and one exit."""

    board: Board
    opened: int
    """The set of cells that are not walls."""
    tiles: str
    """Tile of each cell number; walls where there is no cell."""
    start: int
    """Cell of the player."""
    exit: int
    """Cell of the exit."""
    areas: Sequence[int]
    """The sets of cells that no locked door and no exit divides."""
    locks: Sequence[Lock]
    """In the order of their cells."""
    stairs: Stairs
    """From each floor to the next."""

    def having(self, tiles: str) -> list[int]:
        """Returns the cells that have one of `tiles`, in order."""
        return [found.start() for found in re.finditer(f"[{re.escape(tiles)}]", self.tiles)]

    def area_of(self, cell: int) -> int:
        """Returns the number of the area that a cell lies in; -1 for a locked door and the exit."""
        return next((number for number, area in enumerate(self.areas) if area >> cell & 1), -1)


def read_areas(rows: Rows) -> LockedAreas | None:
    """Returns the areas of a drawn dungeon; None unless it has one player, one exit and stairs between its floors."""
    drawn = "".join(rows)
    if drawn.count(PLAYER) != 1 or drawn.count(EXIT) != 1:
        return None
    board, opened = read_rows(rows)
    lines = (WALL + row for row in rows)
    tiles = (WALL * board.stride + "".join(lines)).ljust(board.size, WALL)
    stairs = stairs_of(board, tiles)
    if stairs is None:
        return None
    exit_ = tiles.index(EXIT)
    shut = [(found.start(), found[0]) for found in re.finditer(f"[{LOCKS}]", tiles)]
    barred = sum(1 << cell for cell, _ in shut) | 1 << exit_
    areas = _areas(board, opened & ~barred, stairs)
    locks = [Lock(tile, cell, _touched(board, areas, cell)) for cell, tile in shut]
    return LockedAreas(board, opened, tiles, tiles.index(PLAYER), exit_, areas, locks, stairs)


def _areas(board: Board, opened: int, stairs: Stairs) -> list[int]:
    """Returns the regions of a set, those that stairs join as one."""
    areas = list(regions(board, opened))
    for ends in stairs:
        joined = [area for area in areas if any(area >> end & 1 for end in ends)]
        if len(joined) > 1:
            first, second = joined
            areas[areas.index(first)] = first | second
            areas.remove(second)
    return areas


def exit_sides(dungeon: LockedAreas) -> frozenset[int]:
    """Returns the numbers of the areas beside the exit."""
    return _touched(dungeon.board, dungeon.areas, dungeon.exit)


def _touched(board: Board, areas: Sequence[int], cell: int) -> frozenset[int]:
    near = beside(board, 1 << cell)
    return frozenset(number for number, area in enumerate(areas) if area & near)


def keys_of(dungeon: LockedAreas) -> list[tuple[str, int]]:
    """Returns the keys of a dungeon, each with its cell, in order."""
    return [(dungeon.tiles[cell], cell) for cell in dungeon.having(KEYS)]
