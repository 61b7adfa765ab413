"""Budgets: the work that one level may take, counted in steps and never in seconds, so that it is repeatable."""

from collections.abc import Iterator
from dataclasses import dataclass

from doublebill.games.dice import Dice

ATTEMPTS = 16
"""Candidates that may be built for one level."""

LAST_ATTEMPTS = 2
"""The last attempts, of `ATTEMPTS` or after the budget is spent; they build what fits best and need not look well."""

DRAWS_PER_CELL, DRAWS = 15, 1200
"""Random numbers that building one level may draw, for each cell and in addition: some twenty times the usual need."""

REPAIR_CHANGES = 40_000
"""Small changes that steering may try for one level, divided by its cells and by the `cell_cost` of its kind."""

FAILED_CHANGES = 60
"""Changes in a row without improvement after which a new candidate is started; every level may try as many changes."""


@dataclass(slots=True)
class WorkBudget:
    """The work that is left for one level."""

    draws: int
    """Random numbers that may be drawn in all; not counted for candidates that are steered."""
    changes: int
    """Changes that steering may still try."""
    steered: bool
    """Whether steering is what takes the time of this level."""

    @classmethod
    def of(cls, area: int, cell_cost: int, steered: bool) -> "WorkBudget":
        """Returns the budget of a level with that many cells."""
        changes = max(REPAIR_CHANGES // cell_cost // area, FAILED_CHANGES)
        return cls(DRAWS_PER_CELL * area + DRAWS, changes, steered)

    def attempts(self, dice: Dice) -> Iterator[tuple[int, bool]]:
        """Counts attempts from 1, each with whether it is one of the last, until the budget ends."""
        attempt = lasts = 0
        while lasts < LAST_ATTEMPTS:
            attempt += 1
            spent = self.changes <= 0 if self.steered else dice.drawn > self.draws
            lasts += attempt > ATTEMPTS - LAST_ATTEMPTS or spent
            yield attempt, lasts > 0
