"""Refinement: the stages after the kernel, each of which may change the best config so far.

Each trial is recorded as

    {"stage", "question", "config", "ndcg@100", "taken"}     or {"stage", "question", "config", "failed"}

with `DECIDES` on the validation users of the stage's question. The first trial of a stage is the config that it began
with. `taken` says whether the stage ended with the config: that is one of its trials.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from doublebill.fit.selection.progress import changes, score
from doublebill.fit.selection.stages import STAGES, Stage
from doublebill.fit.selection.study import DECIDES, Study
from doublebill.fit.selection.trials import UNFITTABLE
from doublebill.model.config import Config

TOLERATED = 0.001
"""Loss of `DECIDES` that a better variant may have on the guard of a stage, and a favoured one on its question."""

Trial = dict[str, Any]


@dataclass(eq=False)
class Refinement:
    """The best config so far, and all trials of the stages."""

    study: Study
    best: Config
    rival: Config | None = None
    """The champion's config, whose fit is needed again for the report."""
    slowest: float = 0.0
    """Seconds of the slowest fit of a kernel."""
    tried: list[Trial] = field(default_factory=list)
    left_out: list[Trial] = field(default_factory=list)
    """Stages that were cut short, each with the reason."""

    def run(self, stage: Stage, variants: Iterable[Config], patience: int = 0) -> None:
        """Compares the variants of a stage, as many as the budget allows, and keeps the best one.

        Without variants nothing is recorded. After `patience` variants in a row that were not taken no more are tried,
        unless it is 0.
        """
        if not (variants := [config for config in variants if config != self.best]):
            return
        question = stage.question(self.study)
        began_with, clock, seconds = self.best, self.study.budget.clock, 0.0
        if self._cut(stage, question, [self.best, variants[0]], seconds):
            return
        before = len(self.tried)
        highest = self._reached(stage, question, self.best, -1.0) - TOLERATED * stage.favoured
        least = self.study.reached(self.best, stage.guard) - TOLERATED if self._guarded(stage) else -1.0
        in_vain = 0
        for config in variants:
            if patience and in_vain == patience:
                break
            if self._cut(stage, question, [config], seconds):
                break
            began = clock()
            reached = self._reached(stage, question, config, highest, least)
            in_vain = in_vain + 1 if reached < highest else 0
            highest = max(highest, reached)
            seconds = max(seconds, clock() - began)
            self.study.retain(began_with, self.best, config, self.rival)
        for trial in self.tried[before:]:
            if "taken" in trial:
                trial["taken"] = trial["config"] == self.best.to_json()
        outcome = changes(began_with, self.best) or "no change"
        self.study.tell(f"{stage.name} … {outcome}, {question} {DECIDES.upper()} {score(highest)}")

    def _cut(self, stage: Stage, question: str, configs: Sequence[Config], seconds: float) -> bool:
        """Returns whether a stage ends before these configs, and notes the reason."""
        why = self.study.unaffordable(configs, question, (self.best, self.rival), self.slowest, seconds)
        if why:
            self.study.tell(f"{stage.name} … cut short: {why}")
            self.left_out.append({"stage": stage.name, "why": why})
        return bool(why)

    def _guarded(self, stage: Stage) -> bool:
        return bool(stage.guard) and stage.guard in self.study.questions

    def _reached(self, stage: Stage, question: str, config: Config, highest: float, least: float = -1.0) -> float:
        """Tries a config, takes it where it is better than `highest` and reaches `least` on the guard."""
        trial = {"stage": stage.name, "question": question, "config": config.to_json()}
        try:
            reached = self.study.reached(config, question)
            taken = reached > highest
            if taken and config != self.best and self._guarded(stage):
                taken = self.study.reached(config, stage.guard) >= least
        except UNFITTABLE as failed:
            self.tried.append({**trial, "failed": str(failed)})
            return -1.0
        self.tried.append({**trial, DECIDES: reached, "taken": taken})
        if taken:
            self.best = config
        return reached if taken else -1.0


def refine(
    study: Study,
    chosen: Config,
    before: Sequence[Mapping[str, Any]] | None = None,
    rival: Config | None = None,
    slowest: float = 0.0,
) -> Refinement:
    """Refines a config, chosen without looking at these aspects, stage after stage.

    `before` are the trials of an earlier refinement, to be repeated. `slowest` are the seconds of the slowest kernel.
    """
    refinement = Refinement(study, chosen, rival, slowest)
    for stage in STAGES:
        if not stage.question(study):
            continue
        if before is None:
            refinement.run(stage, stage.variants(refinement.best, study), stage.patience)
        elif repeated := _repeated(before, stage, refinement.best):
            refinement.run(stage, repeated)
    return refinement


def _repeated(before: Sequence[Mapping[str, Any]], stage: Stage, best: Config) -> list[Config]:
    """Returns the configs that a stage of an earlier refinement tried.

    Runs before stages had names recorded the half-life and the transitions of each trial alone.
    """
    if any("stage" in trial for trial in before):
        return [Config.from_json(trial["config"]) for trial in before if trial["stage"] == stage.name]
    ordered = stage.name == "transitions"
    if stage.name not in ("half-life", "transitions"):
        return []
    fields = [trial for trial in before if bool(trial["transitions"]) == ordered]
    name = "transitions" if ordered else "half_life"
    return [replace(best, **{name: trial[name]}) for trial in fields]
