"""Live facts: what may change between two trainings, read side by side and only where it changed.

They are the champion pointer, what was taken down or put back, and what trends: an object each, see `champions`,
`availability` and `trending`. A fact that cannot be read stays what it was known to be, with the reason.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from doublebill.arrays import Mask
from doublebill.concurrency.background import BackgroundCall
from doublebill.concurrency.clock import Clock
from doublebill.concurrency.refreshed import Fact
from doublebill.errors import ObjectMissing, StoreUnavailable
from doublebill.model.catalog import Catalog
from doublebill.service.catalog import availability, trending
from doublebill.service.registry.champions import Champion, champion_key
from doublebill.service.serving import degraded
from doublebill.stores.objects import Objects

LATE_SECONDS = 0.3
"""How long, when it is known who is champion, the other facts are waited for."""

Availability = Mapping[str, bool]
"""What was said last of each item, by id."""
Trending = Sequence[tuple[str, float]]
"""Item ids with scores, highest first."""


@dataclass(frozen=True)
class Facts:
    """What is known of one catalog; nothing at first."""

    champion: Fact[Champion | None] = field(default_factory=lambda: Fact(None))
    availability: Fact[Availability] = field(default_factory=lambda: Fact({}))
    trending: Fact[Trending] = field(default_factory=lambda: Fact(()))

    @property
    def reasons(self) -> tuple[str | None, ...]:
        """Why they may be others by now; where the champion may be, it goes without saying that all may be."""
        if self.champion.reason:
            return (self.champion.reason,)
        return None, self.availability.reason, self.trending.reason


def read_facts(objects: Objects, catalog: str, known: Facts, clock: Clock) -> Facts:
    """The facts as they are now, in the time of one conditional read."""
    said_since = BackgroundCall(lambda: _availability(objects, catalog, known.availability), clock)
    trends = BackgroundCall(lambda: _trending(objects, catalog, known.trending), clock)
    champion = _champion(objects, catalog, known.champion)
    if champion.reason == degraded.POINTER_MISSING:  # what else is missing was hardly taken away on purpose
        return replace(known, champion=champion)
    return Facts(
        champion,
        _in_time(said_since, known.availability, "availability"),
        _in_time(trends, known.trending, "trending"),
    )


def overlaid(catalog: Catalog, said_since: Availability) -> Mask:
    """[n_items] what may be recommended: the catalog's own word, and over it what was said since."""
    if not said_since:
        return catalog.available
    items = catalog.find_all(list(said_since))
    said = np.fromiter(said_since.values(), np.bool_, len(said_since))
    available = np.array(catalog.available)
    available[items[items >= 0]] = said[items >= 0]
    return available


def _in_time[T](reading: BackgroundCall[Fact[T]], known: Fact[T], named: str) -> Fact[T]:
    if reading.wait(LATE_SECONDS):
        return reading.result()
    return replace(known, reason=degraded.unchecked(named, degraded.LATE))


def _champion(objects: Objects, catalog: str, known: Fact[Champion | None]) -> Fact[Champion | None]:
    try:
        return _read(objects, champion_key(catalog), known, Champion.from_bytes, "the champion")
    except ObjectMissing:
        return replace(known, reason=degraded.POINTER_MISSING)


def _availability(objects: Objects, catalog: str, known: Fact[Availability]) -> Fact[Availability]:
    try:
        key = availability.availability_key(catalog)
        return _read(objects, key, known, availability.from_bytes, "availability")
    except ObjectMissing:
        return Fact({})


def _trending(objects: Objects, catalog: str, known: Fact[Trending]) -> Fact[Trending]:
    try:
        key = trending.trending_key(catalog)
        return _read(objects, key, known, lambda data: trending.Trending.from_bytes(data).items, "trending")
    except ObjectMissing:
        return Fact(())


def _read[T](objects: Objects, key: str, known: Fact[T], parse: Callable[[bytes], T], named: str) -> Fact[T]:
    try:
        stored = objects.get_if_changed(key, known.etag)
        return replace(known, reason=None) if stored is None else Fact(parse(stored.data), stored.etag)
    except StoreUnavailable as failed:
        return replace(known, reason=degraded.unchecked(named, failed))
