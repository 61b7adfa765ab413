"""Private run: reads the data of a catalog, pays for a private model, fits it, and says what it releases.

Nothing that the run writes depends on the events, but for the noised sums: no count, no digest, no measurement, no
warning, no list of trending items, no rating scale that was learnt. A catalog without any events is trained too: that
it has none would be an answer.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass

from doublebill.errors import Conflict, ObjectDamaged, StoreUnavailable, Unfittable
from doublebill.fit.private.clipped_users import SENSITIVITY
from doublebill.fit.private.fit_private import PrivateFit, fit_private
from doublebill.model import artifact
from doublebill.model.artifact import Artifact
from doublebill.service.catalog import trending
from doublebill.service.catalog.blocks import compaction
from doublebill.service.catalog.catalog_record import CatalogRecord
from doublebill.service.registry.privacy import ledger
from doublebill.service.training.job import TrainingJob
from doublebill.service.training.prepare import unmeasured
from doublebill.service.training.private.public_items import public_catalog, with_public_items
from doublebill.values.privacy_claim import PrivacyClaim

WHY = "private: nothing is measured on the data, since each figure would cost a share of the budget"

RELEASED: Mapping[str, list[str]] = {
    "noised": ["popularity", "edges", "neighbours", "explanations", "golden requests", "map"],
    "independent": [
        "items and their metadata",
        "config",
        "size of the head",
        "promotion",
        "platform",
        "times of the run",
    ],
    "left_out": [
        "report",
        "selection",
        "counts and digest of the data",
        "warnings",
        "ratings",
        "order of histories",
        "recent popularity",
        "half-life",
        "cold items",
        "trending items",
    ],
}
"""Everything that a version or its run says, by the way in which it is private."""


@dataclass(frozen=True)
class PrivateRun:
    """A private version, and what the record of its run says."""

    version: Artifact
    fields: Mapping[str, object]


def run_privately(job: TrainingJob, settings: CatalogRecord, claim: PrivacyClaim, started_ms: int) -> PrivateRun:
    """Trains a private version; what it costs is in the ledger before any noise is drawn.

    Raises:
        BudgetSpent: when too little is left for the claim.
        DataDamaged: when a stored object is damaged and the job does not skip such objects.
        Unfittable: when no item is described.
        Conflict, StoreUnavailable: when the spending could not be written; nothing was released.
    """
    total = settings.privacy.total
    ledger.read(job.objects, job.catalog).check(claim, total)  # before a long time of reading
    job.tell("reading events")
    with contextlib.suppress(StoreUnavailable, Conflict, ObjectDamaged):
        compaction.compact_many(job.objects, job.catalog, started_ms)
    cleaned, items = unmeasured(job, started_ms, settings)
    public = public_catalog(items)
    if not len(public):
        fix = "import metadata of the items that may be recommended, or put them by /items"
        raise Unfittable(f"catalog {job.catalog!r} describes no items, and a private version names no others; {fix}")
    interactions = with_public_items(cleaned, public)
    paid = ledger.spend(job.objects, job.catalog, job.run, claim, total, job.clock_ms())
    job.tell(f"fitting a private model with {claim}")
    excluded = settings.exclude_seen is not False
    fitted = fit_private(public, interactions, claim, excluded, summing=job.summing)
    job.objects.delete(trending.trending_key(job.catalog))
    return PrivateRun(artifact.dump(fitted.model), _fields(claim, fitted, paid, total))


def _fields(claim: PrivacyClaim, fitted: PrivateFit, paid: ledger.Ledger, total: PrivacyClaim) -> dict[str, object]:
    privacy = {
        **claim.to_json(),
        "neighbours": "data sets that differ in all rows of one user",
        "mechanism": "discrete Gaussian noise on sums in fixed point, accounted as zCDP",
        "nano_rho": paid.latest[0].nano_rho,
        "sensitivity": SENSITIVITY,
        "deviations": {"popularity": fitted.sums.popularity_deviation, "pairs": fitted.sums.pair_deviation},
        "items": len(fitted.sums.popularity),
        "head": len(fitted.sums.head),
        "spent": {"epsilon": paid.spent(total.delta), "of": total.epsilon, "delta": total.delta},
        "trainings": paid.trainings,
        "released": RELEASED,
    }
    report = {"evaluated": False, "why": WHY, "cut": False, "tried": 0, "of": 0, "candidates": []}
    return {"report": report, "data": {}, "warnings": [], "privacy": privacy}
