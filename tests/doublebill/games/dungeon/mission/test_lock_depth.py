import pytest

from doublebill.games.dungeon.mission.door_orders import DoorOrders
from doublebill.games.dungeon.mission.lock_depth import lock_depth


@pytest.mark.parametrize(
    ("sides", "needs", "keys", "depth"),
    [
        ([], "", [], 0),
        ([(0, 1), (0, 2)], "ab", [("a", 0), ("b", 0)], 1),
        ([(0, 1), (0, 2)], "ab", [("a", 0), ("b", 1)], 2),
        ([(0, 1), (1, 2), (0, 3)], "abc", [("a", 0), ("b", 0), ("c", 0)], 2),
        ([(0, 1), (0, 2)], "kk", [("k", 0), ("k", 1)], 1),
        ([(0, 1)], "a", [("a", 1)], 0),
    ],
)
def test_a_lock_comes_after_those_before_its_door_and_its_nearest_key(sides, needs, keys, depth):
    assert lock_depth(DoorOrders([frozenset(two) for two in sides], needs, keys, 0, frozenset([1]))) == depth
