import subprocess
import sys

import pytest

from doublebill.games.kinds import KINDS
from doublebill.games.levels.generate import generate
from doublebill.games.step_budget import StepBudget, StepsSpent, counted, spend

FEWEST = 50
"""Steps that any level takes: what takes fewer does not count its work."""

CHILD = """
from doublebill.games.kinds import KINDS
from doublebill.games.levels.generate import generate
from doublebill.games.step_budget import StepBudget, counted
for kind in KINDS.values():
    for again in range(2):
        budget = StepBudget()
        with counted(budget):
            generate(kind, kind.spec(), 3)
        print(kind.name, budget.spent)
"""


def test_steps_are_counted_only_within_a_budget():
    budget = StepBudget(limit=10)
    spend(100)
    with counted(budget):
        spend(4)
        with counted(None):
            spend(100)
        spend(6)
    assert budget.spent == 10


def test_one_step_too_many_ends_the_work_and_the_budget_with_it():
    with pytest.raises(StepsSpent, match="more than the 10 steps"), counted(StepBudget(limit=10)):
        spend(11)
    spend(11)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_counts_what_it_does(kind):
    budget = StepBudget()
    with counted(budget):
        level = generate(kind, kind.spec(), 1)
    assert budget.spent >= FEWEST
    with pytest.raises(StepsSpent), counted(StepBudget(limit=budget.spent - 1)):
        generate(kind, kind.spec(), 1)
    with counted(StepBudget(limit=budget.spent)):
        assert generate(kind, kind.spec(), 1) == level


def test_a_process_that_is_warm_counts_as_many_steps_as_a_new_one():
    lines = subprocess.run(
        [sys.executable, "-c", CHILD], capture_output=True, check=True, text=True
    ).stdout.splitlines()
    assert len(lines) == 2 * len(KINDS)
    assert lines[::2] == lines[1::2]
