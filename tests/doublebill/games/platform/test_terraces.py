import pytest

from checkers.platform import faults
from doublebill.games.controls import Cell
from doublebill.games.files import as_json
from doublebill.games.grids.grid import board_of
from doublebill.games.levels.generate import generate
from doublebill.games.platform.kind import PLATFORM, PLATFORM_1, PlatformSpec
from doublebill.games.platform.physics import spread
from doublebill.games.platform.solver import Planes
from doublebill.games.platform.terraces import is_roomy

SIZES = (20, 12, 3), (40, 20, 3), (64, 40, 1)


def ground(grid):
    """The cells with something solid beneath, by rows."""
    below = [*grid[1:], "#" * len(grid[0])]
    rows = zip(grid, below, strict=True)
    return [["#" not in tile and under == "#" for tile, under in zip(*pair, strict=True)] for pair in rows]


def runs(grid):
    """The lengths of platforms: cells to stand on beside one another."""
    return [len(run) for row in ground(grid) for run in "".join(".x"[stands] for stands in row).split(".") if run]


def reached(grid):
    """The share of the cells to stand on that can be reached from the start."""
    world = Planes(grid)
    cells = world.cells(spread(world.scene, world.begin, world.ahead))
    board, stands = world.board, ground(grid)
    places = [board.cells[y * board.width + x] for y in range(board.height) for x in range(board.width) if stands[y][x]]
    return sum(cells >> place & 1 for place in places) / len(places)


@pytest.mark.parametrize(("width", "height", "count"), SIZES)
def test_large_levels_have_long_platforms_of_which_most_are_reached(width, height, count):
    for seed in range(count):
        level = generate(PLATFORM, PlatformSpec(width, height), seed)
        assert faults(as_json(level, PLATFORM.legend)) == []
        assert not level.fallback
        long = [run for run in runs(level.grid) if run >= 4]
        assert sum(long) >= 0.6 * sum(runs(level.grid))
        assert reached(level.grid) >= 0.6


def test_version_1_strews_crumbs_of_which_fewer_are_reached():
    grids = [generate(PLATFORM_1, PlatformSpec(40, 20), seed).grid for seed in range(3)]
    assert all(reached(grid) < 0.75 for grid in grids)
    assert all(sum(run for run in runs(grid) if run >= 4) < 0.6 * sum(runs(grid)) for grid in grids)


def test_ends_and_jumps_of_large_levels_are_met():
    for seed in range(4):
        spec = PlatformSpec(40, 20, Cell(seed, 19), Cell(39, seed), diamonds=6, jumps=(8, 20), spikes=5)
        level = generate(PLATFORM, spec, seed)
        assert faults(as_json(level, PLATFORM.legend)) == []
        assert not level.fallback, level.controls


def test_a_grid_has_room_for_terraces_by_its_size_and_the_jump():
    assert is_roomy(board_of(20, 12), 2)
    assert not is_roomy(board_of(19, 12), 2)
    assert not is_roomy(board_of(20, 11), 2)
    assert not is_roomy(board_of(40, 20), 1)
