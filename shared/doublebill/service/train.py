"""Training: from everything stored about a catalog to a published version, and to a new champion if it deserves it."""

import os
import platform
from collections.abc import Callable, Mapping

import numpy as np
import scipy

import doublebill
from doublebill import artifact
from doublebill.errors import DoublebillError, NoEvents
from doublebill.fit.clean import Cleaned, clean
from doublebill.fit.fitting import fit
from doublebill.fit.select import DECIDES, Report, candidates, select
from doublebill.service import catalogs, event_log, publish, runs
from doublebill.stores.objects import Objects

Tell = Callable[[str], None]

FEWEST_TO_REFUSE = 10
"""Test users without whom the gate refuses nothing: the spread of so few says little."""


def train(
    objects: Objects,
    catalog: str,
    run: str,
    clock_ms: Callable[[], int],
    tell: Tell = lambda _: None,
    force: bool = False,
) -> runs.Record:
    """Trains the catalog and gives the record of the run; `tell` hears what is being done.

    `force` promotes the version whatever the gate says; the record tells.

    Raises:
        NotFound: when there is no such catalog.
        NoEvents: when nothing is stored that could be learnt from.
    """
    started_ms = clock_ms()
    catalogs.settings(objects, catalog)
    runs.write(objects, catalog, run, started_ms, state="running", started_ms=started_ms)
    try:
        return _train(objects, catalog, run, started_ms, clock_ms, tell, force)
    except Exception as failed:  # whatever ended it, the record says so, and it goes on being raised
        why = str(failed) if isinstance(failed, DoublebillError) else repr(failed)
        runs.write(objects, catalog, run, clock_ms(), state="failed", finished_ms=clock_ms(), error=why)
        raise


def _train(
    objects: Objects, catalog: str, run: str, started_ms: int, clock_ms: Callable[[], int], tell: Tell, force: bool
) -> runs.Record:
    tell("reading events")
    cleaned = clean(event_log.read_events(objects, catalog), catalogs.read_items(objects, catalog))
    if not cleaned.interactions.n_users:
        raise NoEvents(f"catalog {catalog!r} has no events to train on")
    exclude_seen = catalogs.settings(objects, catalog)["exclude_seen"]
    configs = candidates(not cleaned.repeatable if exclude_seen is None else bool(exclude_seen))
    config, report = select(cleaned.catalog, cleaned.interactions, configs, tell)
    tell("fitting on everything")
    dumped = artifact.dump(fit(cleaned.catalog, cleaned.interactions, config))
    tell(f"publishing {dumped.version}")
    parent = publish.read_champion(objects, catalog)
    publish.publish(objects, catalog, dumped)
    runs.write(  # before the pointer moves, so that whatever is champion is told of
        objects,
        catalog,
        run,
        clock_ms(),
        version=dumped.version,
        parent=parent.version if parent else None,
        report=report,
        data=_described(cleaned),
        platform=_platform(),
    )
    promoted, why = decide(report, force)
    if parent is None and not promoted:
        promoted, why = True, f"the first of its catalog, though {why}"
    if promoted and not publish.promote_run(objects, catalog, dumped.version, run, started_ms, clock_ms()):
        promoted, why = False, "the champion was moved after this training began"
    ended_ms = clock_ms()
    return runs.write(
        objects, catalog, run, ended_ms, state="succeeded", finished_ms=ended_ms, promoted=promoted, why=why
    )


def decide(report: Report, force: bool) -> tuple[bool, str]:
    """The gate: whether a version may become champion, and why."""
    if force:
        return True, "forced"
    if not report["evaluated"]:
        return True, f"not evaluated: {report['why']}"
    better = report["over_popularity"]
    measured: Mapping[str, float] = better[DECIDES] if isinstance(better, dict) else {}
    beyond_noise = measured["difference"] + 2 * measured["standard_error"] < 0
    if beyond_noise and measured["users"] >= FEWEST_TO_REFUSE:
        return False, f"worse than popularity by {-measured['difference']:.4f} {DECIDES} on test users"
    return True, f"{DECIDES} over popularity {measured['difference']:+.4f} on test users"


def _described(cleaned: Cleaned) -> dict[str, object]:
    return {
        "events": cleaned.events,
        "duplicates": cleaned.duplicates,
        "users": cleaned.interactions.n_users,
        "items": len(cleaned.catalog),
        "interactions": len(cleaned.interactions.items),
        "newest": runs.iso(cleaned.newest) if cleaned.newest else None,
    }


def _platform() -> dict[str, str]:
    return {
        "doublebill": doublebill.__version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "machine": platform.machine(),
        "threads": os.environ.get("OPENBLAS_NUM_THREADS") or str(os.cpu_count()),
    }
