import random
from collections import Counter

import pytest

from doublebill.errors import InvalidInput
from doublebill.games.chamber.kind import CHAMBER, ChamberSpec
from doublebill.games.files import as_json
from doublebill.games.levels.generate import generate
from doublebill.schema import read
from playable import faults, open_cells, walk


def made(spec, seed, index=0):
    return as_json(generate(CHAMBER, spec, seed, index), CHAMBER.legend)


def settings(count):
    """Random specs of which chambers are known: each way up to a third of the cells, walls enough to keep it."""
    choose = random.Random(12)
    for _ in range(count):
        width, height = choose.choice([(11, 7), (18, 12), (choose.randint(5, 16), choose.randint(5, 16))])
        area = width * height

        def asked(low, high, choose=choose):
            value = choose.randint(low, high)
            return choose.choice([None, value, value, (value, value + choose.randint(0, 5))])

        yield ChamberSpec(
            width,
            height,
            asked(2, area // 3),
            asked(2, area // 3),
            asked(1, area // 12),
            asked(area * 3 // 10, area // 2),
        )


def test_chambers_of_random_settings_are_playable_and_as_asked():
    for seed, spec in enumerate(settings(200)):
        item = made(spec, seed)
        assert faults("chamber", item) == []
        assert not item["fallback"], (spec, item["controls"])


def test_chambers_of_every_size_are_playable():
    for width, height in [(3, 3), (3, 20), (20, 3), (4, 3), (5, 5), (11, 7), (18, 12), (31, 8), (40, 40), (64, 64)]:
        for seed in range(4):
            item = made(ChamberSpec(width, height), seed)
            assert faults("chamber", item) == []
            assert not item["fallback"]
            assert item["controls"]["enemies"]["measured"] >= 1


@pytest.mark.parametrize(
    "spec",
    [
        ChamberSpec(player_key=1, key_door=1),
        ChamberSpec(player_key=40, key_door=40),
        ChamberSpec(player_key=1, key_door=40),
        ChamberSpec(player_key=40, key_door=1),
        ChamberSpec(player_key=16, key_door=2, walls=0),
        ChamberSpec(walls=74, enemies=0),
        ChamberSpec(walls=0, enemies=74),
        ChamberSpec(enemies=60),
        ChamberSpec(enemies=0),
        ChamberSpec(player_key=20, key_door=21, walls=55),
        ChamberSpec(3, 3, 3, 3, 0, 4),
    ],
)
def test_extreme_settings_are_met(spec):
    for seed in range(5):
        item = made(spec, seed)
        assert faults("chamber", item) == []
        assert not item["fallback"], item["controls"]


@pytest.mark.parametrize(
    "spec",
    [
        ChamberSpec(player_key=44, key_door=44, walls=(5, 20)),
        ChamberSpec(key_door=46),
        ChamberSpec(3, 3, 5, 2, 0, 2),
    ],
)
def test_what_is_hardly_possible_is_playable_nevertheless(spec):
    for seed in range(3):
        assert faults("chamber", made(spec, seed)) == []


def test_hardly_any_two_of_a_hundred_chambers_share_a_solution():
    moves = Counter(made(ChamberSpec(), "batch", index)["certificate"]["moves"] for index in range(100))
    assert sum(count - 1 for count in moves.values()) <= 2


def test_hardly_any_two_of_a_hundred_chambers_share_a_short_solution():
    spec = ChamberSpec(player_key=8, key_door=8)
    moves = Counter(made(spec, "batch", index)["certificate"]["moves"] for index in range(100))
    assert sum(count - 1 for count in moves.values()) <= 2


def test_enemies_leave_the_way_and_the_start_free_where_there_is_room():
    for seed in range(50):
        item = made(ChamberSpec(enemies=3, walls=30, player_key=8, key_door=8), seed)
        cells = open_cells(item["grid"])
        way = walk(cells, item["certificate"]["from"], item["certificate"]["moves"])
        enemies = {(x, y) for x, y in cells if item["grid"][y][x] == "E"}
        assert not enemies & set(way)


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"width": 2}, "spec.width"),
        ({"height": 65}, "spec.height"),
        ({"player_key": 0}, "spec.player_key"),
        ({"enemies": -1}, "spec.enemies"),
        ({"walls": [0, 4097]}, "spec.walls[1]"),
        ({"key_door": [True, 3]}, "spec.key_door"),
        ({"enemy": 3}, "spec.enemy"),
    ],
)
def test_what_is_not_a_spec_is_refused_by_name(value, field):
    with pytest.raises(InvalidInput) as refused:
        read(ChamberSpec, value, "spec")
    assert [complaint.field.removesuffix("[0]") for complaint in refused.value.complaints] == [field]
