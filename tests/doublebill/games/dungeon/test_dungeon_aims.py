import pytest

from doublebill.games.dice import Dice
from doublebill.games.dungeon.dungeon_aims import aims, fewest_locks
from doublebill.games.dungeon.dungeon_spec import DungeonSpec


def drawn(spec):
    return [aims(spec, Dice(0, "aims", seed)) for seed in range(30)]


def test_aims_lie_within_the_targets():
    spec = DungeonSpec(80, 50, 1, (20, 30), (30, 40), (2, 6), 4, 2, (3, 5), 1, (1, 2), 2, 1, 12, (1, 9), 60)
    for aim in drawn(spec):
        assert 20 <= aim.rooms <= 30
        assert 30 <= aim.room_size <= 40
        assert 2 <= aim.caves <= 6
        assert (aim.loops, aim.dead_ends, aim.boss, aim.foes) == (4, 2, 1, 12)
        assert 3 <= aim.locks.count <= 5
        assert (aim.locks.small, aim.locks.depth, aim.difficulty) == (1, 2, 60)
        assert 1 <= aim.locks.gates <= 2
        assert 1 <= aim.treasures <= 9


def test_every_floor_has_two_rooms():
    assert min(aim.rooms for aim in drawn(DungeonSpec(12, 12, floors=5))) == 10
    assert min(aim.rooms for aim in drawn(DungeonSpec(12, 12, floors=3, rooms=(2, 8)))) >= 6


def test_many_locks_bring_enough_rooms():
    assert min(aim.rooms for aim in drawn(DungeonSpec(30, 20, locks=6))) >= 8


@pytest.mark.parametrize(
    ("spec", "fewest"),
    [
        (DungeonSpec(), 0),
        (DungeonSpec(locks=(2, 4), depth=3), 3),
        (DungeonSpec(small_locks=3, gates=(2, 4)), 5),
    ],
)
def test_controls_of_kinds_and_depth_need_locks(spec, fewest):
    assert fewest_locks(spec) == fewest
    assert min(aim.locks.count for aim in drawn(spec)) >= fewest


def test_more_locks_than_colours_are_small_ones_or_gates():
    for aim in drawn(DungeonSpec(80, 50, locks=12)):
        assert aim.locks.small + aim.locks.gates >= 6
        assert aim.locks.gates <= 4


def test_a_layout_says_how_many_rooms_are_caves():
    assert {aim.caves for aim in drawn(DungeonSpec(layout="rooms"))} == {0}
    assert all(aim.caves == aim.rooms for aim in drawn(DungeonSpec(layout="caves")))
    assert all(25 <= 100 * aim.caves / aim.rooms <= 75 for aim in drawn(DungeonSpec(80, 50, layout="mixed")))
    assert {aim.caves for aim in drawn(DungeonSpec(rooms=2, layout="mixed"))} == {1}
