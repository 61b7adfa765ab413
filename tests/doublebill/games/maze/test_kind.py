import random

import pytest

from doublebill.errors import InvalidInput
from doublebill.games.files import as_json
from doublebill.games.levels.generate import generate
from doublebill.games.maze.kind import MAZE, MazeSpec, open_counts
from doublebill.games.maze.solver import percent
from doublebill.schema import read
from playable import faults


def made(spec, seed, index=0):
    return as_json(generate(MAZE, spec, seed, index), MAZE.legend)


def test_the_ends_of_a_maze_are_a_player_and_an_exit_in_its_plan():
    level = generate(MAZE, MazeSpec(), 3)
    things = {thing.name: (thing.x, thing.y) for thing in MAZE.plan(level).things}
    assert things == {"player": level.certificate.start, "exit": level.certificate.goal}
    assert MAZE.plan(level).ground == level.grid


def settings(count):
    """Random specs of which mazes are known: paths up to half of the cells, a share that the path leaves room for."""
    choose = random.Random(11)
    for _ in range(count):
        width, height = choose.randint(5, 16), choose.randint(5, 16)
        corners, half = width + height - 2, width * height // 2
        path = choose.randint(corners, half) if half > corners else corners
        least = max(path + 1, width * height * 2 // 5)
        openness = percent(choose.randint(least, max(least, width * height * 3 // 5)), width * height)
        yield MazeSpec(
            width,
            height,
            choose.choice([None, path, (path - 2, path + 2)]),
            choose.choice([None, openness, (openness, openness + 3)]),
        )


def test_mazes_of_random_settings_are_playable_and_as_asked():
    for seed, spec in enumerate(settings(150)):
        item = made(spec, seed)
        assert faults("maze", item) == []
        assert not item["fallback"], (spec, item["controls"])


def test_mazes_of_every_size_are_playable():
    for width, height in [(3, 3), (3, 20), (20, 3), (4, 3), (5, 5), (14, 14), (31, 8), (24, 24)]:
        for seed in range(4):
            item = made(MazeSpec(width, height), seed)
            assert faults("maze", item) == []
            assert not item["fallback"]


@pytest.mark.parametrize(("width", "height"), [(80, 24), (256, 34)])
def test_mazes_of_maps_are_playable(width, height):
    item = made(MazeSpec(width, height), 1)
    assert (len(item["grid"][0]), len(item["grid"])) == (width, height)
    assert faults("maze", item) == []


@pytest.mark.parametrize("openness", [5, 20, 50, 70, 80, 95, 100])
def test_any_share_of_open_cells_can_be_asked(openness):
    for seed in range(5):
        item = made(MazeSpec(openness=openness), seed)
        assert faults("maze", item) == []
        assert item["controls"]["openness"]["measured"] == openness


@pytest.mark.parametrize("path", [1, 2, 15, 26, 60, 98, 104])
def test_any_path_that_lines_to_and_fro_hold_can_be_asked(path):
    for seed in range(5):
        item = made(MazeSpec(path=path), seed)
        assert faults("maze", item) == []
        assert item["controls"]["path"]["measured"] == path


def test_long_paths_fit_into_large_mazes():
    item = made(MazeSpec(40, 40, path=800), 1)
    assert item["controls"]["path"]["met"]


def test_mazes_differ_in_many_cells():
    grids = ["".join(made(MazeSpec(), seed)["grid"]) for seed in range(100)]
    alike = [sum(a == b for a, b in zip(one, other, strict=True)) for i, one in enumerate(grids) for other in grids[:i]]
    assert max(alike) < 0.75 * 196
    assert sum(alike) / len(alike) < 0.55 * 196


def test_a_maze_is_corridors_and_not_a_hall():
    squares = 0
    for seed in range(50):
        grid = made(MazeSpec(), seed)["grid"]
        squares += sum("#" not in grid[y][x : x + 2] + grid[y + 1][x : x + 2] for y in range(13) for x in range(13))
    assert squares / 50 < 169 * 0.05


def test_open_counts_are_those_that_round_to_the_share():
    for area_of in ((3, 3), (7, 5), (14, 14), (10, 20)):
        for low, high in ((1, 1), (11, 12), (50, 50), (99, 100), (1, 100)):
            spec = MazeSpec(*area_of, openness=(low, high))
            counts = [count for count in range(2, spec.area + 1) if low <= percent(count, spec.area) <= high]
            assert list(open_counts(spec)) == counts


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"width": 0}, "spec.width"),
        ({"width": 1}, "spec.width"),
        ({"height": 10**6}, "spec.height"),
        ({"width": "10"}, "spec.width"),
        ({"width": True}, "spec.width"),
        ({"width": 9.5}, "spec.width"),
        ({"width": None}, "spec.width"),
        ({"path": 0}, "spec.path"),
        ({"path": [1, 2, 3]}, "spec.path"),
        ({"path": [0, 2]}, "spec.path[0]"),
        ({"path": "long"}, "spec.path"),
        ({"openness": 101}, "spec.openness"),
        ({"openness": 0.5}, "spec.openness"),
        ({"colour": "red"}, "spec.colour"),
    ],
)
def test_what_is_not_a_spec_is_refused_by_name(value, field):
    with pytest.raises(InvalidInput) as refused:
        read(MazeSpec, value, "spec")
    assert [complaint.field for complaint in refused.value.complaints] == [field]
