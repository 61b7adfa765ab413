from doublebill.games.grids.steps import STEPS, places_along, walk
from playable import STEPS as CHECKED_STEPS

MAZE = ("..#", "#.#", "#.#")


def test_walking_ends_before_a_wall_and_before_the_edge():
    assert walk(MAZE, (0, 0), "RRR") == [(0, 0), (1, 0)]
    assert walk(MAZE, (0, 0), "UUU") == [(0, 0)]
    assert walk(MAZE, (1, 2), "D") == [(1, 2)]


def test_places_along_moves_do_not_ask_for_walls():
    assert places_along((0, 0), "Rr-D") == [(0, 0), (1, 0), (2, 0), (2, 0), (2, 1)]


def test_moves_mean_the_same_to_the_solver_and_to_the_checker():
    assert STEPS == CHECKED_STEPS
