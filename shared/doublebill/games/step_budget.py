"""The budget of one request: steps of work, which loops count, and never seconds, so that equal requests end alike.

A step is about a microsecond of one core: loops count the steps that they are about to take with `spend`, and where the
budget of the request is used up, `StepsSpent` ends the item that was being made. The code that collects the items opens
the budget, and returns those that were finished. Steps are counted the same whether or not a result was cached, or a
request would end elsewhere in a process that is warm.

The budget goes with the thread of control, so that solvers and measures, which tests, trainings and readers of other
people's levels call too, need not be given one. Without a budget nothing is counted.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from doublebill.errors import NotReached

STEPS = 6_000_000
"""Steps of one request: some six seconds of one core, and with showing what was made never more than 15."""


SHOWING_STEPS = 2_000_000
"""Steps that showing the levels of one request may take, beside those of making them."""


class StepsSpent(NotReached):
    """The steps of the request are used up: the item that was being made is not finished."""


@dataclass(slots=True)
class StepBudget:
    """The steps that one request may take."""

    limit: int = STEPS
    spent: int = 0


_budget: ContextVar[StepBudget | None] = ContextVar("step_budget", default=None)


@contextmanager
def counted[B: StepBudget | None](budget: B) -> Iterator[B]:
    """Counts the steps taken inside towards a budget; towards none for None, as what fills a cache must."""
    token = _budget.set(budget)
    try:
        yield budget
    finally:
        _budget.reset(token)


@contextmanager
def at_most(percent: int) -> Iterator[None]:
    """Lets what is inside take so many percent of the steps that are left."""
    budget = _budget.get()
    if budget is None:
        yield
        return
    whole = budget.limit
    budget.limit = budget.spent + max(whole - budget.spent, 0) * percent // 100
    try:
        yield
    finally:
        budget.limit = whole


def spend(steps: int) -> None:
    """Counts steps that were taken or are about to be.

    Raises:
        StepsSpent: when the budget has fewer left.
    """
    budget = _budget.get()
    if budget is not None:
        budget.spent += steps
        if budget.spent > budget.limit:
            raise StepsSpent(f"more than the {budget.limit:,} steps of work that one request may take are needed")
