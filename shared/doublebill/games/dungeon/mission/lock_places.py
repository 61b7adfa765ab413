"""Places of locks: thresholds that cut a dungeon into areas, and the order in which they open.

The last lock shuts off the exit. Every area has a room, and every key lies in an area that is open before its lock. A
small key lies in an area that one passes on the way to its door: whichever small doors a player opens with the small
keys, there is one for every small door that can be walked to, so that no order of doors is a dead end.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from doublebill.games.dice import Dice
from doublebill.games.dungeon.mission.lock_kinds import LockWish, lock_tiles
from doublebill.games.dungeon.mission.room_tree import RoomTree
from doublebill.games.dungeon.tiles import SMALL_KEY

NEWEST = 65
"""Percent of keys that lie in the area that was opened last before their lock."""

PLANS = 40
"""Plans that are drawn until one has the right depth."""


@dataclass(frozen=True, slots=True)
class LockPlan:
    """The locked places of a dungeon."""

    cut: Sequence[int]
    """The parts of the tree whose gates are locked, in the order in which they open.

    Area i + 1 begins with `cut[i]`.
    """
    areas: Sequence[int]
    """Area of each part."""
    parents: Sequence[int]
    """Area that each lock leads from."""
    tiles: Sequence[str]
    """Tile of what opens each lock."""
    things: Sequence[tuple[str, int]]
    """Tiles of the keys and levers, and of treasures that have a place in the mission, each with its area."""
    depth: int
    """Locks of the longest chain."""

    @property
    def idle(self) -> list[int]:
        """The areas that neither lead on nor have a key or the exit: what they need is a reward."""
        passed = {area for _, area in self.things} | set(self.parents)
        return [area for area in range(1, len(self.cut)) if area not in passed]


def plan_locks(tree: RoomTree, wish: LockWish, rewards: int, dice: Dice) -> LockPlan:
    """Returns a plan of those locks, or as many as fit; of `PLANS` plans the first with the right depth and number.

    Where it can, at most `rewards` of its areas are idle.
    """
    plan = _drawn_plan(tree, wish, NEWEST, dice)
    for tried in range(1, PLANS):
        if len(plan.idle) <= rewards and len(plan.cut) == wish.count and wish.depth in (None, plan.depth):
            break
        plan = _drawn_plan(tree, wish, 100 if tried % 2 else NEWEST, dice)
    return plan


def _drawn_plan(tree: RoomTree, wish: LockWish, newest: int, dice: Dice) -> LockPlan:
    cut = _cut(tree, wish, dice)
    order = _opening_order(tree, cut, tree.areas(cut), dice)
    areas = tree.areas(order)
    parents = [areas[tree.parents[part]] for part in order]
    tiles = lock_tiles(wish, dice)[: len(order)]
    keys: list[int] = []
    deep, most = [0], wish.depth or len(order)
    for parent, tile, behind in zip(parents, tiles, _locks_behind(parents), strict=True):
        short = max(deep) < (wish.depth or 0)
        passed = _ancestors(parents, parent) if tile == SMALL_KEY else _open_before(deep, most - behind, short)
        keys.append(passed[-1] if short or dice.below(100) < newest else dice.choice(passed))
        deep.append(1 + (deep[parent] if tile == SMALL_KEY else max(deep[parent], deep[keys[-1]])))
    return LockPlan(order, areas, parents, tiles, list(zip(tiles, keys, strict=True)), max(deep))


def _locks_behind(parents: Sequence[int]) -> list[int]:
    """Returns the locks that lie one behind the other behind each lock."""
    behind = [0] * (len(parents) + 1)
    for number in range(len(parents), 0, -1):
        parent = parents[number - 1]
        behind[parent] = max(behind[parent], 1 + behind[number])
    return behind[1:]


def _open_before(deep: Sequence[int], most: int, short: bool) -> list[int]:
    """Returns the areas in which a key makes no chain longer than `most`; the deepest last if chains are `short`."""
    areas = [area for area in range(len(deep)) if deep[area] < most] or [0]
    return sorted(areas, key=lambda area: (deep[area], area)) if short else areas


def _ancestors(parents: Sequence[int], area: int) -> list[int]:
    """Returns the areas on the way from the entrance to an area, itself last."""
    found = [area]
    while found[-1]:
        found.append(parents[found[-1] - 1])
    return found[::-1]


def _cut(tree: RoomTree, wish: LockWish, dice: Dice) -> list[int]:
    """Returns the parts to cut off, that before the exit first; no more of them one behind the other than is deep."""
    if not wish.count:
        return []
    way = tree.way(tree.exit)
    late = [part for part in way[len(way) // 2 :] if tree.gates[part]]
    dice.shuffle(late)
    last = next((part for part in late if _rooms_outside(tree, part) >= wish.count), way[-1])
    cut = [last]
    outside = [part for part, area in enumerate(tree.areas(cut)) if not area and tree.gates[part]]
    dice.shuffle(outside)
    for part in outside:
        if len(cut) == wish.count:
            break
        more = [*cut, part]
        if _has_rooms(tree, more) and (wish.depth is None or _nesting(tree, more) <= wish.depth):
            cut = more
    return cut


def _rooms_outside(tree: RoomTree, part: int) -> int:
    """Counts the rooms that are not cut off with a part."""
    return tree.areas([part])[: tree.rooms].count(0)


def _has_rooms(tree: RoomTree, cut: Sequence[int]) -> bool:
    return len(set(tree.areas(cut)[: tree.rooms])) == len(cut) + 1


def _nesting(tree: RoomTree, cut: Sequence[int]) -> int:
    """Counts the cut parts that lie one behind the other."""
    return max(len(set(tree.way(part)) & set(cut)) for part in cut)


def _opening_order(tree: RoomTree, cut: Sequence[int], areas: Sequence[int], dice: Dice) -> list[int]:
    """Returns the cut parts in an order in which they can open, the first of `cut` last."""
    order: list[int] = []
    opened = {0}
    while len(order) < len(cut) - 1:
        ready = [part for part in cut[1:] if part not in order and areas[tree.parents[part]] in opened]
        part = dice.choice(ready)
        order.append(part)
        opened.add(areas[part])
    return [*order, *cut[:1]]
