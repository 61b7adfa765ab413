"""Training, from top to bottom: read → clean → split → search → fit → publish → gate → promote.

The five steps of the service are collect (`doublebill.service.ingesting`), clean, train and publish (here), and serve
(`doublebill.service.serving`). Killed at any moment, a training leaves the old champion or the new one.
"""

from doublebill.errors import Unfittable
from doublebill.fit.fit_recommender import fit
from doublebill.fit.ratings.rating_errors import fit_reported
from doublebill.fit.selection.trials import UNFITTABLE
from doublebill.model import artifact
from doublebill.service.catalog import catalog_record
from doublebill.service.registry import champions, runs, versions
from doublebill.service.training import data_changes, promotion, promotion_gate, provenance
from doublebill.service.training.config_search import search
from doublebill.service.training.data_changes import EarlierRuns
from doublebill.service.training.job import TrainingJob
from doublebill.service.training.prepare import read_and_clean


def train(job: TrainingJob) -> runs.Record:
    """Trains a catalog, publishes the version, promotes it where the gate allows, and returns the record of the run.

    Raises:
        NotFound: when there is no such catalog.
        NoEvents: when no stored event can be learned from.
        DataDamaged: when a stored object is damaged and the job does not skip such objects.
        Unfittable: when no config can be fitted to the data.
    """
    objects, catalog, started_ms = job.objects, job.catalog, job.clock_ms()
    settings = catalog_record.read(objects, catalog)
    record = runs.record_of(objects, catalog, job.run)
    with record.running(started_ms, job.clock_ms, runs.made(catalog, job.run, started_ms), forced=job.force):
        prepared = read_and_clean(job, started_ms, settings)
        cleaned = prepared.cleaned
        earlier = EarlierRuns.of(objects, catalog, job.run)
        data = data_changes.reported(provenance.described(cleaned), prepared, earlier)
        parent = champions.read_champion(objects, catalog)
        found = search(job, cleaned, parent, settings.exclude_seen)
        job.tell("fitting the chosen config on all users")
        rating_model, ratings = fit_reported(cleaned.ratings, found.ratings)
        try:
            dumped = artifact.dump(fit(cleaned.catalog, cleaned.interactions, found.config, rating_model))
        except UNFITTABLE as failed:
            raise Unfittable(f"the config cannot be fitted to all users: {failed}") from failed
        version = dumped.version
        job.tell(f"publishing {version}")
        versions.publish(objects, catalog, dumped)
        record.add(  # before the pointer moves, so that every champion has its report
            version=version,
            parent=parent.version if parent else None,
            report=found.report | ({"ratings": ratings} if ratings else {}),
            data=data,
            window=prepared.window,
            kinds=settings.kinds.changes(),
            rating_scale=settings.rating_scale.to_json() if settings.rating_scale else None,
            platform=provenance.this_platform(),
            warnings=data_changes.warnings(earlier, data),
            **({"skipped": prepared.skipped} if prepared.skipped else {}),
        )
        missing = data_changes.missing_events(objects, catalog, earlier, data)
        promoted, why = promotion_gate.decide(found.report, job.force, found.first, missing)
        if promoted and not champions.promote_run(objects, catalog, version, job.run, started_ms, job.clock_ms()):
            promoted, why = False, "the champion was moved after this training began"
        finished = record.add(state="succeeded", finished_ms=job.clock_ms(), promoted=promoted, why=why)
    if promoted and job.records is not None:
        promotion.copy_for_emergencies(objects, job.records, catalog, version)
    return finished
