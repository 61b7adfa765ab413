import pytest

from doublebill.games.dice import Dice
from doublebill.games.grids.carve import scatter
from doublebill.games.grids.grid import (
    board_of,
    cells_of,
    connected,
    first_of,
    letters,
    longest_route,
    read_rows,
    rings,
    route,
)
from playable import distances, open_cells, walk

SNAKE = ("...", "##.", "...", ".##", "...")
DONUT = ("....", ".##.", ".##.", "....")


def random_grids():
    for seed in range(120):
        dice = Dice(1, "grid", seed)
        board = board_of(dice.between(3, 9), dice.between(3, 9))
        opened = scatter(board, dice.between(2, len(board.cells)), dice)
        yield board, opened, board.rows(["." if opened >> cell & 1 else "#" for cell in range(board.size)])


def test_rows_survive_being_read_and_drawn():
    for board, opened, rows in random_grids():
        assert read_rows(rows) == (board, opened)
        assert {board.xy(cell) for cell in cells_of(opened)} == open_cells(rows)


def test_a_step_over_any_edge_leaves_the_grid():
    board = board_of(3, 4)
    beside = {cell + step for cell in board.cells for step in board.steps} - set(board.cells)
    assert all(0 <= cell < board.size and not board.inside >> cell & 1 for cell in beside)


def test_rings_are_the_distances_of_a_plain_search():
    for board, opened, rows in random_grids():
        start = next(cells_of(opened))
        found = {
            board.xy(cell): far for far, ring in enumerate(rings(board, opened, 1 << start)) for cell in cells_of(ring)
        }
        assert found == distances(open_cells(rows), board.xy(start))


def test_a_grid_in_two_parts_is_not_connected():
    assert connected(*read_rows(DONUT))
    assert not connected(*read_rows((".#.", ".#.", ".#.")))
    assert not connected(*read_rows((".#", "#.")))
    assert not connected(*read_rows(("##", "##")))


def test_a_route_is_a_shortest_walk_from_start_to_goal():
    for board, opened, rows in random_grids():
        *_, start = cells_of(opened)
        goal = next(cells_of(opened))
        way = route(board, opened, start, goal)
        places = walk(open_cells(rows), board.xy(start), letters(board, way))
        assert places is not None
        assert places[-1] == board.xy(goal)
        assert len(places) - 1 == distances(open_cells(rows), board.xy(start))[board.xy(goal)]


def test_there_is_no_route_through_walls():
    board, opened = read_rows((".#.",))
    assert route(board, opened, board.cells[0], board.cells[2]) == []


def test_moves_are_named_by_their_direction():
    board, opened = read_rows(SNAKE)
    assert letters(board, route(board, opened, board.cells[0], board.cells[-1])) == "RRDDLLDDRR"
    assert letters(board, route(board, opened, board.cells[-1], board.cells[0])) == "LLUURRUULL"


@pytest.mark.parametrize(
    ("rows", "length"), [(SNAKE, 10), (DONUT, 6), (("..",), 1), ((".",), 0), (("...", "...", "..."), 4)]
)
def test_the_longest_route_of_a_small_grid(rows, length):
    assert len(longest_route(*read_rows(rows))) - 1 == length


def test_the_longest_route_is_as_long_as_all_searches_say():
    for board, opened, rows in random_grids():
        cells = open_cells(rows)
        longest = max(max(distances(cells, cell).values()) for cell in cells)
        way = longest_route(board, opened)
        assert len(way) - 1 == longest == distances(cells, board.xy(way[0]))[board.xy(way[-1])]


def test_two_sweeps_alone_would_miss_the_longest_route():
    rows = ("...", "..#", "..#")
    board, opened = read_rows(rows)
    first = rings(board, opened, opened & -opened)[-1]
    assert len(rings(board, opened, 1 << first_of(first))) - 1 == 3
    assert len(longest_route(board, opened)) - 1 == 4
