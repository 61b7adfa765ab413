import pytest

from doublebill.games.dungeon.layout.bit_shapes import dead_ends, grown, halls, loops, regions, single_contacts
from doublebill.games.grids.grid import cells_of, read_rows

ROOM_AND_TAIL = (
    "......",
    ".###..",
    ".###..",
    ".#....",
    ".#....",
)


def places(board, cells):
    return [board.xy(cell) for cell in cells_of(cells)]


def test_a_hall_is_open_for_three_cells_each_way():
    board, opened = read_rows(("....#", "...##", "...#.", ".###.", "....."))
    assert places(board, halls(board, opened)) == [(x, y) for y in range(3) for x in range(3)]


def test_what_surrounds_a_corner_stays_in_the_grid():
    board, opened = read_rows((".##", "###", "##."))
    assert places(board, grown(board, opened & -opened)) == [(0, 0), (1, 0), (0, 1), (1, 1)]


def test_a_dead_end_has_one_way_on():
    board, opened = read_rows(("...#", ".#.#", "...#", "##.."))
    assert places(board, dead_ends(board, opened)) == [(3, 3)]


def test_contacts_of_two_or_three_cells_are_not_single():
    board, opened = read_rows(("#.#", "###", ".#."))
    assert places(board, single_contacts(board, opened)) == [(0, 0), (2, 0), (0, 1), (1, 1), (2, 1)]
    board, opened = read_rows(("#.#", ".#.", "#.#"))
    assert single_contacts(board, opened) == 0


@pytest.mark.parametrize(
    ("rows", "count"),
    [(("...", "...", "..."), 0), (("...", ".#.", "..."), 1), (ROOM_AND_TAIL, 0), (("......", ".#..#.", "......"), 2)],
)
def test_a_loop_goes_round_a_piece_of_wall(rows, count):
    assert loops(*read_rows(rows)) == count


def test_regions_come_in_the_order_of_their_first_cells():
    board, opened = read_rows(("#.#.", "..#.", "####", "...."))
    assert [len(list(cells_of(region))) for region in regions(board, opened)] == [3, 2, 4]
