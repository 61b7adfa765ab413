import pytest

from doublebill.games.dice import Dice
from doublebill.games.grids.carve import scatter
from doublebill.games.grids.grid import (
    board,
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
        here = board(dice.between(3, 9), dice.between(3, 9))
        opened = scatter(here, dice.between(2, len(here.cells)), dice)
        yield here, opened, here.rows(["." if opened >> cell & 1 else "#" for cell in range(here.size)])


def test_rows_survive_being_read_and_drawn():
    for here, opened, rows in random_grids():
        assert read_rows(rows) == (here, opened)
        assert {here.xy(cell) for cell in cells_of(opened)} == open_cells(rows)


def test_a_step_over_any_edge_leaves_the_grid():
    here = board(3, 4)
    beside = {cell + step for cell in here.cells for step in here.steps} - set(here.cells)
    assert all(0 <= cell < here.size and not here.inside >> cell & 1 for cell in beside)


def test_rings_are_the_distances_of_a_plain_search():
    for here, opened, rows in random_grids():
        start = next(cells_of(opened))
        found = {
            here.xy(cell): far for far, ring in enumerate(rings(here, opened, 1 << start)) for cell in cells_of(ring)
        }
        assert found == distances(open_cells(rows), here.xy(start))


def test_a_grid_in_two_parts_is_not_connected():
    assert connected(*read_rows(DONUT))
    assert not connected(*read_rows((".#.", ".#.", ".#.")))
    assert not connected(*read_rows((".#", "#.")))
    assert not connected(*read_rows(("##", "##")))


def test_a_route_is_a_shortest_walk_from_start_to_goal():
    for here, opened, rows in random_grids():
        *_, start = cells_of(opened)
        goal = next(cells_of(opened))
        way = route(here, opened, start, goal)
        places = walk(open_cells(rows), here.xy(start), letters(here, way))
        assert places is not None
        assert places[-1] == here.xy(goal)
        assert len(places) - 1 == distances(open_cells(rows), here.xy(start))[here.xy(goal)]


def test_there_is_no_route_through_walls():
    here, opened = read_rows((".#.",))
    assert route(here, opened, here.cells[0], here.cells[2]) == []


def test_moves_are_named_by_their_direction():
    here, opened = read_rows(SNAKE)
    assert letters(here, route(here, opened, here.cells[0], here.cells[-1])) == "RRDDLLDDRR"
    assert letters(here, route(here, opened, here.cells[-1], here.cells[0])) == "LLUURRUULL"


@pytest.mark.parametrize(
    ("rows", "length"), [(SNAKE, 10), (DONUT, 6), (("..",), 1), ((".",), 0), (("...", "...", "..."), 4)]
)
def test_the_longest_route_of_a_small_grid(rows, length):
    assert len(longest_route(*read_rows(rows))) - 1 == length


def test_the_longest_route_is_as_long_as_all_searches_say():
    for here, opened, rows in random_grids():
        cells = open_cells(rows)
        longest = max(max(distances(cells, cell).values()) for cell in cells)
        way = longest_route(here, opened)
        assert len(way) - 1 == longest == distances(cells, here.xy(way[0]))[here.xy(way[-1])]


def test_two_sweeps_alone_would_miss_the_longest_route():
    rows = ("...", "..#", "..#")
    here, opened = read_rows(rows)
    first = rings(here, opened, opened & -opened)[-1]
    assert len(rings(here, opened, 1 << first_of(first))) - 1 == 3
    assert len(longest_route(here, opened)) - 1 == 4
