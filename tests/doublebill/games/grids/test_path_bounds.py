"""The bounds are compared with every grid there is of a few small sizes: what exists is never refused."""

import functools

import pytest

from doublebill.errors import Unsatisfiable
from doublebill.games.chamber.kind import ACTORS, CHAMBER, ChamberSpec
from doublebill.games.grids.path_bounds import longest_path, shortest_path
from doublebill.games.maze.kind import MAZE, MazeSpec
from doublebill.games.maze.solver import percent
from playable import distances

SIZES = [(3, 3), (4, 3)]


@functools.cache
def every_region(width, height):
    """All connected sets of two or more cells, each with the distances between all of its cells."""
    places = [(x, y) for y in range(height) for x in range(width)]
    found = []
    for chosen in range(1 << len(places)):
        cells = {place for i, place in enumerate(places) if chosen >> i & 1}
        if len(cells) > 1 and len(distances(cells, min(cells))) == len(cells):
            found.append((cells, {cell: distances(cells, cell) for cell in cells}))
    return found


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_no_maze_that_exists_is_refused(width, height):
    for cells, apart in every_region(width, height):
        path = max(max(reached.values()) for reached in apart.values())
        MAZE.generator.check(MazeSpec(width, height, path, percent(len(cells), width * height)))


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_no_chamber_that_exists_is_refused(width, height):
    exist = set()
    for cells, apart in every_region(width, height):
        for door in cells:
            for key in cells - {door}:
                lengths = distances(cells - {door}, key)
                del lengths[key]
                exist |= {(far, apart[key][door], width * height - len(cells)) for far in lengths.values()}
    for player_key, key_door, walls in exist:
        enemies = width * height - walls - ACTORS
        CHAMBER.generator.check(ChamberSpec(width, height, player_key, key_door, enemies, walls))


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_no_path_is_longer_or_shorter_than_its_bounds(width, height):
    for cells, apart in every_region(width, height):
        path = max(max(reached.values()) for reached in apart.values())
        assert shortest_path(len(cells)) <= path <= longest_path(width, height, len(cells))


def test_the_bound_on_a_path_is_reached_by_a_grid_of_three_by_three():
    assert longest_path(3, 3, 0) == 6


def refused(check, spec):
    with pytest.raises(Unsatisfiable) as error:
        check(spec)
    assert all(complaint.problem and complaint.fix for complaint in error.value.complaints)
    return [complaint.field for complaint in error.value.complaints]


@pytest.mark.parametrize(
    ("spec", "fields"),
    [
        (MazeSpec(14, 14, path=140), ["spec.path", "spec.width", "spec.height"]),
        (MazeSpec(3, 3, openness=(90, 99)), ["spec.openness", "spec.width", "spec.height"]),
        (MazeSpec(3, 3, openness=1), ["spec.openness", "spec.width", "spec.height"]),
        (MazeSpec(14, 14, path=60, openness=20), ["spec.path", "spec.openness"]),
        (MazeSpec(14, 14, path=120, openness=99), ["spec.path", "spec.openness"]),
        (MazeSpec(14, 14, path=27, openness=100), ["spec.path", "spec.openness"]),
        (MazeSpec(14, 14, path=(1, 8), openness=50), ["spec.path", "spec.openness"]),
        (MazeSpec(14, 14, path=(9, 8)), ["spec.path[0]", "spec.path[1]"]),
    ],
)
def test_mazes_that_cannot_be_are_refused_naming_what_conflicts(spec, fields):
    assert refused(MAZE.generator.check, spec) == fields


@pytest.mark.parametrize(
    ("spec", "fields"),
    [
        (ChamberSpec(player_key=60), ["spec.player_key", "spec.width", "spec.height"]),
        (ChamberSpec(key_door=60), ["spec.key_door", "spec.width", "spec.height"]),
        (ChamberSpec(enemies=75), ["spec.enemies", "spec.width", "spec.height"]),
        (ChamberSpec(walls=75), ["spec.walls", "spec.width", "spec.height"]),
        (ChamberSpec(enemies=20, walls=55), ["spec.enemies", "spec.walls"]),
        (ChamberSpec(player_key=(20, 30), walls=(56, 70)), ["spec.player_key", "spec.walls"]),
        (ChamberSpec(key_door=(22, 30), walls=(56, 70)), ["spec.key_door", "spec.walls"]),
        (ChamberSpec(player_key=17, walls=0), ["spec.player_key", "spec.walls"]),
        (ChamberSpec(key_door=17, walls=0), ["spec.key_door", "spec.walls"]),
        (
            ChamberSpec(walls=(9, 8), enemies=(2, 1)),
            [f"spec.{name}" for name in ("enemies[0]", "enemies[1]", "walls[0]", "walls[1]")],
        ),
    ],
)
def test_chambers_that_cannot_be_are_refused_naming_what_conflicts(spec, fields):
    assert refused(CHAMBER.generator.check, spec) == fields


def test_what_is_just_possible_is_not_refused():
    CHAMBER.generator.check(ChamberSpec(enemies=74, walls=0))
    CHAMBER.generator.check(ChamberSpec(player_key=19, walls=56))
    CHAMBER.generator.check(ChamberSpec(key_door=20, walls=56))
    CHAMBER.generator.check(ChamberSpec(player_key=16, key_door=16, walls=0))
    MAZE.generator.check(MazeSpec(14, 14, path=26, openness=100))
    MAZE.generator.check(MazeSpec(3, 3, openness=22))
