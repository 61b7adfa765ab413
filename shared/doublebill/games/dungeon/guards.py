"""Guards: foes on thresholds that the certificate must pass, as many as a difficulty needs."""

from collections.abc import Collection, Mapping

from doublebill.games.dice import Dice
from doublebill.games.dungeon.mission.certificate_way import certificate_way
from doublebill.games.dungeon.mission.difficulty import missing_damage
from doublebill.games.dungeon.mission.door_orders import door_orders, shortest_order
from doublebill.games.dungeon.mission.locked_areas import LockedAreas, read_areas
from doublebill.games.dungeon.stairs import spread
from doublebill.games.dungeon.tiles import DAMAGE, GOBLIN, OGRE
from doublebill.games.grids.grid import FLOOR, Rows

FIERCEST = DAMAGE[OGRE]


def guards_for(rows: Rows, thresholds: Collection[int], rooms: int, target: int, dice: Dice) -> Mapping[int, str]:
    """Returns the foes to put on thresholds of a dungeon so that its difficulty comes near to `target`.

    They stand only where there is no way around them; none where the dungeon cannot be finished.
    """
    dungeon = read_areas(rows)
    order = shortest_order(door_orders(dungeon)) if dungeon else None
    if dungeon is None or order is None:
        return {}
    way = certificate_way(dungeon, order)
    damage = missing_damage(dungeon, way, rooms, target)
    cells = [cell for cell in sorted(set(way).intersection(thresholds)) if _must_be_passed(dungeon, cell)]
    dice.shuffle(cells)
    most = min(damage, len(cells))
    count = dice.between(min(-(-damage // FIERCEST), most), most)
    ogres = min(damage - count, count)
    return {cell: OGRE if place < ogres else GOBLIN for place, cell in enumerate(cells[:count])}


def _must_be_passed(dungeon: LockedAreas, cell: int) -> bool:
    opened = dungeon.opened & ~(1 << cell)
    return dungeon.tiles[cell] == FLOOR and spread(dungeon.board, opened, dungeon.start, dungeon.stairs) != opened
