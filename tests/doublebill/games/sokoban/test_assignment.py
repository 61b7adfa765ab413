"""The cheapest assignment equals the best of all permutations."""

import itertools
import random

import pytest

from doublebill.games.sokoban.assignment import NONE, cheapest_assignment


@pytest.mark.parametrize("size", [0, 1, 2, 3, 5])
def test_it_is_the_best_of_all_permutations(size):
    dice = random.Random(size)
    for _ in range(200):
        costs = [[dice.choice((0, 1, 2, 5, 9, 30, NONE)) for _ in range(size)] for _ in range(size)]
        sums = [
            sum(costs[row][column] for row, column in enumerate(one)) for one in itertools.permutations(range(size))
        ]
        assert cheapest_assignment(costs) == min(*sums, NONE)
