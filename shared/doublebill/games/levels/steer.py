"""Steering: a draft is repaired, then changed a little at a time, as long as its level comes nearer to the controls."""

from doublebill.games.grids.repair import LevelDraft
from doublebill.games.levels.level import Level, judge, miss
from doublebill.games.levels.recipe import LevelRecipe
from doublebill.games.levels.spec import LevelSpec
from doublebill.games.levels.work_budget import FAILED_CHANGES, WorkBudget


def steer[S: LevelSpec](kind: LevelRecipe[S], spec: S, draft: LevelDraft, budget: WorkBudget) -> Level | None:
    """Returns the first level that meets every control, or the nearest; None where no proved one was found."""
    best: Level | None = None
    best_drawn = list(draft.drawn)
    failed = 0
    while True:
        kind.generator.repair(spec, draft)
        level = judge(kind.rules, spec, draft.rows) if draft.keeps else None
        if level and not level.fallback:
            return level
        better = level is not None and (best is None or miss(level) < miss(best))
        failed = 0 if better else failed + 1
        if best is None or (level and miss(level) <= miss(best)):
            best, best_drawn = level or best, list(draft.drawn)
        if budget.changes <= 0 or failed > FAILED_CHANGES:
            return best
        budget.changes -= 1
        draft.drawn[:] = best_drawn
        draft.change()
