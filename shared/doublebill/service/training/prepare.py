"""Reading and cleaning: the first two steps of a training, from stored events to one matrix."""

import contextlib

from doublebill.errors import Conflict, NoEvents, StoreUnavailable
from doublebill.fit.clean import Cleaned, clean
from doublebill.service.catalog import trending
from doublebill.service.training.data_snapshot import DataSnapshot
from doublebill.service.training.job import TrainingJob
from doublebill.stores.objects import Objects


def read_and_clean(job: TrainingJob, started_ms: int) -> tuple[DataSnapshot, Cleaned]:
    """Reads everything that is stored about the catalog, and counts trending items on the way.

    Raises:
        NoEvents: when no stored event can be learned from.
    """
    job.tell("reading events")
    snapshot = DataSnapshot.of_now(job.objects, job.catalog)
    trend = trending.Trend(trending.latest_ms(started_ms))
    cleaned = clean(trend.watching(snapshot.read_events(job.objects)), snapshot.read_items(job.objects))
    with contextlib.suppress(StoreUnavailable, Conflict):  # a model is worth more than a list of trending items
        trending.write(job.objects, job.catalog, trend.trending())
    return snapshot, _checked(cleaned, job.catalog)


def cleaned_now(objects: Objects, catalog: str) -> Cleaned:
    """Returns everything that is stored about the catalog, cleaned; writes nothing.

    Raises:
        NoEvents: when no stored event can be learned from.
    """
    snapshot = DataSnapshot.of_now(objects, catalog)
    return _checked(clean(snapshot.read_events(objects), snapshot.read_items(objects)), catalog)


def _checked(cleaned: Cleaned, catalog: str) -> Cleaned:
    if not cleaned.interactions.n_users:
        raise NoEvents(f"catalog {catalog!r} has no events to train on")
    return cleaned
