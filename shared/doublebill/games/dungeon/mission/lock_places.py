"""Places of locks: thresholds that cut a dungeon into areas, and the order in which they open.

The last lock shuts off the exit. Every area has a room, and every key lies in an area that is open before its lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from doublebill.games.dice import Dice
from doublebill.games.dungeon.mission.room_tree import RoomTree

NEWEST = 65
"""Percent of keys that lie in the area that was opened last before their lock."""


@dataclass(frozen=True, slots=True)
class LockPlan:
    """Where a dungeon is locked."""

    cut: Sequence[int]
    """The parts of the tree whose gates are locked, in the order in which they open.

    Area i + 1 begins with `cut[i]`.
    """
    areas: Sequence[int]
    """Area of each part."""
    keys: Sequence[int]
    """Area of the key of each lock."""
    parents: Sequence[int]
    """Area that each lock leads from."""

    @property
    def idle(self) -> list[int]:
        """The areas that neither lead on nor have a key or the exit: what they need is a reward."""
        return [area for area in range(1, len(self.cut)) if area not in (*self.keys, *self.parents)]


def plan_locks(tree: RoomTree, count: int, rewards: int, dice: Dice) -> LockPlan:
    """Returns a plan with `count` locks, or as many as there is room for, and at most `rewards` idle areas."""
    cut = _cut(tree, count, dice)
    areas = tree.areas(cut)
    order = _opening_order(tree, cut, areas, dice)
    areas = tree.areas(order)
    keys = [number if dice.below(100) < NEWEST else dice.below(number + 1) for number in range(len(order))]
    plan = LockPlan(order, areas, keys, [areas[tree.parents[part]] for part in order])
    # in the newest area each time, keys leave no area idle
    return plan if len(plan.idle) <= rewards else replace(plan, keys=range(len(order)))


def _cut(tree: RoomTree, count: int, dice: Dice) -> list[int]:
    """Returns the parts to cut off, that before the exit first."""
    if not count:
        return []
    way = tree.way(tree.exit)
    late = way[len(way) // 2 :]
    dice.shuffle(late)
    last = next((part for part in late if _rooms_outside(tree, part) >= count), way[-1])
    cut = [last]
    outside = [part for part, area in enumerate(tree.areas(cut)) if not area and part != tree.entrance]
    dice.shuffle(outside)
    for part in outside:
        if len(cut) == count:
            break
        if _has_rooms(tree, [*cut, part]):
            cut.append(part)
    return cut


def _rooms_outside(tree: RoomTree, part: int) -> int:
    """Counts the rooms that are not cut off with a part."""
    return tree.areas([part])[: tree.rooms].count(0)


def _has_rooms(tree: RoomTree, cut: Sequence[int]) -> bool:
    return len(set(tree.areas(cut)[: tree.rooms])) == len(cut) + 1


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
