import pytest

from doublebill.errors import NotReached
from doublebill.games.chamber.kind import CHAMBER, ChamberSpec
from doublebill.games.kinds import KINDS
from doublebill.games.levels.generate import generate
from doublebill.games.levels.pooled.pooled_batch import farthest
from doublebill.games.maze.kind import MAZE, MazeSpec
from doublebill.games.spec_list import SpecList
from doublebill.games.step_budget import StepBudget, StepsSpent, counted
from doublebill.games.variety.pool_measures import MEASURES

SPECS = SpecList([MazeSpec(9, 9), MazeSpec(12, 7), MazeSpec(9, 9), MazeSpec(9, 9, openness=60)], listed=True)


def nearest(measure, levels, legend):
    percents = MEASURES[measure](levels, legend)
    return min(int(percents(one)[other]) for one in range(len(levels)) for other in range(one))


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("kind", [MAZE, CHAMBER], ids=["maze", "chamber"])
def test_a_chosen_batch_is_more_varied_than_the_first_levels(kind, measure):
    made = farthest(kind, SpecList([kind.spec()] * 12), 5, MEASURES[measure])
    first = [generate(kind, kind.spec(), 5, index) for index in range(12)]
    assert made.nearest == nearest(measure, made.levels, kind.legend) > nearest(measure, first, kind.legend)
    assert [generate(kind, kind.spec(), level.seed) for level in made.levels] == made.levels


def test_each_item_of_a_list_keeps_its_own_spec_and_seed():
    made = farthest(MAZE, SPECS, "pool", MEASURES["structure"])
    assert made.levels[0].seed == "pool"
    seeds = [level.seed for level in made.levels]
    assert [generate(MAZE, spec, seed) for spec, seed in zip(SPECS.specs, seeds, strict=True)] == made.levels


def test_a_level_that_meets_every_control_is_not_given_up():
    spec = ChamberSpec(6, 6, player_key=9, key_door=9)
    made = farthest(CHAMBER, SpecList([spec] * 10), 1, MEASURES["cells"])
    pool = [generate(CHAMBER, spec, level.seed) for level in made.levels]
    assert sum(level.fallback for level in made.levels) <= sum(level.fallback for level in pool)
    assert not all(level.fallback for level in made.levels)


def test_the_pool_is_as_large_as_the_steps_allow():
    def made(steps):
        with counted(StepBudget(steps)) as budget:
            batch = farthest(MAZE, SpecList([MazeSpec()] * 6), 1, MEASURES["cells"])
        assert budget.spent <= steps
        return batch

    few, some, all_ = made(2_500), made(15_000), made(7_000_000)
    assert 0 < len(few.levels) < 6
    assert (len(some.levels), some.levels[0].seed) == (6, 1)
    assert len(all_.levels) == 6
    assert all_.nearest >= (some.nearest or 0)
    with pytest.raises(NotReached):
        made(20)


def test_what_cannot_be_measured_within_the_steps_is_left_as_it_is():
    def unmeasurable(levels, legend):
        raise StepsSpent("more than that")

    made = farthest(MAZE, SpecList([MazeSpec()] * 3), 1, unmeasurable)
    assert made.levels == [generate(MAZE, MazeSpec(), 1, index) for index in range(3)]
    assert made.nearest is None


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_has_every_measure(kind):
    levels = [generate(kind, kind.spec(), seed) for seed in (1, 2)]
    for measure in MEASURES.values():
        percents = measure(levels, kind.legend)
        assert percents(0)[0] == 0
        assert percents(0)[1] == percents(1)[0] <= 100
