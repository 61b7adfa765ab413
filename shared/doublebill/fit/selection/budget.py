"""Budget: how long a training may take, by whatever clock it is given."""

import math
from collections.abc import Callable
from dataclasses import dataclass

REFIT = 1.5
"""The winner fitted on everything, in times of the slowest fit so far: there are more users than in the split."""

MEASURING = 1.5
"""Everything that is measured on test users, in the same unit."""


@dataclass(frozen=True)
class Budget:
    """Time for a training. It may cut the list of configs short, and changes nothing else."""

    clock: Callable[[], float] = lambda: 0.0
    """Seconds since whenever."""
    deadline: float = math.inf
    """When, on that clock, the training has to be over."""

    @classmethod
    def of(cls, clock: Callable[[], float], seconds: float) -> "Budget":
        """So many seconds from now on."""
        return cls(clock, clock() + seconds)

    def keeping(self, seconds: float) -> "Budget":
        """What is left of it when so many seconds at its end are kept for something else."""
        return Budget(self.clock, self.deadline - seconds)

    def allows(self, slowest: float) -> bool:
        """Whether one more config may be tried, where the slowest so far took so many seconds to fit and measure.

        What comes after the last is left time for.
        """
        return self.clock() + slowest * (1 + REFIT + MEASURING) <= self.deadline


ENDLESS = Budget()
