from dataclasses import replace

import pytest

from doublebill.games.dice import Dice
from doublebill.games.dungeon.layout.dug_floors import RoomWish, dig_floors
from doublebill.games.dungeon.mission.room_tree import hang
from doublebill.games.dungeon.survey import survey
from doublebill.games.grids.grid import read_rows
from drawn_dungeons import ONE_LOCK

FLOOR = survey(*read_rows(ONE_LOCK))


@pytest.mark.parametrize("seed", range(10))
def test_the_exit_is_far_from_an_entrance_at_the_edge(seed):
    tree = hang(FLOOR, Dice(0, "tree", seed))
    assert tree.entrance != tree.exit
    assert len(FLOOR.links()[tree.entrance]) == 1
    assert len(tree.way(tree.exit)) == 4


def test_the_way_leads_from_the_first_floor_to_the_last():
    floors = dig_floors((40, 24), RoomWish((5, 5, 5), 30, 0), Dice(0, "tree", 1), even=False)
    tree = hang(replace(survey(floors.board, floors.opened), stairs=[(1, 6), (8, 12)]), Dice(0, "tree", 1))
    assert tree.entrance < 5
    assert 10 <= tree.exit != 12
    assert {1, 6, 8, 12} <= {tree.entrance, *tree.way(tree.exit)}
    assert tree.gates[6] is None
    assert tree.gates[12] is None


def test_every_part_hangs_from_one_before_it():
    tree = hang(FLOOR, Dice(0, "tree", 1))
    assert sorted(tree.order) == list(range(7))
    assert all(tree.order.index(tree.parents[part]) < tree.order.index(part) for part in tree.order[1:])
    assert [gate is None for gate in tree.gates].count(True) == 1


def test_a_cut_part_begins_an_area_with_all_that_hangs_from_it():
    tree = hang(FLOOR, Dice(0, "tree", 1))
    first, *rest = tree.way(tree.exit)
    areas = tree.areas([rest[-1], first])
    assert areas[tree.entrance] == 0
    assert areas[tree.exit] == 1
    assert {areas[part] for part in (first, *rest[:-1])} == {2}
