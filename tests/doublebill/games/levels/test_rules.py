import pytest

from doublebill.games.chamber.solver import ChamberRules
from doublebill.games.levels.proof import Certificate
from sample_levels import LEVEL


def path(moves, goal=(2, 2)):
    return ChamberRules().path(LEVEL.grid, Certificate((0, 0), goal, moves))


def test_moves_step_from_cell_to_cell():
    assert path("DDRR") == [(0, 0), (0, 1), (0, 2), (1, 2), (2, 2)]
    assert path("", (0, 0)) == [(0, 0)]


def test_small_letters_step_like_capitals():
    assert path("rRdD") == [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2)]


@pytest.mark.parametrize("moves", ["DR", "U", "DDRRR", "DDR", "DDRRJ", "RDDR"])
def test_moves_that_do_not_step_to_the_goal_are_no_path(moves):
    assert path(moves) == []
