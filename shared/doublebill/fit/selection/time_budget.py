"""Time budget: the work that a training may do, in estimated seconds, and the end that a machine sets by its clock.

Work is counted (`fit.selection.work`), so the same data and budget try the same configs on every machine. Only the
clock of a machine that ends, as Lambda does, may cut a training otherwise; its report says so.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

REFIT = 1.5
"""Time to fit the winner on all users, in units of the slowest trial; the training part has fewer users."""

MEASURING = 1.5
"""Time to evaluate the winner on test users, in the same unit."""

TIME_UP = "the time was up"
"""The reason for which the clock leaves something out."""

BUDGET_SPENT = "the budget was spent"
"""The reason for which counted work leaves something out."""


@dataclass(frozen=True)
class TimeBudget:
    """Limits of a training. They may cut its search short, and change nothing else."""

    clock: Callable[[], float] = lambda: 0.0
    """Returns seconds since some moment."""
    deadline: float = math.inf
    """Time on that clock at which the training must be over."""
    work_seconds: float = math.inf
    """Estimated seconds of all work."""

    @classmethod
    def of(cls, clock: Callable[[], float], seconds: float = math.inf, work_seconds: float = math.inf) -> "TimeBudget":
        """Returns a budget of so many seconds of the clock from now, and of so many estimated ones."""
        return cls(clock, clock() + seconds, work_seconds)

    def keeping(self, seconds: float) -> "TimeBudget":
        """Returns this budget with so many seconds at its end reserved."""
        return replace(self, deadline=self.deadline - seconds, work_seconds=self.work_seconds - seconds)

    def allows(self, slowest: float, next_one: float | None = None) -> bool:
        """Returns whether the clock has time for one more trial, and for the work after the last one.

        `slowest` are the seconds of the slowest kernel so far, `next_one` those of the next trial,
        which are the same by default.
        """
        trial = slowest if next_one is None else next_one
        return self.clock() + trial + slowest * (REFIT + MEASURING) <= self.deadline


ENDLESS = TimeBudget()
