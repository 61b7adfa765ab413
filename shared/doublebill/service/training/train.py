"""Training, from top to bottom: read → clean → split → search → fit → publish → gate → promote.

The five steps of the service are collect (`doublebill.service.ingesting`), clean, train and publish (here), and serve
(`doublebill.service.serving`). Killed at any moment, a training leaves the old champion or the new one. One training of
a catalog works at a time: it holds the catalog's lease, and checks that it still does before anything is published.
"""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from doublebill.errors import Conflict, StoreUnavailable, TrainingRunning, Unfittable
from doublebill.fit.clean import Cleaned
from doublebill.fit.fit_recommender import fit
from doublebill.fit.layout.item_layout import map_of
from doublebill.fit.protection.protected import too_few_users
from doublebill.fit.ratings.rating_errors import fit_reported
from doublebill.fit.selection.trials import UNFITTABLE
from doublebill.model import artifact
from doublebill.model.config import Config
from doublebill.model.ratings import RatingModel
from doublebill.service.catalog import catalog_record, trending
from doublebill.service.catalog.catalog_record import CatalogRecord
from doublebill.service.catalog.erased.tombstones import Tombstones
from doublebill.service.catalog.lifetime import Lifetime
from doublebill.service.registry import champions, runs, versions
from doublebill.service.registry.leases.holding import OwnLease, working_alone
from doublebill.service.registry.leases.lease import lease_key
from doublebill.service.registry.privacy.claims import claim_of, is_private
from doublebill.service.serving import item_maps, popularity_fallback
from doublebill.service.training import promotion, promotion_gate, provenance
from doublebill.service.training.config_search import search
from doublebill.service.training.earlier import data_changes, fallen_quality
from doublebill.service.training.earlier.data_changes import EarlierRuns
from doublebill.service.training.job import TrainingJob
from doublebill.service.training.prepare import read_and_clean
from doublebill.service.training.private import cards
from doublebill.service.training.private.private_run import WHY, run_privately
from doublebill.values.privacy_claim import PrivacyClaim

MOST_STARTS = 5
"""Times that one training begins: each erasure of users meanwhile lets it begin again."""


def train(job: TrainingJob) -> runs.Record:
    """Trains a catalog, publishes the version, promotes it where the gate allows, and returns the record of the run.

    A run that has succeeded before, since its trigger came twice, is not trained again: its record is returned.

    Raises:
        TrainingRunning: when another training of the catalog, or another attempt at this run, is at work.
        Conflict: when another training has overtaken this one, whose lease had expired, or users were erased meanwhile
            and the training is private, or has begun again `MOST_STARTS` times.
        NotFound: when there is no such catalog, or it was removed meanwhile: then nothing stays of the training.
        NoEvents: when no stored event can be learned from.
        DataDamaged: when a stored object is damaged and the job does not skip such objects.
        Unfittable: when no config can be fitted to the data.
        BudgetSpent: when the training is private, and too little of the catalog's budget is left.
    """
    lifetime = Lifetime.of_now(job.objects, job.catalog)
    if earlier := runs.succeeded(job.objects, job.catalog, job.run):
        return earlier
    versions_made: list[str] = []
    with lifetime.taking_back(lambda: _take_back(job, "".join(versions_made))):
        finished = _train_without_erased(job, lifetime, versions_made)
        if finished["promoted"] and job.records is not None:
            promotion.copy_for_emergencies(job.objects, job.records, job.catalog, versions_made[0])
    return finished


def _train_without_erased(job: TrainingJob, lifetime: Lifetime, versions_made: list[str]) -> runs.Record:
    """Trains, and begins again where users are erased meanwhile, under a lease of a later generation."""
    for starts_left in reversed(range(MOST_STARTS)):
        try:
            with working_alone(job.objects, job.catalog, job.run, job.clock_ms, job.clock) as holding:
                return _train(job, lifetime, holding, versions_made)
        except TrainingRunning as other:
            runs.refuse(job.objects, job.catalog, job.run, other)
            raise
        except _ErasedMeanwhile:
            if not starts_left:
                raise
            versions_made.clear()
            job.tell("users were erased meanwhile: beginning again without them")
    raise AssertionError("the last start has ended by now")


def _train(job: TrainingJob, lifetime: Lifetime, holding: OwnLease, versions_made: list[str]) -> runs.Record:
    """Trains, publishes and promotes; notes the version in `versions_made` before anything of it is written."""
    objects, catalog, started_ms = job.objects, job.catalog, job.clock_ms()
    settings = catalog_record.read(objects, catalog)
    erased = _ErasedCheck(job, Tombstones.of_now(objects, catalog), is_private(settings, job.epsilon))
    job = replace(job, tell=erased.telling)
    record = runs.record_of(objects, catalog, job.run)
    generation, made = holding.lease.generation, runs.made(catalog, job.run, started_ms)
    plan = {"plan": job.plan} if job.plan and not is_private(settings, job.epsilon) else {}  # a plan counts events
    with record.running(started_ms, job.clock_ms, made, generation=generation, forced=job.force, **plan):
        parent = champions.read_champion(objects, catalog)
        claim = claim_of(settings, job.epsilon, job.delta, job.configs)
        made_version = (
            _private(job, settings, claim, started_ms) if claim else _measured(job, settings, parent, started_ms)
        )
        item_map = map_of(made_version.artifact)  # takes long, so before anything of the version is there
        lifetime.check()
        holding.check()
        erased.check()
        versions_made.append(version := made_version.artifact.version)
        job.tell(f"publishing {version}")
        versions.publish(objects, catalog, made_version.artifact)
        record.add(  # at once, for erasures to find it; before the pointer moves, so that every champion has its report
            **provenance.settings_and_platform(settings),
            version=version,
            parent=parent.version if parent else None,
            map=item_maps.summary(item_map),
            **made_version.fields,
        )
        item_maps.publish(objects, catalog, version, item_map)
        promoted, why = made_version.verdict()
        lifetime.check()
        holding.check()
        erased.check(version)  # later erasures find the version in the record of the run
        wanted = champions.Champion(version, job.run, started_ms, job.clock_ms(), generation=generation)
        if promoted and not champions.promote_made(objects, catalog, wanted, job.in_place_of):
            promoted, why = False, "the champion was moved after this training began"
        return record.add(state="succeeded", finished_ms=job.clock_ms(), promoted=promoted, why=why)


@dataclass(frozen=True)
class _Made:
    """A version that was made, before it is published."""

    artifact: artifact.Artifact
    fields: Mapping[str, object]
    """Of the record of the run."""
    verdict: Callable[[], tuple[bool, str]]
    """Returns whether it may become champion, and the reason."""


def _private(job: TrainingJob, settings: CatalogRecord, claim: PrivacyClaim, started_ms: int) -> _Made:
    """Makes a version with differential privacy."""
    made = run_privately(job, settings, claim, started_ms)
    return _Made(made.version, {**made.fields, "privacy_card": cards.of_private(job, made.fields)}, lambda: (True, WHY))


def _measured(job: TrainingJob, settings: CatalogRecord, parent: champions.Champion | None, started_ms: int) -> _Made:
    """Makes the version of the best config, and measures it."""
    prepared = read_and_clean(job, started_ms, settings)
    cleaned = prepared.cleaned
    earlier = EarlierRuns.of(job.objects, job.catalog, job.run)
    data = data_changes.reported(provenance.described(cleaned), prepared, earlier)
    found = search(job, cleaned, parent, settings)
    job.tell("fitting the chosen config on all users")
    fallen = [] if found.first else fallen_quality.fallen(job.objects, job.catalog, parent, found.report)
    rating_model, ratings = fit_reported(cleaned.ratings, found.ratings, found.config.minimum_users)
    fields: dict[str, object] = {
        "report": found.report | ({"ratings": ratings} if ratings else {}),
        "data": data,
        "window": prepared.window,
        "privacy_card": cards.of_measured(job, cleaned.interactions, data, found.config),
        "warnings": [
            *found.warnings,
            *data_changes.warnings(earlier, data),
            *fallen,
            *prepared.removed,
            *too_few_users(cleaned.interactions, settings.minimum_users),
        ],
        **({"skipped": prepared.skipped} if prepared.skipped else {}),
        **({"baseline": found.config.baseline} if found.config.baseline else {}),
    }

    def verdict() -> tuple[bool, str]:
        missing = data_changes.missing_events(job.objects, job.catalog, earlier, data, prepared.window)
        refusal = missing or fallen_quality.refusal(fallen)
        return promotion_gate.decide(found.report, job.force, found.first, refusal)

    return _Made(_fitted(job, cleaned, found.config, rating_model), fields, verdict)


def _fitted(job: TrainingJob, cleaned: Cleaned, config: Config, ratings: RatingModel | None) -> artifact.Artifact:
    """Returns the artifact of a model that is fitted to all users."""
    try:
        recent, matrix = cleaned.recent(config), cleaned.interactions
        model = fit(cleaned.catalog, matrix, config, ratings, recent=recent, summing=job.summing)
        return artifact.dump(model)
    except UNFITTABLE as failed:
        raise Unfittable(f"the config cannot be fitted to all users: {failed}") from failed


class _ErasedMeanwhile(Conflict):
    """Users were erased while a training worked that may begin again without them."""


@dataclass(frozen=True)
class _ErasedCheck:
    """Looks whether users were erased since a training read its data."""

    job: TrainingJob
    erased: Tombstones
    private: bool
    """Such a training does not begin again: each start spends of the budget."""

    def telling(self, step: str) -> None:
        """Reports a step, unless all of the work is in vain by now."""
        self.check()
        self.job.tell(step)

    def check(self, version: str = "") -> None:
        """Raises `Conflict` where users were erased since; deletes the version that has been made."""
        if Tombstones.of_now(self.job.objects, self.job.catalog) == self.erased:
            return
        _delete_version(self.job, version)
        problem = "users were erased while the training worked, and the version would have had them; train again"
        raise Conflict(problem) if self.private else _ErasedMeanwhile(problem)


def _take_back(job: TrainingJob, version: str) -> None:
    """Deletes the champion, the record and the version (empty where none was made) that a training wrote.

    A catalog that was made anew under the same name keeps what its own trainings wrote.
    """
    objects, catalog = job.objects, job.catalog
    champion = champions.read_champion(objects, catalog)
    promoted = champion is not None and champion.run == job.run
    gone = catalog_record.find(objects, catalog) is catalog_record.UNSET
    if promoted:
        objects.delete(champions.champion_key(catalog))
    if gone:
        objects.delete(trending.trending_key(catalog))
        objects.delete(lease_key(catalog))
    if job.records is not None and (promoted or gone):
        with contextlib.suppress(StoreUnavailable):
            job.records.put(popularity_fallback.record_key(catalog), b"")
    objects.delete(runs.record_of(objects, catalog, job.run).key)
    _delete_version(job, version)


def _delete_version(job: TrainingJob, version: str) -> None:
    """Deletes the files of a version, empty where there is none, unless another training made the very same."""
    if version and not _made_again(job, version):
        versions.delete(job.objects, job.catalog, version)


def _made_again(job: TrainingJob, version: str) -> bool:
    """Returns whether another training made the very same version."""
    every = runs.every(job.objects, job.catalog)
    return any(record.get("version") == version for run, record in every if run != job.run)
