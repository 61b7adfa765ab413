"""Time budget: the seconds that a training may take, by a clock that is passed in."""

import math
from collections.abc import Callable
from dataclasses import dataclass

REFIT = 1.5
"""Time to fit the winner on all users, in units of the slowest trial; the training part has fewer users."""

MEASURING = 1.5
"""Time to evaluate the winner on test users, in the same unit."""

TIME_UP = "the time was up"
"""The reason for which a budget leaves something out."""


@dataclass(frozen=True)
class TimeBudget:
    """Time for a training. It may cut the list of configs short, and changes nothing else."""

    clock: Callable[[], float] = lambda: 0.0
    """Returns seconds since some moment."""
    deadline: float = math.inf
    """Time on that clock at which the training must be over."""

    @classmethod
    def of(cls, clock: Callable[[], float], seconds: float) -> "TimeBudget":
        """Returns a budget of so many seconds from now."""
        return cls(clock, clock() + seconds)

    def keeping(self, seconds: float) -> "TimeBudget":
        """Returns this budget with so many seconds at its end reserved."""
        return TimeBudget(self.clock, self.deadline - seconds)

    def allows(self, slowest: float, next_one: float | None = None) -> bool:
        """Returns whether one more trial, and the work after the last one, still fit.

        `slowest` are the seconds of the slowest kernel so far, `next_one` those of the next trial,
        which are the same by default.
        """
        trial = slowest if next_one is None else next_one
        return self.clock() + trial + slowest * (REFIT + MEASURING) <= self.deadline


ENDLESS = TimeBudget()
