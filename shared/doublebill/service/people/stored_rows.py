"""The stored events of some pseudonyms, each as it was received, whoever they were merged into."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from doublebill.errors import ObjectDamaged, StoreUnavailable
from doublebill.event_table import EventTable, drained
from doublebill.service.catalog.log_snapshot import REQUESTS, LogSnapshot
from doublebill.stores.objects import Objects


@dataclass(frozen=True, eq=False)
class StoredRows:
    """The stored events of some pseudonyms."""

    live: EventTable
    """Events that came by request, each with its time of receipt."""
    imports: Mapping[str, EventTable]
    """Events of files, by import id; of those only that have some."""
    imported_ms: Mapping[str, int]
    """When each import was made; 0 where nobody can tell."""

    def __len__(self) -> int:
        return sum(map(len, (self.live, *self.imports.values())))


def stored_rows(objects: Objects, catalog: str, pseudonyms: Collection[str]) -> StoredRows:
    """Returns the stored events of some pseudonyms; reads the whole log.

    Raises:
        StoreUnavailable: when an object of the log is damaged, which it names.
    """
    damaged: list[ObjectDamaged] = []
    log = LogSnapshot.of_now(objects, catalog)
    found = {source: of_users(drained(tables), pseudonyms) for source, tables in log.sources(objects, damaged)}
    for wrong in damaged:
        raise StoreUnavailable(f"{wrong}; put it back from a backup (in S3, an earlier version of the object)")
    live = found.pop(REQUESTS)
    times = {one.import_id: one.imported_ms for one in log.imports}
    return StoredRows(live, {name: table for name, table in found.items() if len(table)}, times)


def of_users(table: EventTable, pseudonyms: Collection[str]) -> EventTable:
    """Returns the events of some pseudonyms."""
    wanted = set(pseudonyms)
    ours = np.array([user in wanted for user in table.users.names()] or [False])
    return table.take(ours[table.users.codes])
