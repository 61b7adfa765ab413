"""Selection: which config a training chooses, on validation users only, and within its time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from doublebill.fit.evaluation.evaluate import evaluate
from doublebill.fit.evaluation.report import Report, measured
from doublebill.fit.fit_model import fit
from doublebill.fit.selection.budget import ENDLESS, Budget
from doublebill.fit.selection.refine import refine
from doublebill.fit.selection.study import Study, Tell
from doublebill.fit.splits.user_splits import repeat_holdout
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config
from doublebill.model.interactions import Interactions
from doublebill.model.recommender import Recommender

SEED = 20260901
"""Of the split; a run records it."""

DECIDES = "ndcg@100"

TOO_FEW = "too few users with enough interactions to hold any out"

UNFITTABLE = (np.linalg.LinAlgError, ArithmeticError)
"""What a kernel raises where a config cannot be fitted to the data; it ends no training."""


@dataclass(frozen=True, eq=False)
class Choice:
    """The config that is best on validation users, and how it was found."""

    config: Config
    recommender: Recommender | None
    """Of that config, fitted on the training part; None where there were too few users to try anything."""
    tried: Sequence[Mapping[str, object]]
    """The configs that were tried, in that order, with what each reached, or the one that was taken untried."""
    of: int
    """How many configs there were to try."""
    refined: Sequence[Mapping[str, object]] = ()
    """What was tried where times are known."""

    def to_json(self) -> Report:
        """The choice as a part of a report; who tries the same `candidates` again needs no clock."""
        tried = 0 if self.recommender is None else len(self.tried)
        return {
            "decided_by": f"validation {DECIDES}",
            "chosen": str(self.config),
            "tried": tried,
            "of": self.of,
            "cut": 0 < tried < self.of,
            "candidates": list(self.tried),
            "refined": list(self.refined),
        }


def select(
    catalog: Catalog,
    interactions: Interactions,
    configs: Sequence[Config],
    tell: Tell,
    budget: Budget = ENDLESS,
    champion: Config | None = None,
) -> tuple[Config, Report]:
    """The config that is best on validation users, and its report on test users, which are looked at once.

    The report sets it beside popularity and beside the config `champion`, fitted on the same training part, and where
    times are known asks the same users for what is newest too. With too few users to hold any out, the first config
    and a report that says so.
    """
    trial, began = Study.of(catalog, interactions, SEED, tell, budget), budget.clock()
    rival, failed = _rival(trial, champion) if champion else (None, {})
    if rival is not None and rival.config not in configs:
        configs = [rival.config, *configs]  # it may win again, on today's data
    choice = choose(trial, configs, rival, budget.clock() - began)
    if trial.parts is None or choice.recommender is None:
        return choice.config, {"evaluated": False, "why": TOO_FEW, **choice.to_json()}
    tell(f"measuring {choice.config} on {trial.parts.test.fold_in.n_users} test users")
    report = measured(choice.recommender, trial.parts, SEED, rival) | failed | choice.to_json()
    if trial.by_time:
        report["temporal"] = measured(choice.recommender, trial.by_time, SEED)
    return choice.config, report


def choose(
    trial: Study,
    configs: Sequence[Config],
    rival: Recommender | None = None,
    slowest: float = 0.0,
    refined: Sequence[Mapping[str, Any]] | None = None,
) -> Choice:
    """The config that is best on validation users, of as many as the budget allows; the first of equals.

    One is tried whatever the budget says. So is the config of `rival`, already fitted on the training part in `slowest`
    seconds. The config is then refined where times are known; `refined` is what was tried then, when done before.

    Raises:
        np.linalg.LinAlgError: when none of them can be fitted to this data.
    """
    parts, budget = trial.parts, trial.budget
    if parts is None:
        return Choice(configs[0], None, [{"config": configs[0].to_json()}], len(configs))
    validation = repeat_holdout(parts.validation, SEED)
    tried: list[Mapping[str, object]] = []
    best: Recommender | None = None
    highest = -np.inf
    for number, config in enumerate(configs, 1):
        known = rival is not None and rival.config == config
        if best and not known and not budget.allows(slowest):
            trial.tell(f"time is up after {len(tried)} of {len(configs)} configs")
            break
        trial.tell(f"trying config {number} of {len(configs)}: {config}")
        began = budget.clock()
        try:
            notes: dict[str, object] = {}
            recommender = rival if rival and known else fit(trial.catalog, parts.train, config, notes=notes)
            means = evaluate(recommender, validation).means()
        except UNFITTABLE as failed:
            tried.append({"config": config.to_json(), "failed": str(failed)})
            continue
        finally:
            slowest = max(slowest, budget.clock() - began)
        tried.append({"config": config.to_json(), "validation": means, **notes})
        if means[DECIDES] > highest:
            best, highest = recommender, means[DECIDES]
    if best is None:
        raise np.linalg.LinAlgError("no config can be fitted to this data")
    final = refine(trial, validation, best, DECIDES, slowest, refined)
    return Choice(final.recommender.config, final.recommender, tried, len(configs), final.tried)


def _rival(trial: Study, config: Config) -> tuple[Recommender | None, Report]:
    """The champion's config fitted on the training part, or what the report says where it cannot be."""
    if trial.parts is None:
        return None, {}
    trial.tell(f"fitting the champion's config: {config}")
    try:
        return fit(trial.catalog, trial.parts.train, config), {}
    except UNFITTABLE as failed:
        return None, {
            "champion": {"config": config.to_json(), "not_compared": f"its config cannot be fitted: {failed}"}
        }
