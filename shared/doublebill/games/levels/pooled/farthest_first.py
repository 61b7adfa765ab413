"""Farthest first: of a pool of levels, those that are most unlike one another.

The first level of the pool comes first, then always the one whose nearest chosen level is farthest away (Gonzalez 1985,
doi:10.1016/0304-3975(85)90224-5). Of several that are as far the first counts, so equal pools give equal choices.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from doublebill.games.levels.variety import Percents
from doublebill.games.step_budget import StepsSpent, spend

FARTHEST = 100
"""Percent between levels that have nothing in common."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The chosen levels of a pool, in the order in which they were chosen."""

    numbers: Sequence[int]
    alike: int
    """Chosen levels that equal an earlier one by the measure, or were not compared with all within the steps."""
    nearest: int | None
    """Percent between the two that are most alike; None of a single level, or where not all were compared."""


def farthest_first(percents: Percents, owners: Sequence[int], liked: Sequence[bool], wanted: Sequence[int]) -> Chosen:
    """Chooses `wanted[owner]` levels of each owner, from a pool whose level i belongs to `owners[i]`.

    An owner gets levels that are not `liked` only where it has not enough of the others.
    """
    of, left, free = np.array(owners), np.array(wanted), np.ones(len(owners), bool)
    preferred = np.where(liked, FARTHEST + 1, 0)
    nearest = np.full(len(of), FARTHEST, np.int64)
    chosen: list[int] = []
    apart, alike, compares = FARTHEST, 0, True
    while left.any():
        number = int(np.argmax(np.where(free & (left[of] > 0), nearest + preferred, -1)))
        alike += not compares or int(nearest[number]) == 0
        apart = min(apart, int(nearest[number]))
        chosen.append(number)
        free[number] = False
        left[of[number]] -= 1
        try:
            if compares:
                spend(len(of) // 10)
                nearest = np.minimum(nearest, percents(number))
        except StepsSpent:
            compares = False
    return Chosen(chosen, alike, apart if compares and len(chosen) > 1 else None)
