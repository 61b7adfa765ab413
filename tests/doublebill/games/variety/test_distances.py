import random

import pytest

from doublebill.games.grids.steps import places_along
from doublebill.games.levels.level import Level
from doublebill.games.levels.proof import Certificate
from doublebill.games.variety.distances import CellsVariety, MovesVariety, PathVariety, without_repeats
from taken import Taken


def level(moves="", grid=("..",)):
    return Level(1, tuple(grid), Certificate((5, 5), (0, 0), moves), {}, 1, False)


def distance(a, b):
    """Levenshtein's distance by the table of all prefixes."""
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        above, row[0] = row[0], i
        for j, other in enumerate(b, 1):
            above, row[j] = row[j], min(above + (letter != other), row[j] + 1, row[j - 1] + 1)
    return row[-1]


def flipped(moves, letters):
    return moves.translate(str.maketrans(letters, letters[::-1]))


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("different", [1, 35, 40, 60, 100])
def test_moves_are_compared_as_the_table_of_all_prefixes_does(different, mirrored):
    chance = random.Random(different)
    kept, taken = Taken(MovesVariety(different, mirrored)), []
    for _ in range(60):
        moves = "".join(chance.choices("UDLR", k=chance.choice([0, 1, 3, 12, 70])))
        images = [moves]
        if mirrored:
            images += [flipped(moves, "LR"), flipped(moves, "UD"), flipped(flipped(moves, "LR"), "UD")]
        apart = [100 * distance(image, other) // max(len(image), len(other), 1) for image in images for other in taken]
        assert kept.kept.distance(level(moves)) == kept.kept.distance_of_moves(moves) == min(apart, default=100)
        assert kept.takes(level(moves)) is (min(apart, default=100) >= different)
        if min(apart, default=100) >= different:
            taken.append(moves)
    assert len(taken) > 1


def test_a_flipped_solution_is_alike_only_where_mirrors_count():
    for moves in ("LLUU", "RRDD", "LLDD"):
        kept = Taken(MovesVariety(40))
        assert kept.takes(level("RRUU"))
        assert not kept.takes(level(moves))
        plain = Taken(MovesVariety(40, mirrored=False))
        assert plain.takes(level("RRUU"))
        assert plain.takes(level(moves))


def test_repeats_count_once():
    kept = Taken(MovesVariety(50, mirrored=False, read=without_repeats))
    assert kept.takes(level("RRRRUUUU"))
    assert not kept.takes(level("RU"))
    assert kept.takes(level("LD"))


def test_cells_that_differ_are_counted_in_grids_of_one_size():
    kept = Taken(CellsVariety(50))
    assert kept.takes(level(grid=["..", "##"]))
    assert not kept.takes(level(grid=["..", "#."]))
    assert kept.takes(level(grid=[".#", ".#"]))
    assert kept.takes(level(grid=["..##"]))
    assert kept.takes(level(grid=["PP", "PP"]))


def test_ways_are_alike_when_they_pass_the_same_cells_in_the_same_order():
    kept = Taken(PathVariety(lambda rows, certificate: places_along(certificate.start, certificate.moves)))
    assert kept.takes(level("RRU"))
    assert not kept.takes(level("R-RU"))
    assert kept.takes(level("RUR"))
    assert kept.takes(level("RR"))


def test_what_was_refused_is_not_remembered():
    kept = Taken(MovesVariety(50, mirrored=False))
    assert kept.takes(level("UUUU"))
    assert not kept.takes(level("UUUR"))
    assert kept.takes(level("UURR"))


def test_distances_of_levels_are_exact_from_the_limit_that_matters_on():
    kept = CellsVariety(50).start()
    for grid in (["....", "...."], ["####", "...."]):
        kept.add(level(grid=grid))
    assert kept.distance(level(grid=["####", "#..."])) == 12
    assert kept.distance(level(grid=["####", "#..."]), 12) == 12
    assert kept.distance(level(grid=["####", "#..."]), 13) < 13
    assert kept.distance(level(grid=["PPPP", "PPPP"])) == 100
    assert kept.distance_of_moves("U") == 100


def test_ways_over_the_same_cells_are_alike_though_their_moves_differ():
    # up and down the same corridor: hardly a move is the same, and the places are in parts
    there = Level(1, (".........",) * 9, Certificate((0, 0), (4, 4), "RRRRDDDD"), {}, 1, False)
    back = Level(1, (".........",) * 9, Certificate((1, 0), (4, 4), "RRRDDDDUDUD"), {}, 1, False)
    loose, close = Taken(MovesVariety(20, mirrored=False)), Taken(MovesVariety(20, mirrored=False, places=30))
    assert loose.takes(there)
    assert loose.takes(back)
    assert close.takes(there)
    assert not close.takes(back)
