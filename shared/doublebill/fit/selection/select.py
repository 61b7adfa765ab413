"""Selection: the config of a training, chosen on validation users and reported on test users, within a budget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from doublebill.fit.evaluation import baselines
from doublebill.fit.evaluation.report import Report, evaluation_report
from doublebill.fit.selection.judge import judge
from doublebill.fit.selection.progress import label
from doublebill.fit.selection.refine import refine
from doublebill.fit.selection.study import DECIDES, SEED, Study
from doublebill.fit.selection.time_budget import BUDGET_SPENT, TIME_UP
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
    slowest: float = 0.0
    """Seconds of the slowest trial of a kernel."""
    left_out: Sequence[Mapping[str, object]] = ()
    """Configs and stages that were not tried or cut short, each with the reason."""

    def to_json(self) -> Report:
        """Returns the choice as part of a report; its `candidates` and `refined` repeat it without a clock."""
        tried = len(self.tried) if self.searched else 0
        return {
            "decided_by": f"validation {DECIDES}",
            "chosen": str(self.config),
            "tried": tried,
            "of": self.of,
            "cut": tried > 0 and any(one["why"] in (TIME_UP, BUDGET_SPENT) for one in self.left_out if "config" in one),
            "cut_by_clock": tried > 0 and any(one["why"] == TIME_UP for one in self.left_out),  # stages too
            "left_out": list(self.left_out),
            "candidates": list(self.tried),
            "refined": list(self.refined),
        }


def select(
    study: Study,
    configs: Sequence[Config],
    champion: Config | None = None,
    restricted: bool = False,
    fallback: bool = True,
) -> tuple[Config, Report]:
    """Returns the config to publish and its report on test users, which no trial was measured on.

    That is the best config on validation users or, with `fallback`, the champion's or a baseline; see `judge`. The
    report compares it with baselines and with the config `champion` fitted on the same training part, and has parts for
    the questions that do not decide. With too few users for a test item-kNN is returned, and the report says so. A
    `restricted` search tries these configs alone, without stages after the kernel and without the champion's config
    among them, and returns one of them; the report says so too.
    """
    began, fallback = study.budget.clock(), fallback and not restricted
    failed = _unfittable(study, champion) if champion else {}
    rival = champion if not failed else None
    if rival and rival not in configs and not restricted:
        configs = [rival, *configs]  # it may win again, on today's data
    choice = choose(study, configs, rival, study.budget.clock() - began, () if restricted else None)
    found = choice.to_json() | ({"restricted": True} if restricted else {})
    if study.deciding is None or not choice.searched:
        config = baselines.item_knn(choice.config) if fallback else choice.config
        named = {"baseline": config.baseline} if config.baseline else {}
        return config, {"evaluated": False, "why": TOO_FEW, **found, **named}
    study.release_shared()
    study.tell(f"evaluating {label(choice.config)} on {study.deciding.test.fold_in.n_users} test users")
    config, report = judge(study, choice.config, rival, fallback, choice.slowest)
    report |= failed | found | ({} if fallback else {"fallback": False})
    for question, part in {"newest": "temporal", "random": "random"}.items():
        parts = study.questions.get(question)
        if parts and question != study.decides:
            report[part] = evaluation_report(study.fitted(config, parts.test), parts, SEED)
    return config, report


def select_again(study: Study, configs: Sequence[Config], report: Mapping[str, Any]) -> Config:
    """Returns the config that an earlier selection published, by the trials and tests in its report, without a clock.

    Raises:
        np.linalg.LinAlgError: when none of the configs can be fitted to this data.
    """
    choice = choose(study, configs, refined=report["refined"])
    fallback = report.get("fallback", True)
    if not report["evaluated"] and report.get("baseline") and fallback:
        return baselines.item_knn(choice.config)
    if "baselines" not in report or not fallback:
        return choice.config
    champion = report.get("champion", {})
    rival = Config.from_json(champion["config"]) if "refreshed" in champion else None  # earlier runs only compared it
    return judge(study, choice.config, rival, tests=report["split"]["splits"])[0]


def choose(
    study: Study,
    configs: Sequence[Config],
    rival: Config | None = None,
    slowest: float = 0.0,
    refined: Sequence[Mapping[str, Any]] | None = None,
) -> Choice:
    """Returns the best config on validation users, of as many as the budget allows; the first of equals.

    A config whose probe is hopeless is left out, and one that the budget has no more for, unless trials are repeated.
    At least one is tried, and so is `rival`, which was fitted before in `slowest` seconds. The best kernel is refined
    stage by stage; `refined` are the trials of an earlier refinement, to be repeated.

    Raises:
        np.linalg.LinAlgError: when none of them can be fitted to this data.
    """
    if study.deciding is None:
        return Choice(configs[0], False, [{"config": configs[0].to_json()}], len(configs))
    trials = Trials(study, len(configs), rival, slowest)
    users, others = study.deciding.validation.fold_in.n_users, "others"
    if study.decides == "calendar":
        study.tell("the calendar decides: trained before a moment, asked for what known users did after it")
        others = "users who acted later"
    study.tell(
        f"trying {len(configs)} configs, fitted on {study.deciding.train.n_users} users, compared on {users} {others}"
    )
    for config in configs:
        if refined is not None or not trials.skip(config):
            trials.run(config)
    if trials.best is None:
        raise np.linalg.LinAlgError("no config can be fitted to this data")
    final = refine(study, trials.best, refined, rival, trials.slowest)
    left_out = [*trials.left_out, *final.left_out]
    return Choice(final.best, True, trials.tried, len(configs), final.tried, trials.slowest, left_out)


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
