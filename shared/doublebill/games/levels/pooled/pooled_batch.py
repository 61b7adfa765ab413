"""Pooled batches: levels that are as unlike one another as a pool some times as large allows, by a named measure.

The pool has, for each item, the level of its seed and those of variants of that seed, so that every chosen level is
what its own seed gives alone. Items with equal specs share their levels; each item gets them in the order of choice.
"""

from dataclasses import dataclass, field

from doublebill.games.grids.constraints import FREE, Constraints
from doublebill.games.levels.batch import LevelBatch
from doublebill.games.levels.generate import generate
from doublebill.games.levels.level import Level
from doublebill.games.levels.pooled.farthest_first import farthest_first
from doublebill.games.levels.recipe import LevelRecipe
from doublebill.games.levels.spec import LevelSpec
from doublebill.games.levels.variety import PoolMeasure
from doublebill.games.seeds import Seed, derived, variant
from doublebill.games.spec_list import SpecList
from doublebill.games.step_budget import StepsSpent, at_most

ROUNDS = 4
"""Levels of the pool for each item."""

PERCENT_FIRST, PERCENT_MORE = 80, 60
"""Percent of the steps for the first level of each item, and of those left then for the others; the rest compares."""


@dataclass(frozen=True, slots=True)
class _LevelPool:
    """Levels, each with the number of the spec that it was made from."""

    levels: list[Level] = field(default_factory=list[Level])
    owners: list[int] = field(default_factory=list[int])


def farthest[S: LevelSpec](
    kind: LevelRecipe[S], specs: SpecList[S], seed: Seed, measure: PoolMeasure, constraints: Constraints = FREE
) -> LevelBatch:
    """Generates a level for each spec, chosen from a pool farthest first.

    Where the steps end before each item has its first level, the levels that were made are the batch; where they end
    before the pool is measured, each item is its first level.

    Raises:
        InvalidInput, Unsatisfiable, NotReached: as `generate` does; `StepsSpent` when not even the first level is made.
    """
    numbers: dict[S, int] = {}
    owners = [numbers.setdefault(spec, len(numbers)) for spec in specs.specs]
    pool = _LevelPool()
    try:
        with at_most(PERCENT_FIRST):
            for index, spec in enumerate(specs.specs):
                with specs.named(index):
                    pool.levels.append(generate(kind, spec, seed, index, constraints, alone=index == 0))
                pool.owners.append(owners[index])
    except StepsSpent:
        if not pool.levels:
            raise
    if len(pool.levels) == len(specs) > 1:
        add_variants(pool, kind, specs, seed, constraints)
    reached = pool.owners[: len(specs)]
    wanted = [reached.count(owner) for owner in range(len(numbers))]
    liked = [not level.fallback for level in pool.levels]
    try:
        choice = farthest_first(measure(pool.levels, kind.legend), pool.owners, liked, wanted)
    except StepsSpent:
        return LevelBatch(pool.levels[: len(specs)], 0)
    chosen = {owner: iter([n for n in choice.numbers if pool.owners[n] == owner]) for owner in set(reached)}
    return LevelBatch([pool.levels[next(chosen[owner])] for owner in reached], choice.alike, choice.nearest)


def add_variants[S: LevelSpec](
    pool: _LevelPool, kind: LevelRecipe[S], specs: SpecList[S], seed: Seed, constraints: Constraints
) -> None:
    """Adds the levels of variants of each item's seed, until their part of the steps is used up."""
    try:
        with at_most(PERCENT_MORE):
            for number in range(1, ROUNDS):
                for index, spec in enumerate(specs.specs):
                    own = variant(derived(seed, index), number)
                    pool.levels.append(generate(kind, spec, own, constraints=constraints))
                    pool.owners.append(pool.owners[index])
    except StepsSpent:
        return
