import pytest

from doublebill.games.dice import Dice
from doublebill.games.dungeon.layout.bit_shapes import grown, halls
from doublebill.games.dungeon.layout.caves import OUTLINE, corners
from doublebill.games.dungeon.layout.plots import cut_plots
from doublebill.games.dungeon.layout.room_shapes import shape_rooms
from doublebill.games.grids.grid import board_of

BOARD = board_of(80, 50)


def rooms(seed, size=45, caves=0):
    dice = Dice(0, "rooms", seed)
    return shape_rooms(BOARD, cut_plots(80, 50, 24, 3, dice), size, caves, dice)


@pytest.mark.parametrize("seed", range(30))
def test_every_cell_of_a_room_lies_in_an_open_block(seed):
    assert all(halls(BOARD, room.cells) == room.cells for room in rooms(seed, caves=seed % 25))


@pytest.mark.parametrize("seed", range(30))
def test_rooms_lie_inside_and_apart(seed):
    made = rooms(seed, caves=seed % 25)
    rims = [grown(BOARD, room.cells) for room in made]
    assert sum(rim.bit_count() for rim in rims) == sum(rims).bit_count()
    assert all(room.x >= 1 and room.y >= 1 and room.x + room.width < 80 and room.y + room.height < 50 for room in made)


def test_rooms_have_the_size_on_average():
    for size in (20, 33, 45):
        made = rooms(size, size)
        assert round(sum(room.cells.bit_count() for room in made) / len(made)) == size


def test_rooms_have_several_shapes():
    filled = {room.cells.bit_count() == room.width * room.height for seed in range(3) for room in rooms(seed)}
    assert filled == {True, False}


@pytest.mark.parametrize("caves", [0, 5, 10])
def test_so_many_rooms_are_caves(caves):
    assert sum(corners(BOARD, room.cells) > OUTLINE for room in rooms(2, 60, caves)) == caves
