import pytest

from doublebill.games.dice import Dice
from doublebill.games.grids.grid import board_of, cells_of, rings, set_of
from doublebill.games.grids.winding_path import fork, serpentine, wind


def assert_is_a_trail(board, trail):
    """The cells lie one beside the next, and the open cells they make are that far apart and no nearer."""
    sweep = rings(board, set_of(trail), 1 << trail[0])
    assert [list(cells_of(ring)) for ring in sweep] == [[cell] for cell in trail]
    assert set(trail) <= set(board.cells)


@pytest.mark.parametrize("share", [2, 10, 30, 45])
def test_a_trail_touches_nothing_of_itself_and_is_as_long_as_asked(share):
    for seed in range(15):
        dice = Dice(1, "trail", seed)
        board = board_of(dice.between(7, 15), dice.between(7, 15))
        length = max(len(board.cells) * share // 100, 1)
        trail = wind(board, length, dice, straight=12)
        assert_is_a_trail(board, trail)
        assert len(trail) - 1 <= length
        assert share > 30 or len(trail) - 1 == length


def test_what_no_grid_holds_gives_a_trail_nevertheless():
    for seed in range(15):
        board = board_of(5, 4)
        trail = wind(board, 20, Dice(1, "trail", seed), straight=3)
        assert_is_a_trail(board, trail)
        assert len(trail) > 4


def test_a_centred_trail_starts_from_the_middle_of_the_grid():
    for width, height in ((9, 9), (8, 9), (9, 8), (8, 8)):
        board = board_of(width, height)
        trail = wind(board, 6, Dice(1, "trail", width), straight=30, centred=True)
        assert_is_a_trail(board, trail)
        assert board.cells[height // 2 * width + width // 2] in trail[2:5]


@pytest.mark.parametrize(
    ("width", "height", "longest"), [(3, 3, 6), (14, 14, 104), (5, 4, 13), (4, 5, 13), (3, 64, 128)]
)
def test_lines_to_and_fro_hold_about_half_of_the_grid(width, height, longest):
    for seed in range(10):
        board = board_of(width, height)
        for length in (1, longest - 1, longest):
            trail = serpentine(board, length, Dice(1, "trail", seed))
            assert_is_a_trail(board, trail)
            assert len(trail) - 1 == length
        full = serpentine(board, 4096, Dice(1, "trail", seed))
        assert_is_a_trail(board, full)
        assert len(full) - 1 == longest


def test_a_fork_is_as_long_as_asked_and_touches_the_trail_only_where_it_leaves_it():
    found = 0
    for seed in range(40):
        dice = Dice(1, "fork", seed)
        board = board_of(dice.between(7, 15), dice.between(7, 15))
        trail = wind(board, 12, dice, straight=2)
        way = fork(board, trail, 9, (2, 6), dice)
        if way:
            found += 1
            joint = max(position for position, cell in enumerate(way) if cell in trail)
            assert 2 <= joint <= 6
            assert way[: joint + 1] == trail[: joint + 1]
            assert_is_a_trail(board, way)
            both = trail[:joint:-1] + way[joint:]
            assert_is_a_trail(board, both)
    assert found > 20


def test_where_a_trail_leaves_no_room_there_is_no_fork():
    board = board_of(5, 3)
    ring = [board.cells[i] for i in (0, 1, 2, 3, 4, 9, 14, 13, 12, 11, 10)]
    assert fork(board, ring, 8, (0, 6), Dice(1, "fork", 1)) == []
