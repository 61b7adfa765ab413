"""Steering: a draft is repaired, then changed a little at a time, as long as its level comes nearer to the controls."""

from doublebill.games.grids.repair import Draft
from doublebill.games.levels.budget import FAILED_CHANGES, Budget
from doublebill.games.levels.level import Level, judge, miss
from doublebill.games.levels.recipe import LevelRecipe
from doublebill.games.levels.spec import LevelSpec


def steer[S: LevelSpec](kind: LevelRecipe[S], spec: S, draft: Draft, budget: Budget) -> Level | None:
    """Returns the first level that meets every control, or the nearest; None where no proved one was found."""
    best: Level | None = None
    kept = list(draft.drawn)
    failed = 0
    while True:
        kind.generator.repair(spec, draft)
        level = judge(kind.rules, spec, draft.rows) if draft.keeps else None
        if level and not level.fallback:
            return level
        better = level is not None and (best is None or miss(level) < miss(best))
        failed = 0 if better else failed + 1
        if best is None or (level and miss(level) <= miss(best)):
            best, kept = level or best, list(draft.drawn)
        if budget.changes <= 0 or failed > FAILED_CHANGES:
            return best
        budget.changes -= 1
        draft.drawn[:] = kept
        draft.change()
