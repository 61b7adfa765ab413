"""Trials: configs fitted on the training part one after the other and compared on validation users."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from doublebill.fit.evaluation.evaluate import evaluate
from doublebill.fit.fit_recommender import fit
from doublebill.fit.selection.progress import label, remaining, score
from doublebill.fit.selection.study import Study
from doublebill.fit.selection.time_budget import MEASURING, REFIT
from doublebill.fit.splits.holdout import Holdout
from doublebill.model.config import Config
from doublebill.model.recommender import Recommender

DECIDES = "ndcg@100"
"""Metric by which configs are compared."""

UNFITTABLE = (np.linalg.LinAlgError, ArithmeticError)
"""Errors of a config that cannot be fitted to the data; they fail the trial, not the training."""


@dataclass(eq=False)
class Trials:
    """The trials of a study so far, and the best recommender among them."""

    study: Study
    validation: Holdout
    of: int
    """Number of configs to try."""
    slowest: float = 0.0
    """Seconds of the slowest trial."""
    best: Recommender | None = None
    highest: float = -math.inf
    """`DECIDES` of the best."""
    tried: list[Mapping[str, object]] = field(default_factory=list)
    """Each trial in order, as reports have it: its config with its validation metrics or its failure."""

    def run(self, config: Config, fitted: Recommender | None = None) -> None:
        """Tries one config, which may be `fitted` already; of equal ones the first stays the best."""
        began = self.study.budget.clock()
        try:
            outcome = self._compare(config, fitted)
        except UNFITTABLE as failed:
            self.tried.append({"config": config.to_json(), "failed": str(failed)})
            outcome = f"cannot be fitted: {failed}"
        seconds = self.study.budget.clock() - began
        self.slowest = max(self.slowest, seconds)
        timing = f"{seconds:.1f} s, " if seconds else ""
        place = f"[{len(self.tried)}/{self.of}] {label(config)}"
        self.study.tell(f"{place} … {timing}{outcome}{remaining(self._seconds_left())}")

    def _compare(self, config: Config, fitted: Recommender | None) -> str:
        assert self.study.split is not None  # noqa: S101  # there are validation users
        notes: dict[str, object] = {}
        recommender = fitted or fit(self.study.catalog, self.study.split.train, config, notes=notes)
        means = evaluate(recommender, self.validation).means()
        self.tried.append({"config": config.to_json(), "validation": means, **notes})
        reached = means[DECIDES]
        better = reached > self.highest
        if better:
            self.best, self.highest = recommender, reached
        return f"{DECIDES.upper()} {score(reached)}{' (best so far)' if better else ''}"

    def _seconds_left(self) -> float:
        """Returns an estimate of the time to the end of the training, at most that of the budget."""
        budget = self.study.budget
        return min((self.of - len(self.tried) + REFIT + MEASURING) * self.slowest, budget.deadline - budget.clock())
