from dataclasses import replace

from doublebill.games.dungeon.kind import DUNGEON
from doublebill.games.levels.generate import generate
from doublebill.games.plans.floors import floors_of
from doublebill.games.plans.level_plan import LevelPlan
from sample_levels import LEGEND, LEVEL, planned

SPEC = DUNGEON.spec(width=30, height=16, floors=3)
LEVEL_OF_FLOORS = generate(DUNGEON, SPEC, 4)
WHOLE = DUNGEON.plan(LEVEL_OF_FLOORS, DUNGEON.rules.path(LEVEL_OF_FLOORS.grid, LEVEL_OF_FLOORS.certificate))
FLOORS = floors_of(WHOLE)


def test_a_level_of_one_floor_is_itself():
    plan = planned(LEVEL, LEGEND, "maze")
    assert list(floors_of(plan)) == [plan]


def test_floors_together_have_all_rows_things_and_rooms():
    assert tuple(row for floor in FLOORS for row in floor.ground) == WHOLE.ground
    shift = [(one, 16 * number) for number, floor in enumerate(FLOORS) for one in floor.things]
    assert [replace(one, y=one.y + down) for one, down in shift] == list(WHOLE.things)
    assert [room.id for floor in FLOORS for room in floor.regions] == [room.id for room in WHOLE.regions]
    assert all(one.properties["floor"] == floor.floor for floor in FLOORS for one in floor.regions)


def test_floors_are_numbered_and_say_so():
    assert [(floor.name, floor.floor, floor.facts["floor"]) for floor in FLOORS] == [
        ("dungeon-4-floor-1", 1, 1),
        ("dungeon-4-floor-2", 2, 2),
        ("dungeon-4-floor-3", 3, 3),
    ]


def test_stairs_lead_to_stairs_of_the_next_floor_and_back():
    stairs = {one.id: (one, floor.floor) for floor in FLOORS for one in floor.things if one.to}
    assert sorted(one.name for one, _ in stairs.values()) == ["stairs down", "stairs down", "stairs up", "stairs up"]
    for one, floor in stairs.values():
        other, there = stairs[one.to]
        assert other.to == one.id
        assert there - floor == (1 if one.name == "stairs down" else -1)


def test_the_way_on_each_floor_is_one_line():
    def together(floor: LevelPlan) -> bool:
        steps = zip(floor.path, floor.path[1:], strict=False)
        return all(abs(x - a) + abs(y - b) == 1 for (x, y), (a, b) in steps)

    assert all(floor.path and together(floor) for floor in FLOORS)
