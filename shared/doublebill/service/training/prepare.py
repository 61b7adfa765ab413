"""Reading and cleaning: the first two steps of a training, from stored events to one matrix."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from doublebill.columns.freed_memory import give_back
from doublebill.errors import Conflict, NoEvents, ObjectDamaged, StoreUnavailable
from doublebill.event_table import EventTable
from doublebill.fit.clean import Cleaned, Cleaning
from doublebill.model.items import Item
from doublebill.service.catalog import catalog_record, trending
from doublebill.service.catalog.blocks import compaction
from doublebill.service.catalog.catalog_record import CatalogRecord
from doublebill.service.catalog.trending import TrendingCount
from doublebill.service.training.data_snapshot import DataSnapshot
from doublebill.service.training.job import TrainingJob
from doublebill.service.training.training_report import TrainingReport
from doublebill.stores.objects import Objects
from doublebill.times.retention import kept_since_ms
from doublebill.values.learnt_scale import LearntScale
from doublebill.values.rating_scale import LARGEST_RATING, RatingScale

ANY_RATING = RatingScale(0, LARGEST_RATING)
"""The scale of ratings where none is set and none may be learnt."""

REMOVED = "import {} was removed while it was read; the version is without it"


@dataclass(frozen=True)
class Prepared:
    """The data of a training, and the way it was read."""

    cleaned: Cleaned
    rows: int
    """Events that were read, with repetitions and those of removed items."""
    report: Mapping[str, object]
    """The data report."""
    window: Mapping[str, object]
    """The snapshot that was read, as the record of a run has it."""
    damaged: Sequence[ObjectDamaged]
    """The objects that were left out."""
    removed: Sequence[str] = ()
    """A sentence for each import that was removed while it was read, and left out."""

    @property
    def skipped(self) -> list[dict[str, str]]:
        """Returns the objects that were left out, as the record of a run has them."""
        return [{"object": one.name, "problem": one.problem} for one in self.damaged]


def read_and_clean(job: TrainingJob, started_ms: int, settings: CatalogRecord) -> Prepared:
    """Reads and cleans everything that is stored about the catalog, and counts trending items on the way.

    Raises:
        NoEvents: when no stored event can be learned from.
        DataDamaged: when a stored object is damaged and the job does not skip such objects.
    """
    job.tell("reading events")
    with contextlib.suppress(StoreUnavailable, Conflict, ObjectDamaged):  # reading goes on, and names what is damaged
        compaction.compact_many(job.objects, job.catalog, started_ms)
    snapshot = DataSnapshot.of_now(job.objects, job.catalog, kept_since_ms(started_ms, job.retention_days))
    gathered, read = snapshot.read_into(
        job.objects, lambda items: _Gathered.of(items, settings, started_ms), job.skip_damaged
    )
    window, rows, damaged = read.window(started_ms), sum(read.rows.values()), read.damaged
    items, removed = read.items, [REMOVED.format(one) for one in read.removed]
    del read  # the names of all requests, before the matrices are made
    give_back()
    for line in removed:
        job.tell(line)
    with contextlib.suppress(StoreUnavailable, Conflict):  # a model is worth more than a list of trending items
        trending.write(job.objects, job.catalog, gathered.trending.items())
    cleaned = _learnable(job.catalog, gathered.cleaning.cleaned())
    if cleaned.outside:
        job.tell(f"{cleaned.outside} ratings outside of {cleaned.scale} count for nothing")
    _note_scale(job, cleaned, settings)
    return Prepared(cleaned, rows, gathered.report.to_json(cleaned, items), window, damaged, removed)


@dataclass(frozen=True)
class _Gathered:
    """Everything that is made of the events while they are read."""

    cleaning: Cleaning
    trending: TrendingCount
    report: TrainingReport

    @classmethod
    def of(cls, items: Mapping[str, Item], settings: CatalogRecord, started_ms: int) -> "_Gathered":
        cleaning = Cleaning(items, settings.kinds, settings.rating_scale)
        return cls(
            cleaning,
            TrendingCount(trending.latest_ms(started_ms), settings.kinds, settings.minimum_users),
            TrainingReport(settings.minimum_users),
        )

    def add(self, table: EventTable) -> None:
        self.report.add(table)
        self.trending.add(table)
        self.cleaning.add(table)


def _note_scale(job: TrainingJob, cleaned: Cleaned, settings: CatalogRecord) -> None:
    """Records the rating scale that was learnt, so that later ratings are compared with it where none is set."""
    if settings.rating_scale is None:
        learnt = LearntScale(cleaned.scale, cleaned.rated) if cleaned.scale else None
        with contextlib.suppress(StoreUnavailable, Conflict):  # the next training records it
            catalog_record.note_learnt_scale(job.objects, job.catalog, learnt)


def cleaned_now(objects: Objects, catalog: str, since_ms: int = 0) -> Cleaned:
    """Returns everything that is stored about the catalog since a time, cleaned; writes nothing.

    Raises:
        NoEvents: when no stored event can be learned from.
        DataDamaged: when a stored object is damaged.
    """
    settings = catalog_record.find(objects, catalog)
    cleaning, _ = DataSnapshot.of_now(objects, catalog, since_ms).read_into(
        objects, lambda items: Cleaning(items, settings.kinds, settings.rating_scale)
    )
    return _learnable(catalog, cleaning.cleaned())


def unmeasured(job: TrainingJob, started_ms: int, settings: CatalogRecord) -> tuple[Cleaned, Mapping[str, Item]]:
    """Returns everything that is stored about the catalog, cleaned, and the metadata of its items; writes nothing.

    No user's rows change the way in which those of others are read: where no rating scale is set, none is learnt.

    Raises:
        DataDamaged: when a stored object is damaged and the job does not skip such objects.
    """
    since_ms, scale = kept_since_ms(started_ms, job.retention_days), settings.rating_scale or ANY_RATING
    cleaning, read = DataSnapshot.of_now(job.objects, job.catalog, since_ms).read_into(
        job.objects, lambda items: Cleaning(items, settings.kinds, scale), job.skip_damaged
    )
    return cleaning.cleaned(), read.items


def _learnable(catalog: str, cleaned: Cleaned) -> Cleaned:
    if not cleaned.interactions.n_users:
        if not cleaned.events:
            raise NoEvents(f"catalog {catalog!r} has no events to train on; import some, or post them")
        problem = f"catalog {catalog!r} has {cleaned.events} events, none of which counts for an item"
        fix = "they have no weight above 0, or count against their items; add plays, views, likes or purchases"
        raise NoEvents(f"{problem}: {fix}, or change how kinds count with `doublebill settings {catalog}`")
    return cleaned
