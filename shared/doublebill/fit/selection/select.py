"""Selection: the config of a training, chosen on validation users and reported on test users, within a budget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from doublebill.fit.evaluation.report import Report, evaluation_report
from doublebill.fit.selection.progress import label
from doublebill.fit.selection.refine import refine
from doublebill.fit.selection.study import DECIDES, SEED, Study
from doublebill.fit.selection.trials import UNFITTABLE, Trials
from doublebill.model.config import Config

TOO_FEW = "too few users with enough interactions to hold any out"


@dataclass(frozen=True, eq=False)
class Choice:
    """The best config on validation users, and the trials that found it."""

    config: Config
    searched: bool
    """False with too few users to try anything."""
    tried: Sequence[Mapping[str, object]]
    """Trials in order, or the one config that was taken untried."""
    of: int
    """Number of configs there were to try."""
    refined: Sequence[Mapping[str, object]] = ()
    """Trials of the stages after the kernel."""

    def to_json(self) -> Report:
        """Returns the choice as part of a report; its `candidates` and `refined` repeat it without a clock."""
        tried = len(self.tried) if self.searched else 0
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
    study: Study, configs: Sequence[Config], champion: Config | None = None, restricted: bool = False
) -> tuple[Config, Report]:
    """Returns the best config on validation users and its report on test users, which are evaluated once.

    The report compares it with popularity and with the config `champion` fitted on the same training part; where times
    are known, it has a second part for the newest items of the same users. With too few users, the first config is
    returned, and the report says so. A `restricted` search tries these configs alone, without stages after the kernel
    and without the champion's config among them; the report says so too.
    """
    began = study.budget.clock()
    failed = _unfittable(study, champion) if champion else {}
    rival = champion if not failed else None
    if rival and rival not in configs and not restricted:
        configs = [rival, *configs]  # it may win again, on today's data
    choice = choose(study, configs, rival, study.budget.clock() - began, () if restricted else None)
    found = choice.to_json() | ({"restricted": True} if restricted else {})
    if study.deciding is None or not choice.searched:
        return choice.config, {"evaluated": False, "why": TOO_FEW, **found}
    test = study.deciding.test
    study.tell(f"evaluating {label(choice.config)} on {test.fold_in.n_users} test users")
    model, other = study.fitted(choice.config, test), study.fitted(rival, test) if rival else None
    report = evaluation_report(model, study.deciding, SEED, other) | failed | found
    if newest := study.questions.get("newest"):
        report["temporal"] = evaluation_report(study.fitted(choice.config, newest.test), newest, SEED)
    return choice.config, report


def choose(
    study: Study,
    configs: Sequence[Config],
    rival: Config | None = None,
    slowest: float = 0.0,
    refined: Sequence[Mapping[str, Any]] | None = None,
) -> Choice:
    """Returns the best config on validation users, of as many as the budget allows; the first of equals.

    At least one is tried, and so is `rival`, which was fitted before in `slowest` seconds. The best kernel is refined
    stage by stage; `refined` are the trials of an earlier refinement, to be repeated.

    Raises:
        np.linalg.LinAlgError: when none of them can be fitted to this data.
    """
    if study.deciding is None:
        return Choice(configs[0], False, [{"config": configs[0].to_json()}], len(configs))
    trials = Trials(study, len(configs), rival, slowest)
    users = study.deciding.validation.fold_in.n_users
    study.tell(
        f"trying {len(configs)} configs, fitted on {study.deciding.train.n_users} users, compared on {users} others"
    )
    for config in configs:
        if trials.best and config != rival and not study.budget.allows(trials.slowest):
            study.tell(f"time is up: {len(trials.tried)} of {len(configs)} configs tried")
            break
        trials.run(config)
    if trials.best is None:
        raise np.linalg.LinAlgError("no config can be fitted to this data")
    final = refine(study, trials.best, refined, rival, trials.slowest)
    return Choice(final.best, True, trials.tried, len(configs), final.tried)


def _unfittable(study: Study, champion: Config) -> Report:
    """Fits the champion's config on the training part; returns the part of the report that says why it cannot be."""
    if study.deciding is None:
        return {}
    study.tell(f"fitting the champion's config: {label(champion)}")
    try:
        study.fitted(champion, study.deciding.validation)
    except UNFITTABLE as failed:
        return {"champion": {"config": champion.to_json(), "not_compared": f"its config cannot be fitted: {failed}"}}
    return {}
