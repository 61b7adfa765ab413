"""Depth of locks: the longest chain of locks of which each must be opened before the next."""

from doublebill.games.dungeon.mission.door_orders import DoorOrders


def lock_depth(orders: DoorOrders) -> int:
    """Returns the number of locks of the longest chain; 0 without locks.

    A lock comes after those that shut off its door, and after those that shut off the nearest key that opens it.
    """
    deep = {orders.start: 0}
    left = set(range(len(orders.sides)))
    found = 0
    while left:
        ready = [(depth, door) for door in sorted(left) if (depth := _depth(orders, door, deep))]
        if not ready:
            break
        found, door = min(ready)
        left.remove(door)
        deep |= {area: found for area in orders.sides[door] if area not in deep}
    return found


def _depth(orders: DoorOrders, door: int, deep: dict[int, int]) -> int:
    """Returns the depth of a door that can be opened; 0 while it cannot."""
    near = [deep[area] for area in orders.sides[door] if area in deep]
    keys = [deep[area] for key, area in orders.keys if key == orders.needs[door] and area in deep]
    return 1 + max(min(near), min(keys)) if near and keys else 0
