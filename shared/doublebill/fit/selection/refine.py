"""Refinement: hyper-parameters that matter only where times are known, added to the config chosen without them.

Half-life and transitions are chosen on the same validation users, with their newest items as targets and the times of
the fold-in known. A half-life changes no recommendation for a history without times. Transitions do, so they must not
cost such histories more than `TOLERATED`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from doublebill.fit.evaluation.evaluate import evaluate
from doublebill.fit.fit_recommender import fit
from doublebill.fit.selection.candidates import HALF_LIVES, TRANSITIONS
from doublebill.fit.selection.progress import score
from doublebill.fit.selection.study import Study
from doublebill.fit.selection.trials import DECIDES
from doublebill.fit.splits.holdout import Holdout
from doublebill.model.recommender import Recommender

TOLERATED = 0.001
"""Loss of `DECIDES` that histories without times may suffer."""


@dataclass(eq=False)
class Refinement:
    """The best recommender for histories with times so far, and all comparisons."""

    recommender: Recommender
    highest: float = -1.0
    """`DECIDES` of the recommender on the newest items of validation users."""
    tried: list[Mapping[str, object]] = field(default_factory=list)
    """Each comparison in order, as reports have it."""

    def compare(
        self, other: Recommender, timed: Holdout, allowed: Callable[[Recommender], bool] = lambda _: True
    ) -> None:
        """Takes the other recommender where it is better and allowed."""
        config, reached = other.config, evaluate(other, timed).means()[DECIDES]
        self.tried.append(
            {"half_life": config.half_life, "transitions": config.transitions, f"newest {DECIDES}": reached}
        )
        if reached > self.highest and allowed(other):
            self.recommender, self.highest = other, reached


def refine(
    study: Study,
    untimed: Holdout,
    chosen: Recommender,
    slowest: float = 0.0,
    before: Sequence[Mapping[str, Any]] | None = None,
) -> Refinement:
    """Chooses the half-life of a recommender, then its transitions, on validation users.

    `untimed` are validation users with random targets. Each weight of transitions is one more fit, tried only while
    the budget allows one of `slowest` seconds. `before` is the `tried` of an earlier refinement, to be repeated.
    Without times the chosen recommender stays unchanged.
    """
    refinement = Refinement(chosen)
    if study.temporal is None:
        return refinement
    timed = study.temporal.validation
    half_lives, weights = _grid(before)
    for half_life in half_lives:
        refinement.compare(replace(chosen, config=replace(chosen.config, half_life=half_life)), timed)
    best = refinement.recommender
    study.tell(f"half-life {best.config.half_life:g} … newest {DECIDES.upper()} {score(refinement.highest)}")
    least = evaluate(best, untimed).means()[DECIDES] - TOLERATED

    def harmless(other: Recommender) -> bool:
        return evaluate(other, untimed).means()[DECIDES] >= least

    for weight in weights:
        if not study.budget.allows(slowest):
            break
        ordered = fit(study.catalog, study.temporal.train, replace(best.config, transitions=weight))
        refinement.compare(ordered, timed, harmless)
        study.tell(f"transitions {weight:g} … {'taken' if refinement.recommender is ordered else 'not taken'}")
    return refinement


def _grid(before: Sequence[Mapping[str, Any]] | None) -> tuple[Sequence[float], Sequence[float]]:
    """Returns the half-lives and the weights of transitions to compare."""
    if before is None:
        return HALF_LIVES, TRANSITIONS
    half_lives = [one["half_life"] for one in before if not one["transitions"]]
    return half_lives, [one["transitions"] for one in before if one["transitions"]]
