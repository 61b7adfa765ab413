"""Difficulty of a dungeon: the fights and the way that its certificate needs, from 0 to 100."""

from collections.abc import Sequence

from doublebill.games.dungeon.mission.locked_areas import LockedAreas
from doublebill.games.dungeon.tiles import DAMAGE

MOST = 100

FIGHT_POINTS = 80
"""Points of a certificate that loses as much health as there are rooms."""

WAY_POINTS = 40
"""Points of a certificate of as many moves as there are open cells."""


def difficulty(dungeon: LockedAreas, way: Sequence[int], rooms: int) -> int:
    """Returns the difficulty of a dungeon with so many rooms, whose certificate passes the cells of a way."""
    return min(way_points(dungeon, way) + FIGHT_POINTS * way_damage(dungeon, way) // max(rooms, 1), MOST)


def way_points(dungeon: LockedAreas, way: Sequence[int]) -> int:
    """Returns the part of the difficulty that lies in the way."""
    return WAY_POINTS * (len(way) - 1) // dungeon.opened.bit_count()


def way_damage(dungeon: LockedAreas, way: Sequence[int]) -> int:
    """Returns the health that the fights on a way cost."""
    return sum(DAMAGE.get(dungeon.tiles[cell], 0) for cell in set(way))


def missing_damage(dungeon: LockedAreas, way: Sequence[int], rooms: int, target: int) -> int:
    """Returns the health that further fights on a way must cost for a difficulty of `target` at least."""
    points = max(target - way_points(dungeon, way), 0)
    return max(-(-points * rooms // FIGHT_POINTS) - way_damage(dungeon, way), 0)
