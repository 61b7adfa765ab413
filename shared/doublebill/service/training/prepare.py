"""Reading and cleaning: the first two steps of a training, from stored events to one matrix."""

import contextlib
from collections.abc import Mapping

from doublebill.errors import Conflict, NoEvents, StoreUnavailable
from doublebill.fit.clean import Cleaned, clean
from doublebill.service.catalog import catalog_record, trending
from doublebill.service.training.data_snapshot import DataSnapshot
from doublebill.service.training.job import TrainingJob
from doublebill.stores.objects import Objects
from doublebill.values.event_kinds import EventKinds


def read_and_clean(job: TrainingJob, started_ms: int, kinds: EventKinds) -> tuple[Cleaned, Mapping[str, object]]:
    """Reads and cleans everything that is stored about the catalog, and counts trending items on the way.

    Returns the data with the snapshot that was read, as the record of a run has it.

    Raises:
        NoEvents: when no stored event can be learned from.
    """
    job.tell("reading events")
    snapshot = DataSnapshot.of_now(job.objects, job.catalog)
    window = snapshot.to_json(started_ms)
    items, events = snapshot.read_items(job.objects), snapshot.read_events(job.objects)
    trend = trending.Trend(trending.latest_ms(started_ms), kinds)
    cleaned = clean(trend.watching(events), items, kinds)
    with contextlib.suppress(StoreUnavailable, Conflict):  # a model is worth more than a list of trending items
        trending.write(job.objects, job.catalog, trend.trending())
    if not cleaned.interactions.n_users:
        raise NoEvents(f"catalog {job.catalog!r} has no events to train on")
    return cleaned, window


def cleaned_now(objects: Objects, catalog: str) -> Cleaned:
    """Returns everything that is stored about the catalog, cleaned; writes nothing.

    Raises:
        NoEvents: when no stored event can be learned from.
    """
    snapshot, kinds = DataSnapshot.of_now(objects, catalog), catalog_record.find(objects, catalog).kinds
    cleaned = clean(snapshot.read_events(objects), snapshot.read_items(objects), kinds)
    if not cleaned.interactions.n_users:
        raise NoEvents(f"catalog {catalog!r} has no events to train on")
    return cleaned
