"""Live facts: the objects that may change between two trainings, read side by side and only where they changed.

They are the champion pointer, the availability of items, the trending items and the record of the catalog; see
`champions`, `availability`, `trending` and `catalog_record`. The pointer to the priors (`recent_priors`) is read only
for a model that has one. A fact that cannot be read keeps its last value, with the
reason.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from doublebill.arrays import Mask
from doublebill.concurrency.background import BackgroundCall
from doublebill.concurrency.clock import Clock
from doublebill.concurrency.refreshed import Fact
from doublebill.errors import ObjectMissing, StoreUnavailable
from doublebill.model.catalog import Catalog
from doublebill.model.metadata.windows import Windows
from doublebill.service.catalog import availability, trending
from doublebill.service.catalog.availability import Availability
from doublebill.service.catalog.catalog_record import UNSET, CatalogRecord, record_key
from doublebill.service.registry.champions import Champion, champion_key
from doublebill.service.registry.recent_priors import NO_PRIORS, PriorPointer, pointer_key
from doublebill.service.serving import degraded
from doublebill.stores.objects import Objects

LATE_SECONDS = 0.3
"""Wait for the other facts once the champion is read."""

Trending = Sequence[tuple[str, float]]
"""Item ids with scores, highest first."""


@dataclass(frozen=True)
class Facts:
    """The live facts of one catalog; all empty at first."""

    champion: Fact[Champion | None] = field(default_factory=lambda: Fact(None))
    availability: Fact[Availability] = field(default_factory=lambda: Fact(Availability()))
    trending: Fact[Trending] = field(default_factory=lambda: Fact(()))
    record: Fact[CatalogRecord] = field(default_factory=lambda: Fact(UNSET))
    priors: Fact[PriorPointer] = field(default_factory=lambda: Fact(NO_PRIORS))

    @property
    def reasons(self) -> tuple[str | None, ...]:
        """Why the facts may be stale. A stale champion pointer implies the rest."""
        if self.champion.reason:
            return (self.champion.reason,)
        return None, self.availability.reason, self.trending.reason, self.record.reason, self.priors.reason


def read_facts(objects: Objects, catalog: str, last: Facts, clock: Clock) -> Facts:
    """Reads the facts again, in the time of one conditional read."""
    availability_read = BackgroundCall(lambda: _availability(objects, catalog, last.availability), clock)
    trending_read = BackgroundCall(lambda: _trending(objects, catalog, last.trending), clock)
    record_read = BackgroundCall(lambda: _record(objects, catalog, last.record), clock)
    champion = _champion(objects, catalog, last.champion)
    if champion.reason == degraded.POINTER_MISSING:  # then the other deletions are probably an accident too
        return replace(last, champion=champion)
    return Facts(
        champion,
        _in_time(availability_read, last.availability, "availability"),
        _in_time(trending_read, last.trending, "trending"),
        _in_time(record_read, last.record, "the settings"),
        last.priors,
    )


def overlaid(catalog: Catalog, availability_now: Availability) -> tuple[Mask, Windows]:
    """Returns [n_items] the available items, and windows: as trained, overlaid by changes since."""
    available, windows = catalog.available, catalog.windows
    states = availability_now.items
    if states:
        items = catalog.find_all(list(states))
        available = np.array(available)
        available[items[items >= 0]] = np.fromiter(states.values(), np.bool_, len(states))[items >= 0]
    changes = availability_now.windows
    numbers = catalog.find_all(list(changes)).tolist()
    found = {item: change for item, change in zip(numbers, changes.values(), strict=True) if item >= 0}
    return available, windows.changed(found)


def _in_time[T](reading: BackgroundCall[Fact[T]], last: Fact[T], named: str) -> Fact[T]:
    if reading.wait(LATE_SECONDS):
        return reading.result()
    return replace(last, reason=degraded.unchecked(named, degraded.LATE))


def _champion(objects: Objects, catalog: str, last: Fact[Champion | None]) -> Fact[Champion | None]:
    try:
        return _read(objects, champion_key(catalog), last, Champion.from_bytes, "the champion")
    except ObjectMissing:
        return replace(last, reason=degraded.POINTER_MISSING)


def _availability(objects: Objects, catalog: str, last: Fact[Availability]) -> Fact[Availability]:
    try:
        key = availability.availability_key(catalog)
        return _read(objects, key, last, availability.from_bytes, "availability")
    except ObjectMissing:
        return Fact(Availability())


def _trending(objects: Objects, catalog: str, last: Fact[Trending]) -> Fact[Trending]:
    try:
        key = trending.trending_key(catalog)
        return _read(objects, key, last, lambda data: trending.TrendingItems.from_bytes(data).items, "trending")
    except ObjectMissing:
        return Fact(())


def _record(objects: Objects, catalog: str, last: Fact[CatalogRecord]) -> Fact[CatalogRecord]:
    try:
        return _read(objects, record_key(catalog), last, CatalogRecord.from_bytes, "the settings")
    except ObjectMissing:
        return Fact(UNSET)


def read_priors(objects: Objects, catalog: str, last: Fact[PriorPointer]) -> Fact[PriorPointer]:
    """Reads the pointer to the priors again."""
    try:
        return _read(objects, pointer_key(catalog), last, PriorPointer.from_bytes, degraded.PRIOR)
    except ObjectMissing:
        return Fact(NO_PRIORS)


def _read[T](objects: Objects, key: str, last: Fact[T], parse: Callable[[bytes], T], named: str) -> Fact[T]:
    try:
        stored = objects.get_if_changed(key, last.etag)
        return replace(last, reason=None) if stored is None else Fact(parse(stored.data), stored.etag)
    except StoreUnavailable as failed:
        return replace(last, reason=degraded.unchecked(named, failed))
