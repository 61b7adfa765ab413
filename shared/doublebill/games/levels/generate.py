"""The trip of one level: spec → candidate → repair → prove → the first that meets every control, or the nearest.

A generator builds a candidate towards the controls; where constraints must be kept it is repaired and steered; the
rules prove the drawn grid and measure it again. When the budget is used up, the proved level that came nearest is
returned instead and says so (`fallback`).
"""

from dataclasses import replace

from doublebill.errors import NotReached
from doublebill.games.grids.constraints import FREE, Constraints, check_constraints
from doublebill.games.levels.level import Level, judge, miss
from doublebill.games.levels.recipe import LevelRecipe
from doublebill.games.levels.spec import LevelSpec
from doublebill.games.levels.steer import steer
from doublebill.games.levels.work_budget import WorkBudget
from doublebill.games.seeds import Seed, derived
from doublebill.games.step_budget import StepsSpent


def generate[S: LevelSpec](
    kind: LevelRecipe[S], spec: S, seed: Seed, index: int = 0, constraints: Constraints = FREE, alone: bool = False
) -> Level:
    """Returns the level of a spec, a seed and constraints; with an `index`, the first try for that item of a batch.

    One that has all steps of a request, which `alone` says, is the nearest that they brought about where they end.

    Raises:
        InvalidInput: for a fixed cell outside of the grid.
        Unsatisfiable: when no level can meet the spec and the constraints, naming those that contradict each other.
        NotReached: when no candidate that keeps the constraints was proved.
        StepsSpent: when the steps of the request are used up.
    """
    generator, rules = kind.generator, kind.rules
    generator.check(spec)
    own_seed = derived(seed, index)
    dice = kind.dice(own_seed)
    budget = WorkBudget.of(spec.area, kind.cell_cost, bool(constraints) or generator.steers)
    nearest: Level | None = None
    try:
        for attempt, last in budget.attempts(dice):
            rows = generator.candidate(spec, dice, attempt, last)
            if constraints and attempt == 1:
                check_constraints(constraints, rules.tiles, spec.targets, rows)
            if constraints or (generator.steers and not last):
                level = steer(kind, spec, generator.draft(rows, rules.tiles, constraints, dice), budget)
            else:
                level = judge(rules, spec, rows)
            if level and (nearest is None or miss(level) < miss(nearest)):
                nearest = level
            if level and not level.fallback:
                return generator.polish(spec, replace(level, seed=own_seed, attempts=attempt), constraints, dice)
    except StepsSpent:
        if nearest is None or not alone:
            raise
    if nearest is None:
        raise _unproved(kind.name, own_seed, attempt, constraints)
    return replace(nearest, seed=own_seed, attempts=attempt)


def _unproved(name: str, seed: Seed, attempts: int, constraints: Constraints) -> Exception:
    if constraints:
        return NotReached(f"none of {attempts} candidates that keep what is fixed could be proved a {name}")
    return RuntimeError(f"none of {attempts} candidates for {name} {seed!r} was proved")
