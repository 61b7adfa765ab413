"""Splitting and searching: the config to publish, found on users that are held out of the data."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from doublebill.errors import Unfittable
from doublebill.fit.clean import Cleaned
from doublebill.fit.evaluation.report import Report
from doublebill.fit.protection.protected import MOST_ITEMS, Protected
from doublebill.fit.ratings.rating_errors import RatingReport, evaluate_ratings
from doublebill.fit.selection.candidates import COLD_USERS, candidates
from doublebill.fit.selection.select import select
from doublebill.fit.selection.study import SEED, Study
from doublebill.fit.selection.time_budget import REFIT, TimeBudget
from doublebill.fit.selection.trials import UNFITTABLE
from doublebill.fit.selection.work import RATING
from doublebill.model.config import Config, Private
from doublebill.service.catalog.catalog_record import CatalogRecord
from doublebill.service.registry import versions
from doublebill.service.registry.champions import Champion
from doublebill.service.registry.written_configs import read_config
from doublebill.service.training.job import TrainingJob

CUT = (
    "cut by the clock: {}; another run of the same rows may choose another config. Train with --config to repeat this "
    "config, or with a smaller --budget, which ends the search at the same place on every machine"
)


@dataclass(frozen=True)
class SearchOutcome:
    """The config to publish, and what was measured of it."""

    config: Config
    report: Report
    ratings: RatingReport | None
    first: bool
    """Whether the catalog has no champion that this code can load."""

    @property
    def warnings(self) -> list[str]:
        """Returns a sentence where the clock of the machine cut the search or the measurement short, else nothing."""
        split: Any = self.report.get("split", {})
        splits, planned = split.get("splits"), split.get("splits_planned")
        measured = [f"{splits} of {planned} splits measured"] if planned else []
        if not measured and not self.report["cut_by_clock"]:
            return []
        counted = [f"{self.report['tried']} of {self.report['of']} configs tried", *measured]
        return [CUT.format(", ".join(counted))]


def search(job: TrainingJob, cleaned: Cleaned, champion: Champion | None, settings: CatalogRecord) -> SearchOutcome:
    """Compares configs on users that none was fitted on, and the best of them with the champion's config.

    Where the catalog's settings do not say, items that people come back to are shown again.

    Raises:
        Unfittable: when no config can be fitted to the data.
    """
    ratings, budget = _evaluate_ratings(job, cleaned, settings.minimum_users)
    excluded = not cleaned.repeatable if settings.exclude_seen is None else settings.exclude_seen
    protected = Protected(settings.minimum_users, MOST_ITEMS)
    configs = [protected.config(one) for one in _configs(job, cleaned, excluded)]
    rival, reason = None, ""
    if champion:
        rival, reason = versions.config_or_reason(job.objects, job.catalog, champion.version)
    first = rival is None
    if rival and isinstance(rival.family, Private):
        rival, reason = None, "it is private, and fitting it again would spend privacy"
    if rival:
        # settings of today, and metadata that have come, which say nothing about the model
        cold_users = rival.cold_users or (COLD_USERS if cleaned.catalog.described and not rival.baseline else 0)
        today = replace(rival, exclude_seen=excluded, minimum_users=1, most_items=0, cold_users=cold_users)
        rival = protected.config(today)
    study = Study.of(cleaned.catalog, cleaned.timeline, SEED, job.tell, budget, summing=job.summing)
    try:
        config, report = select(study, configs, rival, bool(job.configs), job.fallback)
    except UNFITTABLE as failed:
        raise Unfittable(f"{failed}; train with other configs") from failed
    if champion:
        compared = report.get("champion")
        fields = compared if isinstance(compared, dict) else {"not_compared": reason or "nothing was evaluated"}
        report["champion"] = {"version": champion.version, **fields}
    return SearchOutcome(config, report, ratings, first)


def _configs(job: TrainingJob, cleaned: Cleaned, exclude_seen: bool) -> Sequence[Config]:
    """Returns the configs to try: those of the job, or else the candidates for this data."""
    described = cleaned.catalog.described
    if not job.configs:
        return candidates(cleaned.interactions, exclude_seen, metadata=described)
    cold_users = COLD_USERS if described else 0
    return [read_config(one, exclude_seen=exclude_seen, cold_users=cold_users) for one in job.configs]


def _evaluate_ratings(job: TrainingJob, cleaned: Cleaned, minimum_users: int) -> tuple[RatingReport | None, TimeBudget]:
    """Predicts hidden ratings, and keeps that work and the work of fitting them again out of the budget."""
    if len(cleaned.ratings.items):
        job.tell("predicting hidden ratings")
    ratings = evaluate_ratings(cleaned.ratings, SEED, minimum_users)
    return ratings, job.budget.keeping((1 + REFIT) * RATING * len(cleaned.ratings.items))
