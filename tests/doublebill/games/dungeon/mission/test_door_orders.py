from doublebill.games.dungeon.mission import door_orders as module
from doublebill.games.dungeon.mission.door_orders import DoorOrders, shortest_order


def orders(sides, needs, keys, goal):
    return DoorOrders([frozenset(two) for two in sides], needs, keys, 0, frozenset([goal]))


def test_doors_open_one_after_another():
    chain = orders([(0, 1), (1, 2), (2, 3)], "abc", [("a", 0), ("b", 1), ("c", 2)], 3)
    assert shortest_order(chain) == [0, 1, 2]
    assert list(chain.next_doors(0)) == [0]
    assert list(chain.next_doors(0b1)) == [1]


def test_the_fewest_doors_lead_to_the_exit():
    assert shortest_order(orders([(0, 1), (0, 2), (2, 3)], "abc", [("a", 0), ("b", 0), ("c", 1)], 2)) == [1]


def test_a_door_that_never_opens_has_no_order():
    assert shortest_order(orders([(0, 1), (0, 2)], "ab", [("a", 0), ("b", 2)], 1)) is None


def test_an_exit_that_is_never_reached_has_no_order():
    assert shortest_order(orders([(0, 1)], "a", [("a", 0)], 2)) is None


def test_without_doors_the_exit_is_there():
    assert shortest_order(orders([], "", [], 0)) == []


def test_a_small_key_that_can_be_wasted_is_a_dead_end():
    # behind the one door lies the next key, behind the other nothing
    assert shortest_order(orders([(0, 1), (0, 2)], "kk", [("k", 0), ("k", 1)], 2)) is None
    assert shortest_order(orders([(0, 1), (0, 2)], "kk", [("k", 0), ("k", 0)], 2)) == [1]


def test_a_small_key_for_every_small_door_that_can_be_reached_is_enough():
    assert shortest_order(orders([(0, 1), (0, 2), (2, 3)], "kkk", [("k", 0), ("k", 0), ("k", 2)], 3)) == [1, 2]


def test_more_states_than_are_looked_at_have_no_order(monkeypatch):
    star = orders([(0, area) for area in range(1, 7)], "abcdef", [(key, 0) for key in "abcdef"], 1)
    assert shortest_order(star) == [0]
    monkeypatch.setattr(module, "MOST_STATES", 63)
    assert shortest_order(star) is None
