"""The stored events of some pseudonyms, each as it was received, under the pseudonym of that time.

Of the blocks and of the parts of imports only the shards of these users are read, and of these parts first the users
alone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Mask
from doublebill.errors import ObjectDamaged, StoreUnavailable
from doublebill.event_table import EventTable, concat, distinct_users
from doublebill.events import Event
from doublebill.service.catalog import event_log, stored_events
from doublebill.service.catalog.blocks.block_index import ListedBlock, may_hold, read_blocks
from doublebill.service.catalog.blocks.log_blocks import LOG, LogBlock
from doublebill.service.catalog.erased.tombstones import Tombstones, numbers_of
from doublebill.service.catalog.stored_events import CommittedImport, check_bytes, received_ms
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order_or_missing

TRIES = 3
"""Readings of a log that is compacted, or whose imports are rewritten, meanwhile."""


@dataclass(frozen=True, eq=False)
class StoredRows:
    """The stored events of some pseudonyms."""

    live: EventTable
    """Events that came by request, each with its time of receipt."""
    imports: Mapping[str, EventTable]
    """Events of files, by import id; of those only that have some."""
    imported_ms: Mapping[str, int]
    """When each import was made; 0 where that is unknown."""

    def __len__(self) -> int:
        return sum(map(len, (self.live, *self.imports.values())))


def stored_rows(objects: Objects, catalog: str, pseudonyms: Collection[str], erased: Tombstones) -> StoredRows:
    """Returns the stored events of some pseudonyms, without those that `erased` covers.

    Raises:
        StoreUnavailable: when an object of the log is damaged, which it names.
    """
    for _ in range(TRIES):
        damaged: list[ObjectDamaged] = []
        live = erased.left_of(_live(objects, catalog, set(pseudonyms), damaged))
        imports = event_log.committed_imports(objects, catalog, damaged)
        found = {one.import_id: _imported(objects, one, set(pseudonyms), erased, damaged) for one in imports}
        if not damaged:
            times = {one.import_id: one.imported_ms for one in imports}
            return StoredRows(live, {name: table for name, table in found.items() if len(table)}, times)
    raise StoreUnavailable(f"{damaged[0]}; put it back from a backup (in S3, an earlier version of the object)")


def touching(pseudonyms: Collection[str], block: ListedBlock) -> bool:
    """Checks whether a block is of the shard of any of these users."""
    return may_hold((block.shard, block.shards), pseudonyms)


def requests_of(
    objects: Objects, catalog: str, pseudonyms: Collection[str], damaged: list[ObjectDamaged]
) -> dict[str, list[Event]]:
    """Returns the events of these users in objects of their own, by the keys of these."""
    keys = [key for key in objects.keys(f"events/{catalog}/") if LOG.is_small(key)]
    found: dict[str, list[Event]] = {}
    for key, events in stored_events.requests(objects, keys, damaged):
        if own := [event for event in events if event.user in pseudonyms]:
            found[key] = own
    return found


def _live(objects: Objects, catalog: str, users: set[str], damaged: list[ObjectDamaged]) -> EventTable:
    loose = requests_of(objects, catalog, users, damaged)  # before the blocks, as `log_snapshot` explains

    def own(rows: LogBlock) -> LogBlock:
        return rows.take(_of_users(rows.table, users))

    _, blocks = read_blocks(objects, LOG, catalog, damaged, lambda block: touching(users, block), own)
    compacted = set(blocks.keys(catalog))
    tables = [EventTable.of(events, received_ms(key)) for key, events in loose.items() if key not in compacted]
    return concat([blocks.table, *tables])


def _imported(
    objects: Objects, one: CommittedImport, users: set[str], erased: Tombstones, damaged: list[ObjectDamaged]
) -> EventTable:
    tables: list[EventTable] = []
    parts = [part for part in one.parts if may_hold(part.shard, users)]
    read = in_order_or_missing(objects, (part.key for part in parts))
    for part, (_, data) in zip(parts, read, strict=True):
        try:
            tables += _of_part(part.key, check_bytes(part, data), users)
        except ObjectDamaged as wrong:
            damaged.append(wrong)
    return erased.left_of(concat(tables), one.imported_ms)


def _of_part(key: str, data: bytes, users: set[str]) -> list[EventTable]:
    """Returns the events of these users in a part of an import, where it has some."""
    if not key.endswith(".npz") or next(numbers_of(distinct_users(data, key), users), None) is None:
        return []
    table = EventTable.from_bytes(data, key)
    return [table.take(_of_users(table, users))]


def _of_users(table: EventTable, users: set[str]) -> Mask:
    """Returns [rows] whether each event is of one of these users."""
    ours = np.zeros(max(len(table.users.distinct), 1), np.bool_)
    ours[[number for _, number in numbers_of(table.users.distinct, users)]] = True
    return ours[table.users.codes]
