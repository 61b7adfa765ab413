"""Refining: what only matters where times are known, added to the config that was chosen without them.

How fast a history ages and what the order of histories adds are decided on the same validation users, with their newest
items hidden and their times told. A half-life changes no answer to a history without times; transitions do, so they
must not cost such histories more than `TOLERATED`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from doublebill.fit.evaluation.evaluate import evaluate
from doublebill.fit.fit_model import fit
from doublebill.fit.selection.candidates import HALF_LIVES, TRANSITIONS
from doublebill.fit.selection.study import Study
from doublebill.fit.splits.holdout import Holdout
from doublebill.model.config import Config
from doublebill.model.recommender import Recommender

TOLERATED = 0.001
"""What histories without times may lose."""


@dataclass(frozen=True, eq=False)
class Refined:
    """The recommender with the times of histories, and what was tried for it."""

    recommender: Recommender
    tried: list[Mapping[str, object]]


def refine(
    trial: Study,
    untimed: Holdout,
    chosen: Recommender,
    metric: str,
    slowest: float = 0.0,
    before: Sequence[Mapping[str, Any]] | None = None,
) -> Refined:
    """The chosen recommender with the half-life, then the transitions, that are best on validation users by `metric`.

    `untimed` are the validation users without times. Each weight of transitions is a fit more, as long as the budget
    allows one of `slowest` seconds; `before` is what was tried when this was done before, and is tried again. Where no
    times are known, the chosen recommender as it is.
    """
    tried: list[Mapping[str, object]] = []
    if trial.by_time is None:
        return Refined(chosen, tried)
    timed = trial.by_time.validation
    half_lives, weights = HALF_LIVES, TRANSITIONS
    if before is not None:
        half_lives = tuple(one["half_life"] for one in before if not one["transitions"])
        weights = tuple(one["transitions"] for one in before if one["transitions"])

    def measured(recommender: Recommender, users: Holdout) -> float:
        return evaluate(recommender, users).means()[metric]

    def told(config: Config, value: float) -> None:
        tried.append({"half_life": config.half_life, "transitions": config.transitions, f"newest {metric}": value})

    trial.tell(f"choosing a half-life on {timed.fold_in.n_users} users")
    best, highest = chosen, -1.0
    for half_life in half_lives:
        aging = replace(chosen, config=replace(chosen.config, half_life=half_life))
        value = measured(aging, timed)
        told(aging.config, value)
        if value > highest:
            best, highest = aging, value
    floor = measured(best, untimed) - TOLERATED
    for weight in weights:
        if not trial.budget.allows(slowest):
            break
        config = replace(best.config, transitions=weight)
        trial.tell(f"trying {config}")
        ordered = fit(trial.catalog, trial.by_time.train, config)
        value = measured(ordered, timed)
        told(config, value)
        if value > highest and measured(ordered, untimed) >= floor:
            best, highest = ordered, value
    return Refined(best, tried)
