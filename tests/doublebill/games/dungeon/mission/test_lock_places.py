from itertools import product

import pytest

from doublebill.games.dice import Dice
from doublebill.games.dungeon.dungeon_spec import DungeonSpec
from doublebill.games.dungeon.layout.dug_floors import RoomWish, dig_floors
from doublebill.games.dungeon.mission.lock_kinds import LockWish
from doublebill.games.dungeon.mission.lock_places import plan_locks
from doublebill.games.dungeon.mission.room_tree import hang
from doublebill.games.dungeon.survey import survey


def planned(seed, count, rewards=9, rooms=12, small=0, gates=0, depth=None):
    dice = Dice(0, "locks", seed)
    spec = DungeonSpec()
    floors = dig_floors((spec.width, spec.height), RoomWish([rooms], 40, 0), dice, even=False)
    tree = hang(survey(floors.board, floors.opened), dice)
    return tree, plan_locks(tree, LockWish(count, small, gates, depth), rewards, dice)


@pytest.mark.parametrize(("seed", "count"), [*product(range(5), range(7))])
def test_every_area_has_a_room_and_the_last_lock_shuts_off_the_exit(seed, count):
    tree, plan = planned(seed, count)
    assert len(plan.cut) == len(plan.tiles) == len(plan.things) == count
    assert set(plan.areas[: tree.rooms]) == set(range(count + 1))
    assert plan.areas[tree.entrance] == 0
    assert plan.areas[tree.exit] == count


@pytest.mark.parametrize("seed", range(20))
def test_a_key_and_the_way_to_its_lock_are_open_before_it(seed):
    _, plan = planned(seed, 7, small=3, gates=2)
    for number in range(7):
        assert plan.things[number][1] <= number
        assert plan.parents[number] <= number


@pytest.mark.parametrize("seed", range(20))
def test_a_small_key_is_passed_on_the_way_to_its_door(seed):
    _, plan = planned(seed, 5, small=5)
    for number, (_, key) in enumerate(plan.things):
        area = plan.parents[number]
        while area != key:
            assert area > 0
            area = plan.parents[area - 1]


@pytest.mark.parametrize("seed", range(20))
def test_without_rewards_no_area_is_idle(seed):
    assert planned(seed, 5, rewards=0)[1].idle == []
    assert len(planned(seed, 5, rewards=1)[1].idle) <= 1


@pytest.mark.parametrize("depth", range(2, 6))
def test_chains_of_locks_are_as_long_as_they_should_be(depth):
    depths = [planned(seed, 5, depth=depth, gates=1)[1].depth for seed in range(10)]
    assert depths == [depth] * 10


def test_there_is_a_lock_for_every_room_but_one_at_most():
    _, plan = planned(3, 6, rooms=3)
    assert 1 <= len(plan.cut) <= 2
