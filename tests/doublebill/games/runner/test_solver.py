import copy
import random
from collections import deque

import pytest

from checkers.runner import Runner, passed
from doublebill.games.runner.physics import columns_of, ran, read_terrain, rows_of, step
from doublebill.games.runner.runner_physics import USUAL, RunnerPhysics
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


PHYSICS = {
    "usual": USUAL,
    "high and slow": RunnerPhysics(jump_height=7, run_speed=1, fall_speed=1),
    "a long hang": RunnerPhysics(jump_height=2, hang_time=3, fall_speed=4),
    "fast, with a narrow gap": RunnerPhysics(hang_time=1, gap=2, run_speed=3),
    "low, with a gap of one column": RunnerPhysics(jump_height=3, gap=1, fall_speed=2),
}
"""Name → a physics, each of whose numbers differs from the usual one somewhere."""

BY_PHYSICS = pytest.mark.parametrize("physics", PHYSICS.values(), ids=PHYSICS)


def terrain_of(rows, physics=USUAL):
    return read_terrain(columns_of(rows), NATURE, physics)


def find(rows, tile):
    return next((x, y) for y, row in enumerate(rows) for x, there in enumerate(row) if there == tile)


def solved(rows, states=60_000, physics=USUAL):
    here = terrain_of(rows, physics)
    return solve(here, here.number(*find(rows, "P")), find(rows, "X")[0], states)


def item(rows, moves, physics=USUAL):
    certificate = {"from": find(rows, "P"), "to": find(rows, "X"), "moves": moves, "length": len(moves)}
    certificate["physics"] = physics.as_json()
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
    narrow = terrain_of(rows, RunnerPhysics(gap=0))
    fallen, _ = ran(narrow, here.number(0, 0), "rrrr")
    assert here.xy(fallen[-1]) == (4, 2)


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


def test_a_run_and_a_held_jump_lead_over_nine_columns_without_ground():
    assert USUAL.reach == 9


@BY_PHYSICS
def test_a_jump_crosses_the_widest_gap_that_the_physics_gives_and_no_wider(physics):
    widest = physics.reach if physics.gap is None else physics.gap

    def level(width):
        sky = ["." * (width + 20)] * (physics.jump_height + 2)
        return (*sky, "P" + "." * (width + 18) + "X", "#" * 10 + "." * width + "#" * 10)

    assert solved(level(widest), physics=physics).moves is not None
    assert solved(level(widest + 1), physics=physics).moves is None


@BY_PHYSICS
def test_a_held_jump_gains_the_height_of_the_physics(physics):
    def level(height):
        rows = [list("." * 8) for _ in range(10)] + [list("P......X"), list("########")]
        for up in range(height):
            rows[10 - up][4] = "#"
        return tuple("".join(row) for row in rows)

    assert solved(level(physics.jump_height), physics=physics).moves is not None
    assert solved(level(physics.jump_height + 1), physics=physics).moves is None


@BY_PHYSICS
def test_steps_are_those_that_the_checker_plays_by_hand(physics):
    choose = random.Random(7)
    for rows in strewn(120):
        moves = "".join(choose.choices("lrnLRN", (1, 4, 1, 1, 4, 1), k=25))
        here = terrain_of(rows, physics)
        mine, done = ran(here, here.number(*find(rows, "P")), moves)
        theirs, end = passed(item(rows, moves, physics))
        assert [here.xy(cell) for cell in mine] == theirs
        assert done == (end == "finished")


# the search


def reachable(rows, physics):
    """Whether the exit is, by trying everything, and the x furthest to the right at which one stands."""
    first = Runner(item(rows, "", physics))
    queue, seen, furthest, finished = deque([first]), {first.state}, 0, False
    while queue:
        here = queue.popleft()
        if here.stands:
            furthest = max(furthest, here.x)
        for letter in "lrnLRN":
            player = copy.copy(here)
            player.passed = []
            player.play(letter)
            finished = finished or player.over == "finished"
            if player.over is None and player.state not in seen:
                seen.add(player.state)
                queue.append(player)
    return finished, furthest


@BY_PHYSICS
def test_moves_are_found_exactly_where_there_are_some(physics):
    verdicts = []
    for rows in strewn(60):
        run = solved(rows, physics=physics)
        finished, furthest = reachable(rows, physics)
        assert (run.moves is not None) == finished, rows
        if run.moves is None:
            assert run.furthest == furthest
        else:
            assert passed(item(rows, run.moves, physics))[1] == "finished"
        verdicts.append(finished)
    assert 1 < sum(verdicts) < 59


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
    state, entered = step(here, (here.number(0, 5), 1, 0, 0), "R")
    assert [here.xy(cell) for cell in entered] == [(1, 5), (2, 5), (2, 4), (2, 3), (2, 2)]
    assert state == (here.number(2, 2), 2, -2, 0)
