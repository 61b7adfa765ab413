import random
from collections import deque

import pytest

from checkers.runner import Runner, passed
from doublebill.games.runner.physics import columns_of, ran, read_terrain, rows_of, step
from doublebill.games.runner.solver import RunSearch, solve
from doublebill.games.runner.tiles import NATURE, TILES

ROOM = (
    ".........",
    ".........",
    ".........",
    ".........",
    "....#....",
    "P...#...X",
    "######.##",
)


def terrain_of(rows):
    return read_terrain(columns_of(rows), NATURE)


def find(rows, tile):
    return next((x, y) for y, row in enumerate(rows) for x, there in enumerate(row) if there == tile)


def solved(rows, states=60_000):
    here = terrain_of(rows)
    return solve(here, here.number(*find(rows, "P")), find(rows, "X")[0], states)


def item(rows, moves):
    certificate = {"from": find(rows, "P"), "to": find(rows, "X"), "moves": moves, "length": len(moves)}
    return {"grid": list(rows), "legend": dict(TILES), "certificate": certificate}


def strewn(count, width=9, height=7):
    """Random grids with one player and exit, many of which cannot be finished."""
    choose = random.Random(4)
    for _ in range(count):
        rows = [choose.choices("#.E^o", (28, 66, 3, 1, 2), k=width) for _ in range(height)]
        rows[choose.randrange(height)][0] = "P"
        rows[choose.randrange(height)][-1] = "X"
        yield tuple("".join(row) for row in rows)


# what each letter does


@pytest.mark.parametrize(
    ("moves", "places"),
    [
        ("r", [(1, 5)]),
        ("l", []),
        ("n", []),
        ("rr", [(1, 5), (2, 5), (3, 5)]),  # twice as fast in the second step
        ("rn", [(1, 5)]),  # and slower again
        ("rrr", [(1, 5), (2, 5), (3, 5)]),  # stopped by what is solid
        ("rl", [(1, 5)]),
        ("rll", [(1, 5), (0, 5)]),
        ("N", [(0, 4), (0, 3), (0, 2)]),
        ("NN", [(0, 4), (0, 3), (0, 2), (0, 1)]),
        ("Nn", [(0, 4), (0, 3), (0, 2), (0, 3)]),  # who lets go rises no further
        ("NNN", [(0, 4), (0, 3), (0, 2), (0, 1), (0, 2)]),
        ("NNNN", [(0, 4), (0, 3), (0, 2), (0, 1), (0, 2), (0, 3), (0, 4), (0, 5)]),
        ("NNNNN", [(0, 4), (0, 3), (0, 2), (0, 1), (0, 2), (0, 3), (0, 4), (0, 5)]),  # landing takes a step
        ("NNNNNN", [(0, 4), (0, 3), (0, 2), (0, 1), (0, 2), (0, 3), (0, 4), (0, 5), (0, 4), (0, 3), (0, 2)]),
        ("R", [(1, 5), (1, 4), (1, 3), (1, 2)]),
    ],
)
def test_a_letter_moves_as_the_physics_says(moves, places):
    here = terrain_of(ROOM)
    cells, done = ran(here, here.number(0, 5), moves)
    assert [here.xy(cell) for cell in cells] == [(0, 5), *places]
    assert not done


def test_who_runs_passes_a_hole_of_one_column_and_who_walks_falls():
    rows = ("P......X", "####.###")
    here = terrain_of(rows)
    assert ran(here, here.number(0, 0), "rrrr")[1]
    slow, _ = ran(here, here.number(0, 0), "rnrnrnrnrn")
    assert here.xy(slow[-1]) == (4, 2)


def test_a_bumped_head_ends_the_rise():
    rows = ("#......", "P.....X", "#######")
    here = terrain_of(rows)
    cells, _ = ran(here, here.number(0, 1), "NN")
    assert [here.xy(cell) for cell in cells] == [(0, 1)]


def test_moves_after_the_exit_or_after_death_finish_nothing():
    rows = ("P.X.", "####")
    here = terrain_of(rows)
    assert ran(here, here.number(0, 0), "rr") == ([here.number(x, 0) for x in range(3)], True)
    assert not ran(here, here.number(0, 0), "rrn")[1]
    foe = terrain_of(("PEX.", "####"))
    assert not ran(foe, foe.number(0, 0), "rr")[1]


@pytest.mark.parametrize("width", range(2, 13))
def test_a_run_and_a_held_jump_lead_over_nine_columns_without_ground(width):
    rows = (*["." * (width + 12)] * 6, "P" + "." * (width + 10) + "X", "######" + "." * width + "######")
    assert (solved(rows).moves is not None) == (width <= 9)


@pytest.mark.parametrize("height", range(1, 7))
def test_a_held_jump_gains_four_cells(height):
    rows = [list("." * 8) for _ in range(9)] + [list("P......X"), list("########")]
    for up in range(height):
        rows[9 - up][4] = "#"
    assert (solved(tuple("".join(row) for row in rows)).moves is not None) == (height <= 4)


def test_steps_are_those_that_the_checker_plays_by_hand():
    choose = random.Random(7)
    for rows in strewn(300):
        moves = "".join(choose.choices("lrnLRN", (1, 4, 1, 1, 4, 1), k=25))
        here = terrain_of(rows)
        mine, done = ran(here, here.number(*find(rows, "P")), moves)
        theirs, end = passed(item(rows, moves))
        assert [here.xy(cell) for cell in mine] == theirs
        assert done == (end == "finished")


# the search


def reachable(rows):
    """Whether the exit is, by trying everything, and the x furthest to the right at which one stands."""
    first = (*find(rows, "P"), 0, 0)
    queue, seen, furthest, finished = deque([first]), {first}, 0, False
    while queue:
        state = queue.popleft()
        for letter in "lrnLRN":
            player = Runner(item(rows, ""))
            player.x, player.y, player.across, player.down = state
            if player.stands:
                furthest = max(furthest, player.x)
            player.play(letter)
            finished = finished or player.over == "finished"
            after = player.x, player.y, player.across, player.down
            if player.over is None and after not in seen:
                seen.add(after)
                queue.append(after)
    return finished, furthest


def test_moves_are_found_exactly_where_there_are_some():
    verdicts = []
    for rows in strewn(250):
        run = solved(rows)
        finished, furthest = reachable(rows)
        assert (run.moves is not None) == finished, rows
        if run.moves is None:
            assert run.furthest == furthest
        else:
            assert passed(item(rows, run.moves))[1] == "finished"
        verdicts.append(finished)
    assert 20 < sum(verdicts) < 230


def test_a_search_looks_at_no_more_states_than_it_may(monkeypatch):
    closed = (*["." * 60] * 8, "P" + "." * 57 + "##", "#" * 59 + "X")
    looked = []
    real = RunSearch.successors
    monkeypatch.setattr(RunSearch, "successors", lambda search, state: looked.append(state) or real(search, state))
    assert solved(closed, 500).moves is None
    assert len(looked) == 500


def test_columns_and_rows_are_the_same_grid():
    assert rows_of(columns_of(ROOM)) == ROOM


def test_a_step_tells_the_cells_that_were_entered():
    here = terrain_of(ROOM)
    state, entered = step(here, (here.number(0, 5), 1, 0), "R")
    assert [here.xy(cell) for cell in entered] == [(1, 5), (2, 5), (2, 4), (2, 3), (2, 2)]
    assert state == (here.number(2, 2), 2, -3)
