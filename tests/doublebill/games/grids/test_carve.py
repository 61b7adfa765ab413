import pytest

from doublebill.games.dice import Dice
from doublebill.games.grids.carve import Carving, scatter
from doublebill.games.grids.grid import board_of, cells_of, connected, longest_route, rings, set_of
from doublebill.games.grids.winding_path import wind


@pytest.mark.parametrize("halls", [False, True])
def test_every_label_is_the_distance_from_the_root(halls):
    for seed in range(40):
        dice = Dice(1, "carve", seed)
        board = board_of(dice.between(4, 14), dice.between(4, 14))
        trail = wind(board, len(board.cells) // 4, dice, straight=6)
        root = dice.below(len(trail))
        carving = Carving(board, trail, root)
        carving.open(dice.between(len(trail), len(board.cells)), halls, dice)
        sweep = rings(board, set_of(carving.opened), 1 << trail[root])
        found = {cell: far for far, ring in enumerate(sweep) for cell in cells_of(ring)}
        assert found == {cell: carving.distance[cell] for cell in carving.opened}


@pytest.mark.parametrize("halls", [False, True])
def test_in_a_carving_within_a_trail_no_cells_are_further_apart_than_the_ends(halls):
    for seed in range(40):
        dice = Dice(1, "carve", seed)
        board = board_of(dice.between(4, 12), dice.between(4, 12))
        trail = wind(board, dice.between(1, len(board.cells) // 3), dice, straight=6)
        carving = Carving(board, trail)
        carving.keep_within(trail)
        carving.open(dice.between(len(trail), len(board.cells)), halls, dice)
        assert len(longest_route(board, set_of(carving.opened))) == len(trail)


def test_as_many_cells_are_opened_as_asked_and_never_more():
    for seed in range(40):
        dice = Dice(1, "carve", seed)
        board = board_of(9, 9)
        carving = Carving(board, wind(board, 12, dice, straight=6))
        carving.open(40, False, dice)
        assert len(carving.opened) == 40


def test_corridors_do_not_join_while_others_can_still_grow():
    for seed in range(20):
        dice = Dice(1, "carve", seed)
        board = board_of(12, 12)
        carving = Carving(board, wind(board, 30, dice, straight=6))
        carving.open(70, False, dice)
        opened = set_of(carving.opened)
        joints = sum((opened & opened << step).bit_count() for step in (1, board.stride))
        assert joints == len(carving.opened) - 1


def test_a_spur_is_a_new_cell_at_the_wanted_distance():
    board = board_of(5, 5)
    trail = list(board.cells[10:15])
    carving = Carving(board, trail)
    assert carving.spur(Dice(1, "carve", 1), 3)
    (cell,) = set(carving.opened) - set(trail)
    assert board.xy(cell) in {(2, 1), (2, 3)}


def test_there_is_no_spur_where_everything_is_open():
    board = board_of(3, 3)
    carving = Carving(board, [board.cells[0]])
    carving.open(9, True, Dice(1, "carve", 1))
    assert not carving.spur(Dice(1, "carve", 1), 2)


def test_strewn_walls_leave_one_region_of_exactly_the_wanted_size():
    for seed in range(60):
        dice = Dice(1, "carve", seed)
        board = board_of(dice.between(3, 12), dice.between(3, 12))
        count = dice.between(1, len(board.cells))
        opened = scatter(board, count, dice)
        assert connected(board, opened)
        assert opened.bit_count() == count
        assert opened & ~board.inside == 0
