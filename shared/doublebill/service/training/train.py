"""Training: from everything stored about a catalog to a published version, and to a new champion if it deserves it."""

import contextlib
from collections.abc import Callable
from dataclasses import replace

from doublebill.errors import Conflict, NoEvents, StoreUnavailable
from doublebill.fit.clean import Cleaned, clean
from doublebill.fit.evaluation.report import Report
from doublebill.fit.fit_model import fit
from doublebill.fit.ratings.rating_errors import evaluate_ratings, fit_measured
from doublebill.fit.selection.budget import ENDLESS, REFIT, Budget
from doublebill.fit.selection.candidates import candidates
from doublebill.fit.selection.select import SEED, select
from doublebill.fit.selection.study import Study
from doublebill.model import artifact
from doublebill.model.config import Config
from doublebill.service.access import caller_registry
from doublebill.service.catalog import catalogs, trending
from doublebill.service.registry import champions, runs, versions
from doublebill.service.serving import popularity_fallback
from doublebill.service.training import data_snapshot, promotion_gate, provenance
from doublebill.stores.objects import Objects
from doublebill.stores.records import Records

Tell = Callable[[str], None]


def train(
    objects: Objects,
    catalog: str,
    run: str,
    clock_ms: Callable[[], int],
    tell: Tell = lambda _: None,
    force: bool = False,
    budget: Budget = ENDLESS,
    records: Records | None = None,
) -> runs.Record:
    """Trains the catalog and gives the record of the run; `tell` hears what is being done.

    `force` promotes the version whatever the gate says, and `budget` may cut the list of configs short; the record
    tells both. A version that is promoted has its popular items written to `records`.

    Raises:
        NotFound: when there is no such catalog.
        NoEvents: when nothing is stored that could be learnt from.
    """
    started_ms = clock_ms()
    catalogs.settings(objects, catalog)
    job = runs.record_of(objects, catalog, run)
    job.begin(started_ms, runs.made(catalog, run, started_ms), forced=force)
    with job.noting_failure(clock_ms):
        record = _train(objects, catalog, run, started_ms, clock_ms, tell, force, budget)
    if records is not None and record["promoted"]:
        with contextlib.suppress(StoreUnavailable):  # what was popular before still serves as a last resort
            popularity_fallback.remember(objects, records, catalog, str(record["version"]))
            caller_registry.copy(objects, records)
    return record


def _train(
    objects: Objects,
    catalog: str,
    run: str,
    started_ms: int,
    clock_ms: Callable[[], int],
    tell: Tell,
    force: bool,
    budget: Budget,
) -> runs.Record:
    tell("reading events")
    read = data_snapshot.everything(objects, catalog)
    trend = trending.Trend(trending.latest_ms(started_ms))
    cleaned = clean(trend.watching(read.read_events(objects)), read.read_items(objects))
    with contextlib.suppress(StoreUnavailable, Conflict):  # a model is worth more than what trends
        trending.write(objects, catalog, trend.trending())
    if not cleaned.interactions.n_users:
        raise NoEvents(f"catalog {catalog!r} has no events to train on")
    parent = champions.read_champion(objects, catalog)
    began = budget.clock()
    if len(cleaned.ratings.items):
        tell("predicting hidden ratings")
    measured = evaluate_ratings(cleaned.ratings, SEED)
    budget = budget.keeping(REFIT * (budget.clock() - began))
    config, report = _selected(objects, catalog, cleaned, parent, tell, budget)
    tell("fitting on everything")
    rating_model, measured = fit_measured(cleaned.ratings, measured)
    dumped = artifact.dump(fit(cleaned.catalog, cleaned.interactions, config, rating_model))
    if measured:
        report["ratings"] = measured
    tell(f"publishing {dumped.version}")
    versions.publish(objects, catalog, dumped)
    job = runs.record_of(objects, catalog, run)
    job.add(  # before the pointer moves, so that whatever is champion is told of
        version=dumped.version,
        parent=parent.version if parent else None,
        report=report,
        data=provenance.described(cleaned),
        window=read.to_json(started_ms),
        platform=provenance.this_platform(),
    )
    first = parent is None or not versions.is_loadable(objects, catalog, parent.version)
    promoted, why = promotion_gate.decide(report, force, first)
    if promoted and not champions.promote_run(objects, catalog, dumped.version, run, started_ms, clock_ms()):
        promoted, why = False, "the champion was moved after this training began"
    ended_ms = clock_ms()
    return job.add(state="succeeded", finished_ms=ended_ms, promoted=promoted, why=why)


def _selected(
    objects: Objects, catalog: str, cleaned: Cleaned, parent: champions.Champion | None, tell: Tell, budget: Budget
) -> tuple[Config, Report]:
    """The config to publish, and its report, which tells how the champion's config does where that can be told."""
    exclude_seen = catalogs.settings(objects, catalog)["exclude_seen"]
    excluded = not cleaned.repeatable if exclude_seen is None else bool(exclude_seen)
    configs = candidates(cleaned.interactions, excluded, metadata=cleaned.catalog.described)
    champion, unknown = versions.config_or_reason(objects, catalog, parent.version) if parent else (None, "")
    if champion:
        champion = replace(champion, exclude_seen=excluded)  # a setting of today, which says nothing about the model
    study = Study.of(cleaned.catalog, cleaned.interactions, SEED, tell, budget)
    config, report = select(study, configs, champion)
    if parent:
        compared = report.get("champion")
        told = compared if isinstance(compared, dict) else {"not_compared": unknown or "nothing was evaluated"}
        report["champion"] = {"version": parent.version, **told}
    return config, report
