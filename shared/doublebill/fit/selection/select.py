"""Selection: the config of a training, chosen on validation users and reported on test users, within a budget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from doublebill.fit.evaluation.report import Report, evaluation_report
from doublebill.fit.fit_recommender import fit
from doublebill.fit.selection.progress import label
from doublebill.fit.selection.refine import refine
from doublebill.fit.selection.study import Study
from doublebill.fit.selection.trials import DECIDES, UNFITTABLE, Trials
from doublebill.fit.splits.user_splits import repeat_holdout
from doublebill.model.config import Config
from doublebill.model.recommender import Recommender

SEED = 20260901
"""Seed of the split; a run records it."""

TOO_FEW = "too few users with enough interactions to hold any out"


@dataclass(frozen=True, eq=False)
class Choice:
    """The best config on validation users, and the trials that found it."""

    config: Config
    recommender: Recommender | None
    """Fitted on the training part; None with too few users to try anything."""
    tried: Sequence[Mapping[str, object]]
    """Trials in order, or the one config that was taken untried."""
    of: int
    """Number of configs there were to try."""
    refined: Sequence[Mapping[str, object]] = ()
    """Comparisons of the refinement, where times are known."""

    def to_json(self) -> Report:
        """Returns the choice as part of a report; its `candidates` and `refined` repeat it without a clock."""
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


def select(study: Study, configs: Sequence[Config], champion: Config | None = None) -> tuple[Config, Report]:
    """Returns the best config on validation users and its report on test users, which are evaluated once.

    The report compares it with popularity and with the config `champion` fitted on the same training part; where times
    are known, it has a second part for the newest items of the same users. With too few users, the first config is
    returned, and the report says so.
    """
    began = study.budget.clock()
    rival, failed = _rival(study, champion) if champion else (None, {})
    if rival is not None and rival.config not in configs:
        configs = [rival.config, *configs]  # it may win again, on today's data
    choice = choose(study, configs, rival, study.budget.clock() - began)
    if study.split is None or choice.recommender is None:
        return choice.config, {"evaluated": False, "why": TOO_FEW, **choice.to_json()}
    study.tell(f"evaluating {label(choice.config)} on {study.split.test.fold_in.n_users} test users")
    report = evaluation_report(choice.recommender, study.split, SEED, rival) | failed | choice.to_json()
    if study.temporal:
        report["temporal"] = evaluation_report(choice.recommender, study.temporal, SEED)
    return choice.config, report


def choose(
    study: Study,
    configs: Sequence[Config],
    rival: Recommender | None = None,
    slowest: float = 0.0,
    refined: Sequence[Mapping[str, Any]] | None = None,
) -> Choice:
    """Returns the best config on validation users, of as many as the budget allows; the first of equals.

    At least one is tried. So is the config of `rival`, already fitted on the training part in `slowest` seconds. Where
    times are known the best is refined; `refined` are the comparisons of an earlier refinement, to be repeated.

    Raises:
        np.linalg.LinAlgError: when none of them can be fitted to this data.
    """
    if study.split is None:
        return Choice(configs[0], None, [{"config": configs[0].to_json()}], len(configs))
    validation = repeat_holdout(study.split.validation, SEED)
    trials = Trials(study, validation, len(configs), slowest)
    users = study.split.validation.fold_in.n_users
    study.tell(
        f"trying {len(configs)} configs, fitted on {study.split.train.n_users} users, compared on {users} others"
    )
    for config in configs:
        fitted = rival if rival is not None and rival.config == config else None
        if trials.best and fitted is None and not study.budget.allows(trials.slowest):
            study.tell(f"time is up: {len(trials.tried)} of {len(configs)} configs tried")
            break
        trials.run(config, fitted)
    if trials.best is None:
        raise np.linalg.LinAlgError("no config can be fitted to this data")
    final = refine(study, validation, trials.best, trials.slowest, refined)
    return Choice(final.recommender.config, final.recommender, trials.tried, len(configs), final.tried)


def _rival(study: Study, config: Config) -> tuple[Recommender | None, Report]:
    """Returns the champion's config fitted on the training part, or the part of the report that says why it is not."""
    if study.split is None:
        return None, {}
    study.tell(f"fitting the champion's config: {label(config)}")
    try:
        return fit(study.catalog, study.split.train, config), {}
    except UNFITTABLE as failed:
        reason = f"its config cannot be fitted: {failed}"
        return None, {"champion": {"config": config.to_json(), "not_compared": reason}}
