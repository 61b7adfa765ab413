"""Trials: configs fitted on the training part one after the other and compared on validation users."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from doublebill.fit.selection.probes import STEPS, ended, hopeless, probe_of, regularised_better
from doublebill.fit.selection.progress import label, remaining, score
from doublebill.fit.selection.study import DECIDES, Study
from doublebill.fit.selection.time_budget import MEASURING, REFIT
from doublebill.model.config import Config

UNFITTABLE = (np.linalg.LinAlgError, ArithmeticError)
"""Errors of a config that cannot be fitted to the data; they fail the trial, not the training."""


@dataclass(eq=False)
class Trials:
    """The trials of a study so far, and the best config among them."""

    study: Study
    of: int
    """Number of configs to try."""
    rival: Config | None = None
    """The champion's config, whose fit is needed again for the report."""
    slowest: float = 0.0
    """Seconds of the slowest trial."""
    best: Config | None = None
    highest: float = -math.inf
    """`DECIDES` of the best."""
    tried: list[Mapping[str, object]] = field(default_factory=list)
    """Each trial in order, as reports have it: its config with its validation metrics or its failure."""
    left_out: list[Mapping[str, object]] = field(default_factory=list)
    """Configs that were not tried, as reports have them: each with the reason."""
    _reached: dict[Config, float] = field(default_factory=dict)
    """`DECIDES` of each config that was tried."""
    _notes: dict[Config, dict[str, Any]] = field(default_factory=dict)
    """Facts of fits that probes made whole."""

    def run(self, config: Config) -> None:
        """Tries one config; of equal ones the first stays the best."""
        began = self.study.budget.clock()
        try:
            outcome = self._compare(config)
        except UNFITTABLE as failed:
            self.tried.append({"config": config.to_json(), "failed": str(failed)})
            outcome = f"cannot be fitted: {failed}"
        self.study.retain(self.best, self.rival)
        seconds = self.study.budget.clock() - began
        self.slowest = max(self.slowest, seconds)
        timing = f"{seconds:.1f} s, " if seconds else ""
        place = f"[{len(self.tried) + len(self.left_out)}/{self.of}] {label(config)}"
        self.study.tell(f"{place} … {timing}{outcome}{remaining(self._seconds_left())}")

    def skip(self, config: Config) -> bool:
        """Returns whether a config is left out, and notes the reason: it cannot win, or the budget has no more for it.

        Its probe is far behind the best, or configs that differ only in how much they are regularised say so. The
        champion's config is not left out, nor is any config before one could be fitted.
        """
        if config == self.rival:
            return False
        better = regularised_better(config, self._reached)
        why = f"{label(better)} reached more than one that is regularised less" if better else self._without(config)
        if why:
            self.left_out.append({"config": config.to_json(), "why": why})
            self.study.tell(f"{label(config)} … left out: {why}")
        return bool(why)

    def _without(self, config: Config) -> str:
        """Returns the reason for which a config is left out that could win, empty where it is tried."""
        probe = probe_of(config, self.study.validation(self.study.decides).reference.n_users)
        if probe is None:
            return self._unaffordable(config)
        return self._unaffordable(probe) or self._behind(config, probe) or self._unaffordable(config)

    def _unaffordable(self, config: Config) -> str:
        if self.best is None:
            return ""  # at least one is tried
        ending = (self.best, self.rival)
        return self.study.unaffordable([config], self.study.decides, ending, self.slowest, self.slowest)

    def _behind(self, config: Config, probe: Config) -> str:
        """Returns how far the probe of a config is behind the best, where that is far; else nothing."""
        notes = dict[str, Any]()
        try:
            reached = self.study.headline(probe, self.study.decides, notes)[DECIDES]
        except UNFITTABLE:
            return ""  # the trial itself says why
        if hopeless(reached, self.highest):
            self.study.retain(self.best, self.rival)
            return f"{DECIDES.upper()} {score(reached)} after {STEPS} steps, {score(self.highest)} for the best"
        if ended(probe, notes):
            self.study.repeat(probe, config, self.study.decides)
            self._notes[config] = notes
        return ""

    def _compare(self, config: Config) -> str:
        notes = self._notes.get(config, {})
        means = self.study.headline(config, self.study.decides, notes)
        self.tried.append({"config": config.to_json(), "validation": means, **notes})
        reached = self._reached[config] = means[DECIDES]
        better = reached > self.highest
        if better:
            self.best, self.highest = config, reached
        return f"{DECIDES.upper()} {score(reached)}{' (best so far)' if better else ''}"

    def _seconds_left(self) -> float:
        """Returns an estimate of the time to the end of the training, at most that of the budget."""
        budget = self.study.budget
        return min(
            (self.of - len(self.tried) - len(self.left_out) + REFIT + MEASURING) * self.slowest,
            budget.deadline - budget.clock(),
        )
