import pytest

from doublebill.games.kinds import KINDS
from doublebill.games.levels.generate import generate
from doublebill.games.plans.border import bordered
from doublebill.games.plans.from_rows import plan_from_rows
from sample_levels import LEGEND, LEVEL, PATH, planned


def test_a_wall_goes_around_and_all_moves_along():
    plan = bordered(planned(LEVEL, LEGEND, "dungeon", PATH))
    assert plan.ground == ("#####", "#...#", "#.#.#", "#...#", "#####")
    assert [(thing.id, thing.name, thing.x, thing.y) for thing in plan.things][:2] == [
        (1, "player", 1, 1),
        (2, "enemy", 3, 1),
    ]
    assert plan.path == tuple((x + 1, y + 1) for x, y in PATH)


def test_a_level_that_is_closed_already_stays_as_it_is():
    plan = plan_from_rows("room", 1, ("###", "#.#", "###"), LEGEND)
    assert bordered(plan) is plan
    assert bordered(bordered(plan_from_rows("room", 1, (".",), LEGEND))).ground == plan.ground


@pytest.mark.parametrize(("kind", "closed"), [("maze", True), ("platform", True), ("runner", False)])
def test_levels_without_walls_stay_open(kind, closed):
    recipe = KINDS[kind]
    plan = recipe.plan(generate(recipe, recipe.spec(), 1))
    assert (bordered(plan).width == plan.width + 2) == closed
