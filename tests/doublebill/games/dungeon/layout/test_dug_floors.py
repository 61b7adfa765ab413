from doublebill.games.dice import Dice
from doublebill.games.dungeon.layout.bit_shapes import dead_ends, loops, regions
from doublebill.games.dungeon.layout.caves import OUTLINE, corners
from doublebill.games.dungeon.layout.dug_floors import RoomWish, dig_floors
from doublebill.games.dungeon.survey import survey


def dug(seed=1, even=False):
    return dig_floors((60, 30), RoomWish((8, 7, 6), 40, 0), Dice(0, "floors", seed), even)


def test_floors_lie_one_below_another():
    floors = dug()
    assert (floors.board.width, floors.board.height) == (60, 90)
    assert len(list(regions(floors.board, floors.opened))) == 3
    assert floors.firsts == [0, 8, 15, 21]


def test_rooms_have_the_numbers_of_a_survey():
    floors = dug()
    rooms = survey(floors.board, floors.opened).rooms
    assert [room.bit_count() for room in rooms] == [
        room.bit_count() for floor in floors.floors for room in floor.digging.rooms
    ]


def test_loops_and_dead_ends_are_dug_on_all_floors():
    floors = dug()
    floors.dig_loops([0] * 21, set(), -1, 5)
    assert loops(floors.board, floors.opened, 3) == 5
    floors.dig_stubs(4, Dice(0, "stubs", 1))
    assert dead_ends(floors.board, floors.opened).bit_count() == 4
    assert loops(floors.board, floors.opened, 3) == 5


def test_loops_join_rooms_of_one_area_only():
    floors = dug()
    before = floors.opened
    floors.dig_loops(range(21), set(), -1, 5)
    assert floors.opened == before


def test_a_room_that_is_to_have_one_way_gets_no_loop():
    for room in range(21):
        floors = dug()
        thresholds = [one.room for one in survey(floors.board, floors.opened).thresholds]
        floors.dig_loops([0] * 21, set(), room, 9)
        assert [one.room for one in survey(floors.board, floors.opened).thresholds].count(room) == thresholds.count(
            room
        )


def test_even_plots_hold_as_many_rooms():
    assert dug(even=True).firsts == [0, 8, 15, 21]


def test_caves_are_shared_among_floors():
    floors = dig_floors((60, 40), RoomWish((6, 6), 60, 5), Dice(0, "floors", 1), even=False)
    caves = [
        sum(corners(floor.digging.board, room) > OUTLINE for room in floor.digging.rooms) for floor in floors.floors
    ]
    assert caves == [3, 2]


def test_no_more_dead_ends_are_dug_than_there_is_rock_for():
    floors = dug()
    floors.dig_stubs(9_999, Dice(0, "stubs", 1))
    assert 20 < dead_ends(floors.board, floors.opened).bit_count() < 999
