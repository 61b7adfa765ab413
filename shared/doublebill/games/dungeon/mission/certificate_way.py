"""The way of a certificate: from the player by the keys that the exit needs, in their order, to the exit."""

from collections.abc import Sequence

from doublebill.games.dungeon.mission.locked_areas import LockedAreas
from doublebill.games.dungeon.stairs import route_by_stairs
from doublebill.games.dungeon.tiles import FOES, SMALL_KEY
from doublebill.games.grids.grid import beside

NARROW = 2
"""A foe with so few open cells around it guards a way; one walks around others."""


def certificate_way(dungeon: LockedAreas, order: Sequence[int]) -> list[int]:
    """Returns the cells from the player to the exit; empty where doors in that order do not lead there."""
    opened = dungeon.opened & ~(1 << dungeon.exit)
    for lock in dungeon.locks:
        opened &= ~(1 << lock.cell)
    avoided = sum(1 << cell for cell in dungeon.having(FOES) if _can_be_passed(dungeon, cell))
    way = [dungeon.start]
    used = 0
    for number in order:
        lock = dungeon.locks[number]
        keys = set(dungeon.having(lock.key))
        if len(keys & set(way)) <= (used if lock.key == SMALL_KEY else 0):
            leg = _nearest(dungeon, opened, avoided, way[-1], sorted(keys - set(way)))
            if not leg:
                return []
            way += leg[1:]
        opened |= 1 << lock.cell
        used += lock.key == SMALL_KEY
    leg = _nearest(dungeon, opened | 1 << dungeon.exit, avoided, way[-1], [dungeon.exit])
    return way + leg[1:] if leg else []


def _nearest(dungeon: LockedAreas, opened: int, avoided: int, start: int, goals: Sequence[int]) -> list[int]:
    """Returns the shortest way to one of the goals, around foes where there is such a way."""
    for passable in (opened & ~avoided, opened):
        ways = [
            way for goal in goals if (way := route_by_stairs(dungeon.board, passable, (start, goal), dungeon.stairs))
        ]
        if ways:
            return min(ways, key=len)
    return []


def _can_be_passed(dungeon: LockedAreas, cell: int) -> bool:
    return (beside(dungeon.board, 1 << cell) & dungeon.opened).bit_count() > NARROW
