import random

import pytest

from doublebill.games.levels.level import Level
from doublebill.games.levels.proof import Certificate
from doublebill.games.variety.distances import CellsVariety, MovesVariety
from doublebill.games.variety.pool_measures import MEASURES

LEGEND = {"#": "wall", ".": "floor", "P": "player"}


def level(moves, grid):
    return Level(1, tuple(grid), Certificate((0, 0), (0, 0), moves), {}, 1, False)


def drawn(count):
    chance = random.Random(3)
    for _ in range(count):
        width = chance.choice([4, 7])
        moves = "".join(chance.choices("UDLR", k=chance.choice([0, 2, 30])))
        yield level(moves, ["".join(chance.choices("#.P", k=width)) for _ in range(3)])


@pytest.mark.parametrize(
    ("name", "variety"), [("moves", MovesVariety(50, mirrored=False)), ("cells", CellsVariety(50))]
)
def test_a_pool_is_compared_as_two_levels_are(name, variety):
    pool = list(drawn(12))
    percents = MEASURES[name](pool, LEGEND)
    for number, one in enumerate(pool):
        for other, percent in zip(pool, percents(number), strict=True):
            accepted = variety.start()
            accepted.add(other)
            assert percent == accepted.distance(one)


def test_structure_is_the_shape_of_the_ground_wherever_it_lies():
    room = ["#######", "#...###", "#.P.###", "#...###", "#######", "#######", "#######"]
    moved = ["#########", "#########", "#########", "####...##", "####...##", "####...##", "#########"]
    corridor = ["#######", "#.....#", "#######", "#.....#", "#######", "#.....#", "#######"]
    nothing = ["..", ".."]
    percents = MEASURES["structure"]([level("", grid) for grid in (room, moved, corridor, nothing)], LEGEND)
    assert percents(0)[:2].tolist() == [0, 0]
    assert 60 < percents(0)[2] <= 100
    assert percents(2).tolist() == [percents(number)[2] for number in range(4)]
    assert percents(3)[3] == 0
