"""Warm records: the records of catalogs that one execution environment has read, refreshed every few seconds."""

import threading
from functools import partial

from doublebill.concurrency.clock import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.concurrency.refreshed import Fact, Reading, Refreshed
from doublebill.errors import ObjectMissing
from doublebill.service.catalog import catalog_record
from doublebill.service.catalog.catalog_record import UNSET, CatalogRecord, record_key
from doublebill.stores.objects import Objects

Kept = Fact[CatalogRecord | None]
"""A record as it was last read; None before the first reading."""

PATIENCE_SECONDS = 5.0
"""Longest wait for the first reading of a record."""


class WarmRecords:
    """The records of one execution environment."""

    def __init__(self, objects: Objects, clock: Clock, refresh_seconds: float) -> None:
        self._objects = objects
        self._clock = clock
        self._refresh_seconds = refresh_seconds
        self._catalogs: dict[str, Refreshed[Kept]] = {}
        self._lock = threading.Lock()

    def of(self, catalog: str) -> CatalogRecord:
        """Returns the record of a catalog, at most some seconds old; `UNSET` where there is no such catalog.

        Raises:
            StoreUnavailable: when it was never read, and cannot be read now.
        """
        record = self._catalogs.get(catalog) or self._add(catalog)
        record.refresh(Deadline(self._clock, self._clock() + PATIENCE_SECONDS))
        return record.value.value or self.newest(catalog)

    def newest(self, catalog: str) -> CatalogRecord:
        """Returns the record as it is now, for a request that the kept one would refuse."""
        return catalog_record.find(self._objects, catalog)

    def _add(self, catalog: str) -> Refreshed[Kept]:
        with self._lock:
            if catalog not in self._catalogs:
                read = partial(self._read, record_key(catalog))
                self._catalogs[catalog] = Refreshed(Kept(None), read, self._clock, self._refresh_seconds)
            return self._catalogs[catalog]

    def _read(self, key: str, before: Kept, reading: Reading[Kept]) -> None:
        reading.publish(read_record(self._objects, key, before))


def read_record(objects: Objects, key: str, before: Kept) -> Kept:
    """Returns the record under a key, read only where it changed.

    Raises:
        StoreUnavailable: when it cannot be read.
    """
    try:
        stored = objects.get_if_changed(key, before.etag)
    except ObjectMissing:
        return Kept(UNSET)
    if stored is None:
        return Kept(before.value, before.etag)
    return Kept(CatalogRecord.from_bytes(stored.data), stored.etag)
