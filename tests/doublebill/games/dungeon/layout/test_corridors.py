import pytest

from doublebill.games.dice import Dice
from doublebill.games.dungeon.layout.bit_shapes import dead_ends, loops, regions
from doublebill.games.dungeon.layout.corridors import Digging, join_rooms, straight_path
from doublebill.games.grids.grid import FLOOR, WALL, board_of, connected, first_of, read_rows

THREE_ROOMS = (
    "####################",
    "#...#####...########",
    "#...#####...########",
    "#...#####...####...#",
    "################...#",
    "################...#",
    "####################",
)


@pytest.fixture
def digging():
    board, opened = read_rows(THREE_ROOMS)
    return Digging(board, list(regions(board, opened)))


def drawn(digging):
    return digging.board.rows([FLOOR if digging.opened >> cell & 1 else WALL for cell in range(digging.board.size)])


def test_rooms_are_joined_without_a_loop(digging):
    assert join_rooms(digging, [(0, 1), (1, 2)], [(0, 2)])
    assert connected(digging.board, digging.opened)
    assert loops(digging.board, digging.opened) == 0
    assert dead_ends(digging.board, digging.opened) == 0
    assert drawn(digging)[0] == "#" * 20


def test_a_further_corridor_makes_one_loop(digging):
    join_rooms(digging, [(0, 1), (1, 2)], [])
    path = digging.corridor(digging.rooms[0], digging.rooms[2])
    digging.opened |= path
    assert path
    assert loops(digging.board, digging.opened) == 1


def test_rooms_that_nothing_pairs_stay_apart(digging):
    assert not join_rooms(digging, [(0, 1)], [])


def test_a_corridor_touches_nothing_between_its_ends():
    board, opened = read_rows(("#########", "#...#...#", "#...#...#", "#...#...#", "#########"))
    one, other = regions(board, opened)
    assert Digging(board, [one, other]).corridor(one, other) == 0


def test_a_stub_is_one_dead_end(digging):
    stubs = [digging.stub(Dice(0, "stub", seed)) for seed in range(10)]
    for stub in filter(None, stubs):
        assert dead_ends(digging.board, digging.opened | stub).bit_count() == 1
        assert stub.bit_count() >= 2
    assert any(stubs)


def test_a_grid_without_rock_has_no_stub():
    board, opened = read_rows(("#####", "#...#", "#...#", "#...#", "#####"))
    assert Digging(board, [opened]).stub(Dice(0, "stub", 1)) == 0


def test_a_path_goes_straight_where_it_can():
    board = board_of(9, 9)
    start, goal = 1 << board.cells[0], 1 << board.cells[-1]
    path = straight_path(board, board.inside, start, goal)
    cells = [cell for cell in board.cells if path >> cell & 1]
    turns = [(x, y) for x, y in map(board.xy, cells) if 0 < x < 8 and 0 < y < 8]
    assert len(cells) == 17
    assert turns == []
    assert first_of(path) == board.cells[0]
