import pytest

from doublebill.games.kinds import KINDS
from doublebill.games.levels.generate import generate
from doublebill.games.plans.from_rows import plan_from_rows, rows_of
from sample_levels import EVIL, LEGEND, LEVEL, PATH, planned


def test_ground_lies_under_things_and_things_stand_row_by_row():
    plan = planned(LEVEL, LEGEND, "dungeon", PATH)
    assert plan.ground == ("...", ".#.", "...")
    assert [(thing.id, thing.name, thing.x, thing.y) for thing in plan.things] == [
        (1, "player", 0, 0),
        (2, "enemy", 2, 0),
        (3, "key", 0, 2),
        (4, "door", 2, 2),
    ]
    assert plan.properties == {"moves": "DDRR"}
    assert (list(plan.path), plan.open_ground) == (PATH, ".")


def test_only_walls_and_what_lies_outside_are_solid():
    plan = planned(LEVEL, LEGEND, "dungeon")
    solid = {(x, y) for x in range(-1, 4) for y in range(-1, 4) if plan.is_solid(x, y)}
    assert solid == {(x, y) for x in range(-1, 4) for y in range(-1, 4) if not (0 <= x < 3 and 0 <= y < 3)} | {(1, 1)}


def test_a_crate_on_a_goal_is_two_things_with_the_goal_below():
    legend = KINDS["sokoban"].legend
    plan = plan_from_rows("sokoban", 1, ("*+", "$o"), legend)
    assert [thing.name for thing in plan.things] == ["goal", "crate", "goal", "player", "crate", "goal"]
    assert rows_of(plan) == ("*+", "$o")


def test_things_without_a_symbol_together_show_the_uppermost():
    plan = plan_from_rows("sokoban", 1, ("*.",), {".": "floor", "*": "crate on goal", "$": "crate"})
    assert rows_of(plan) == ("*.",)
    alone = plan_from_rows("x", 1, ("$",), {"$": "crate"})
    assert (alone.ground, alone.grounds["."].name, rows_of(alone)) == ((".",), "floor", ("$",))


def test_names_that_nobody_can_read_become_question_marks():
    assert [thing.name for thing in planned(LEVEL, EVIL, "dungeon").things] == ['<b>&"?', "é 木", "key", "door"]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_comes_back_from_its_plan(kind):
    level = generate(kind, kind.spec(), 5)
    plan = kind.plan(level)
    assert rows_of(plan) == level.grid
    assert not {thing.name for thing in plan.things} & {ground.name for ground in plan.grounds.values()}
    assert all(not plan.is_solid(thing.x, thing.y) for thing in plan.things)


NAMES = {"#": "wall", ".": "floor", "a": "red key", "A": "red door", "k": "small key", "K": "small door"}
METAL = {"q": "iron lever", "Q": "iron gate", "y": "key", "D": "door", "X": "exit"}


@pytest.mark.parametrize(
    ("row", "links"),
    [
        ("aA", {1: (2,)}),
        ("aAA", {1: (2, 3)}),
        ("kK", {}),
        ("Qq", {2: (1,)}),
        ("yX", {1: (2,)}),
        ("yXD", {1: (3,)}),
        ("aX", {}),
    ],
)
def test_keys_and_levers_have_the_ids_of_what_they_open(row, links):
    things = plan_from_rows("room", 1, (row,), NAMES | METAL).things
    assert {thing.id: thing.opens for thing in things if thing.opens} == links
