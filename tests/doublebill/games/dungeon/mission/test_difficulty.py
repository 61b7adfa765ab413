import pytest

from doublebill.games.dungeon.mission.certificate_way import certificate_way
from doublebill.games.dungeon.mission.difficulty import difficulty, missing_damage, way_damage, way_points
from doublebill.games.dungeon.mission.locked_areas import read_areas
from drawn_dungeons import ONE_LOCK, changed


def measured(rows):
    dungeon = read_areas(rows)
    return dungeon, certificate_way(dungeon, [0])


def test_the_way_counts_by_the_open_cells_and_fights_by_the_rooms():
    dungeon, way = measured(ONE_LOCK)
    assert way_points(dungeon, way) == 40 * 26 // 51
    assert way_damage(dungeon, way) == 1
    assert difficulty(dungeon, way, 4) == 20 + 80 // 4


def test_a_foe_that_is_passed_twice_is_fought_once():
    assert way_damage(*measured(changed(ONE_LOCK, 8, 5, "o"))) == 2


def test_difficulty_ends_at_a_hundred():
    assert difficulty(*measured(changed(ONE_LOCK, 13, 2, "Z")), 4) == 100


@pytest.mark.parametrize("target", range(0, 101, 7))
def test_so_much_damage_is_missing_that_the_target_is_reached(target):
    dungeon, way = measured(ONE_LOCK)
    missing = missing_damage(dungeon, way, 4, target)
    reached = way_points(dungeon, way) + 80 * (way_damage(dungeon, way) + missing) // 4
    assert reached >= target
    assert missing == 0 or reached - 20 < target
