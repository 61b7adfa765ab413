import pytest

from checkers.dungeon import faults
from doublebill.errors import InvalidInput, Unsatisfiable
from doublebill.games.content_kind import GenerationRequest, LevelOptions
from doublebill.games.dungeon.kind import DUNGEON
from doublebill.games.files import FILES
from doublebill.games.grids.constraints import FixedTile


def made(spec, seed, count=1, **options):
    return DUNGEON.generate(GenerationRequest(spec, seed, count, LevelOptions(**options))).items


@pytest.mark.parametrize("locks", range(7))
@pytest.mark.parametrize("size", [(80, 50), (79, 30), (40, 40)], ids=str)
def test_dungeons_can_be_finished_in_any_order(size, locks, sampled):
    width, height = size
    count = len(sampled(range(3), 3))
    for item in made({"width": width, "height": height, "locks": locks}, f"order {locks}", count):
        assert faults(item) == []
        assert item["controls"]["locks"]["measured"] == locks


@pytest.mark.parametrize(
    "spec",
    [
        {"width": 12, "height": 12},
        {"width": 12, "height": 256, "dead_ends": 3},
        {
            "width": 60,
            "height": 40,
            "rooms": 15,
            "room_size": 40,
            "loops": 0,
            "dead_ends": 0,
            "foes": 0,
            "treasures": 0,
        },
        {"width": 60, "height": 40, "rooms": 20, "loops": 6, "dead_ends": 5, "locks": 4, "foes": 30, "treasures": 12},
        {"rooms": 2, "locks": 1},
        {"width": 80, "height": 50, "rooms": [16, 20], "caves": [16, 20], "locks": 4},
        {"width": 80, "height": 50, "rooms": 18, "caves": 6, "floors": 2},
        {"width": 60, "height": 40, "difficulty": [40, 50], "foes": [15, 20], "boss": 1},
        {"width": 60, "height": 40, "locks": 6, "small_locks": 6, "boss": 1},
        {"width": 60, "height": 40, "locks": 12, "gates": 4, "boss": 0},
        {"width": 60, "height": 40, "locks": 5, "depth": 5, "small_locks": 0},
        {"width": 60, "height": 40, "locks": 5, "depth": 1, "small_locks": 1},
        {"width": 60, "height": 40, "layout": "caves"},
        {"rooms": 2, "layout": "mixed"},
        {"width": 60, "height": 40, "layout": "caves", "vaults": 2},
        {"rooms": 4, "room_size": 100, "foes": 90},
    ],
    ids=str,
)
def test_controls_are_met(spec, sampled):
    for item in made(spec, "controls", len(sampled(range(5), 3))):
        assert faults(item) == []
        assert not item["fallback"]


@pytest.mark.parametrize("floors", [2, 3, pytest.param(20, marks=pytest.mark.at_length)])
def test_floors_are_joined_by_stairs(floors):
    (item,) = made({"width": 40, "height": 20, "floors": floors, "locks": 5}, "floors", 1)
    assert faults(item) == []
    assert not item["fallback"]
    assert len(item["floors"]) == floors
    assert len(item["grid"]) == 20 * floors


def test_what_is_to_be_harder_is_harder():
    measured = [
        [
            item["controls"]["difficulty"]["measured"]
            for item in made({"width": 80, "height": 50, "difficulty": target}, "harder", 4)
        ]
        for target in (20, 50, 80)
    ]
    for target, those in zip((20, 50, 80), measured, strict=True):
        assert all(abs(one - target) <= 1 for one in those)


def test_the_largest_dungeon_is_made():
    (item,) = made({"width": 256, "height": 256}, 1)
    assert len(item["rooms"]) > 200
    assert len(item["grid"]) == len(item["grid"][0]) == 256


def test_half_of_the_floor_lies_in_rooms_and_no_corridor_ends_nowhere():
    for item in made({"width": 80, "height": 50}, "shape", 5):
        floor = sum(len(row) - row.count("#") for row in item["grid"])
        assert item["controls"]["room_size"]["measured"] * len(item["rooms"]) >= floor / 2
        assert item["controls"]["dead_ends"]["measured"] == 0


@pytest.mark.parametrize("form", [form for form in FILES if form != "xsb"])
def test_every_file_format_is_written(form):
    (item,) = made({}, 1, format=form, solution=form != "csv")
    assert item["data"]
    assert "rooms" not in item


def test_the_format_of_sokoban_is_refused():
    with pytest.raises(InvalidInput, match="xsb has no symbol for"):
        made({}, 1, format="xsb")


@pytest.mark.parametrize(
    ("options", "field"),
    [({"fixed": (FixedTile(1, 1, "P"),)}, "fixed"), ({"must_have": ("$",)}, "must_have")],
    ids=["fixed", "must_have"],
)
def test_tiles_that_stay_are_refused(options, field):
    with pytest.raises(InvalidInput) as error:
        made({}, 1, **options)
    assert [complaint.field for complaint in error.value.complaints] == [field]


def test_what_cannot_be_is_refused():
    with pytest.raises(Unsatisfiable):
        made({"rooms": 3, "locks": 5}, 1)


def test_a_loop_joins_rooms_that_no_other_corridor_joins():
    for item in made({"width": 80, "height": 50, "loops": 8, "locks": 1}, "loops", 5):
        joined = [tuple(sorted(link["rooms"])) for link in item["graph"]]
        assert len(joined) == len(set(joined))
        assert item["controls"]["loops"]["met"]
