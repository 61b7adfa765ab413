"""Judging: the config that was chosen, beside baselines and the champion's config, on test users.

The test users are read here, and not by the search. They decide two things, beyond noise each: whether the chosen
config replaces that of the champion, and whether a baseline takes the place of the one that is left.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from doublebill.fit.evaluation import baselines
from doublebill.fit.evaluation.evaluate import HEADLINE, Evaluation, evaluate
from doublebill.fit.evaluation.pooled import pooled
from doublebill.fit.evaluation.report import Report, paired_differences
from doublebill.fit.evaluation.segments import shown_segments
from doublebill.fit.evaluation.uncertainty import FEWEST_TO_JUDGE, better_beyond_noise
from doublebill.fit.selection.progress import label
from doublebill.fit.selection.questions import KINDS, number_of_tests
from doublebill.fit.selection.study import DECIDES, Study
from doublebill.fit.selection.trials import UNFITTABLE
from doublebill.fit.splits.calendar import newcomers
from doublebill.fit.splits.holdout import Holdout
from doublebill.fit.splits.liked import liked_targets
from doublebill.model.config import Config
from doublebill.model.counting.pauses import NO_PAUSES

MODEL = "model"
CHAMPION = "champion"


@dataclass(eq=False)
class Judgement:
    """Evaluations of several configs on the same tests."""

    study: Study
    configs: Mapping[str, Config]
    """By name: `MODEL`, the baselines and perhaps `CHAMPION`."""
    tests: list[Holdout] = field(default_factory=list)
    late: bool = False
    """Whether the clock ended the tests before the last one."""
    evaluations: dict[str, list[Evaluation]] = field(default_factory=dict)
    """By name, one for each test."""

    def run(self, slowest: float, most: int | None) -> None:
        """Evaluates all configs on one test after the other, all that there are, or at most `most`.

        Only the clock of a machine that ends may stop it before, and not without enough users to judge by; `slowest`
        are the seconds of the slowest fit. A further test to which a config cannot be fitted is left out.
        """
        for test in self.study.tests():
            few = sum(one.fold_in.n_users for one in self.tests) < FEWEST_TO_JUDGE
            self.late = most is None and not few and not self.study.budget.allows(slowest)
            if self.tests and (self.late or len(self.tests) == most):
                break
            try:
                found = {name: evaluate(self.study.fitted(config, test), test) for name, config in self.configs.items()}
            except UNFITTABLE:
                if not self.tests:
                    raise
                continue
            if self.tests:
                self.study.release(test)
            self.tests.append(test)
            for name, evaluation in found.items():
                self.evaluations.setdefault(name, []).append(evaluation)

    def pooled(self) -> dict[str, Evaluation]:
        """Returns the evaluation of each config on all tests together."""
        return {name: pooled(parts, self.tests) for name, parts in self.evaluations.items()}


def baseline_configs(study: Study, config: Config) -> dict[str, Config]:
    """Returns the config of each baseline; the half-life of recent popularity is chosen on validation users.

    Without times there is no recent popularity.
    """
    found = {"popularity": baselines.popularity(config)}
    if study.deciding is not None and study.deciding.validation.reference.timestamps.any():
        recent = baselines.recent_popularity(config)
        found["recent popularity"] = max(recent, key=lambda one: study.reached(one, study.decides))
    return {**found, "item-kNN": baselines.item_knn(config)}


def judge(
    study: Study,
    chosen: Config,
    rival: Config | None = None,
    fallback: bool = True,
    slowest: float = 0.0,
    tests: int | None = None,
) -> tuple[Config, Report]:
    """Returns the config to publish, the chosen one or a baseline, and its report on test users.

    A champion's config, `rival`, stays unless the chosen one is better beyond noise; a baseline that is better than the
    one of the two that is left, beyond noise, takes its place. Without `fallback` the chosen one is published whatever
    was measured. `slowest` are the seconds of the slowest fit; `tests` is the number of tests of an earlier judgement,
    to be repeated.
    """
    others = baseline_configs(study, chosen)
    subjects = {MODEL: chosen, **others, **({CHAMPION: rival} if rival else {})}
    judgement = Judgement(study, subjects)
    judgement.run(slowest, tests)
    found = judgement.pooled()
    best = _left(found, study.seed, chosen == rival) if fallback else MODEL
    over = {name: paired_differences(found[best], found[name], study.seed, HEADLINE) for name in others}
    name = _published(over, found[best], best, rival is not None) if fallback else MODEL
    if name not in (MODEL, CHAMPION):
        study.tell(f"{name} takes the place of {label(subjects[best])}")
    elif name == CHAMPION:
        study.tell(f"the champion's config stays: {label(chosen)} is not better beyond noise")
    published = subjects[name]
    return published, _report(study, judgement, found, (best, name)) | _of_newcomers(study, published, others)


def _left(found: Mapping[str, Evaluation], seed: int, equal: bool) -> str:
    """Returns the name of the champion's config, unless the chosen one is better beyond noise, or `equal`."""
    if CHAMPION not in found or equal:
        return MODEL
    over = paired_differences(found[MODEL], found[CHAMPION], seed, [DECIDES])[DECIDES]
    return MODEL if better_beyond_noise(over) else CHAMPION


def _published(
    over: Mapping[str, Mapping[str, Mapping[str, float]]], measured: Evaluation, best: str, champion: bool
) -> str:
    """Returns the name of the config to publish, where `best` is left and `over` has its differences to baselines."""
    if len(measured.per_user[DECIDES]) < FEWEST_TO_JUDGE:
        return best if champion else "item-kNN"
    return next(iter(baselines.better({name: one[DECIDES] for name, one in over.items()})), best)


def _report(
    study: Study,
    judgement: Judgement,
    found: Mapping[str, Evaluation],
    names: tuple[str, str],
) -> Report:
    """Returns the report on a config; `names` are that of the model or champion left, and that of the published one."""
    best, name = names
    ours, config = found[name], judgement.configs[name]

    def described(other: str) -> dict[str, object]:
        return _figures(study, judgement.configs[other], found[other])

    def differences(one: str, other: str) -> object:
        return paired_differences(found[one], found[other], study.seed, HEADLINE)

    rivals = [other for other in found if other not in (MODEL, CHAMPION)]
    beside = {other: {**described(other), "over": differences(name, other)} for other in rivals}
    others = {other: found[other].segments for other in rivals if other != name}
    report: Report = {
        "evaluated": True,
        "split": _facts(study, judgement, len(ours.per_user[DECIDES])),
        "metrics": ours.means(),
        "intervals": {metric: list(ends) for metric, ends in ours.intervals(study.seed).items()},
        "segments": shown_segments(ours.segments, config.minimum_users, others, study.seed),
        "popularity": found["popularity"].means(),
        "over_popularity": paired_differences(ours, found["popularity"], study.seed),
        "baselines": beside,
        **({"baseline": config.baseline} if config.baseline else {}),
    }
    if name != best:
        report["model"] = described(best) | {"over": differences(best, name)}
    if CHAMPION in found:
        report["champion"] = {**described(CHAMPION), "refreshed": config == judgement.configs[CHAMPION]}
        report["over_champion"] = paired_differences(ours, found[CHAMPION], study.seed)
    if best == CHAMPION:
        report["challenger"] = described(MODEL) | {"over": differences(MODEL, CHAMPION)}
    return report


def _figures(study: Study, config: Config, found: Evaluation) -> dict[str, object]:
    """Returns the config of another model with its metrics, and the intervals of those that stand first."""
    ends = found.intervals(study.seed, HEADLINE)
    return {
        "config": config.to_json(),
        "metrics": found.means(),
        "intervals": {metric: list(both) for metric, both in ends.items()},
    }


def _facts(study: Study, judgement: Judgement, users: int) -> dict[str, object]:
    """Returns the facts of the split that decided; with several tests the training part is that of the first."""
    deciding, tests = study.questions[study.decides], judgement.tests
    first = tests[0]
    facts: dict[str, object] = {
        "kind": KINDS[study.decides],
        "question": study.decides,
        "seed": study.seed,
        "train_users": first.reference.n_users,
        "validation_users": deciding.validation.fold_in.n_users,
        "test_users": users,
        "splits": len(tests),
        "targets": "liked items" if first.liked else "items",
    }
    if judgement.late:
        facts["splits_planned"] = number_of_tests(study.decides, first)
    if study.decides == "calendar":
        pauses = study.data.pauses if study.data else NO_PAUSES
        facts["trained_until_ms"] = int(pauses.opened(int(first.reference.timestamps.max(initial=0))))
    return facts


def _of_newcomers(study: Study, published: Config, others: Mapping[str, Config]) -> Report:
    """Returns the part of the report about users of whom nothing was known at the moment of the calendar."""
    new = newcomers(study.data) if study.data and study.decides == "calendar" else None
    if new is None or study.deciding is None:
        return {}
    train = study.deciding.test
    new = liked_targets(new) if train.liked else new
    if new is None:
        return {}
    configs = {"published": published, **{name: others[name] for name in others if name != "item-kNN"}}
    metrics = {name: evaluate(study.fitted(config, train), new).means() for name, config in configs.items()}
    return {"newcomers": {"users": new.fold_in.n_users, "metrics": metrics.pop("published"), "baselines": metrics}}
