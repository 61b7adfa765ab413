from doublebill.games.dungeon.survey import depths, survey
from doublebill.games.grids.grid import read_rows
from drawn_dungeons import ONE_LOCK

FLOOR = survey(*read_rows(ONE_LOCK))


def test_rooms_are_numbered_by_their_first_cells():
    firsts = [FLOOR.board.xy((room & -room).bit_length() - 1) for room in FLOOR.rooms]
    assert firsts == [(1, 1), (7, 1), (15, 2), (7, 7)]


def test_a_threshold_lies_between_a_room_and_a_corridor():
    assert [(FLOOR.board.xy(one.cell), one.room, one.corridor) for one in FLOOR.thresholds] == [
        ((4, 2), 0, 0),
        ((6, 2), 1, 0),
        ((10, 2), 1, 1),
        ((14, 2), 2, 1),
        ((8, 4), 1, 2),
        ((8, 6), 3, 2),
    ]


def test_depth_counts_corridors_from_a_room():
    assert depths(FLOOR, 0) == [0, 1, 2, 2]


def test_the_room_of_a_cell_is_found_and_a_corridor_is_none():
    numbers = {FLOOR.board.xy(cell): FLOOR.room_of(cell) for cell in FLOOR.board.cells}
    assert (numbers[8, 8], numbers[8, 5], numbers[0, 0]) == (3, None, None)


def test_links_lead_from_rooms_to_corridors_and_back():
    graph = FLOOR.links()
    assert [part for part, _ in graph[1]] == [4, 5, 6]
    assert [part for part, _ in graph[6]] == [1, 3]
