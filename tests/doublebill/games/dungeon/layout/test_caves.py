import pytest

from doublebill.games.dice import Dice
from doublebill.games.dungeon.layout.bit_shapes import halls, loops, regions
from doublebill.games.dungeon.layout.caves import OUTLINE, corners, grow_cave, majority, moved
from doublebill.games.grids.grid import board_of, cells_of, read_rows


@pytest.mark.parametrize("seed", range(20))
def test_a_cave_is_one_region_without_pillars_and_with_many_corners(seed):
    board = board_of(12, 9)
    cave = grow_cave(12, 9, Dice(0, "cave", seed))
    assert len(list(regions(board, cave))) == 1
    assert loops(board, cave) == 0
    assert halls(board, cave) == cave
    assert corners(board, cave) > OUTLINE


def test_in_a_small_rectangle_no_cave_grows():
    assert grow_cave(4, 3, Dice(0, "cave", 1)) == 0


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        (("....", ".##.", ".##.", "...."), 8),
        (("#####", "#...#", "#...#", "#####"), 4),
        (("#####", "#..##", "#...#", "##..#", "#####"), 8),
        (("####", "#.##", "##.#", "####"), 8),
    ],
)
def test_corners_of_an_outline_are_counted(rows, count):
    assert corners(*read_rows(rows)) == count


def test_a_cell_takes_the_side_of_five_of_nine():
    board, opened = read_rows(("..#.", ".##.", "...#", "#..."))
    around = {
        cell: sum(opened >> (cell + down * board.stride + across) & 1 for down in (-1, 0, 1) for across in (-1, 0, 1))
        for cell in board.cells
    }
    assert set(cells_of(majority(board, opened))) == {cell for cell, count in around.items() if count >= 5}


def test_a_set_is_moved_to_another_board():
    board, opened = read_rows(("#.", ".."))
    other = board_of(5, 4)
    there = moved(opened, board, other, (2, 1))
    assert [other.xy(cell) for cell in cells_of(there)] == [(3, 1), (2, 2), (3, 2)]
    assert moved(there, other, board, (-2, -1)) == opened
