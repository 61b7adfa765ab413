from dataclasses import replace

import pytest

from doublebill.games.files.solution_path import steps
from doublebill.games.levels.levels import Certificate
from sample_levels import LEVEL


def way(moves, goal=(2, 2)):
    return steps(replace(LEVEL, certificate=Certificate((0, 0), goal, moves)))


def test_moves_step_from_cell_to_cell():
    assert way("DDRR") == [(0, 0), (0, 1), (0, 2), (1, 2), (2, 2)]
    assert way("", (0, 0)) == [(0, 0)]


def test_small_letters_step_like_capitals():
    assert way("rRdD") == [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2)]


@pytest.mark.parametrize("moves", ["DR", "U", "DDRRR", "DDR", "DDRRJ", "RDDR"])
def test_moves_that_are_no_way_to_the_goal_are_not_drawn_as_one(moves):
    assert way(moves) == []
