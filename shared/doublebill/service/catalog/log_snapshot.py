"""Log snapshots: all events of a catalog that count at one moment, requests, blocks and imports.

Requests are listed before the index of blocks is read: a request that is compacted between the two is then in the
list, in the index or in both, and never in neither. One that is in both counts once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from doublebill.errors import ObjectDamaged
from doublebill.event_table import EventTable
from doublebill.service.catalog import event_log, stored_events
from doublebill.service.catalog.blocks.log_blocks import NO_ROWS, LogBlock, read_blocks
from doublebill.service.catalog.erased.tombstones import NO_TOMBSTONES, Tombstones
from doublebill.service.catalog.stored_events import CommittedImport, received_ms
from doublebill.stores.objects import Objects
from doublebill.times.retention import has_expired

REQUESTS = ""
"""The name of the events that came by request."""


@dataclass(frozen=True, eq=False)
class LogSnapshot:
    """The events of a catalog at one moment."""

    catalog: str
    requests: Sequence[str]
    """Keys of the requests, in order, whether they lie in objects of their own or in blocks."""
    imports: Sequence[CommittedImport]
    compacted: LogBlock = NO_ROWS
    """The rows of the blocks, of these requests only."""
    damaged: Sequence[ObjectDamaged] = field(default_factory=list)
    """Objects that could not be read so far."""
    tombstones: Tombstones = NO_TOMBSTONES
    """Erased users, whose rows are left out."""

    @classmethod
    def of_now(cls, objects: Objects, catalog: str, since_ms: int = 0) -> "LogSnapshot":
        """Returns the snapshot of everything that counts now, without requests and imports stored before `since_ms`."""
        damaged: list[ObjectDamaged] = []
        loose = [key for key in objects.keys(f"events/{catalog}/") if not has_expired(received_ms(key), since_ms)]
        compacted = read_blocks(objects, catalog, damaged, since_ms)
        requests = sorted({*loose, *compacted.keys(catalog)})
        imports = event_log.committed_imports(objects, catalog, damaged)
        kept = [one for one in imports if not has_expired(one.imported_ms, since_ms)]
        return cls(catalog, requests, kept, compacted, damaged, Tombstones.of_now(objects, catalog))

    def of_requests(self, keys: Sequence[str], imports: Sequence[CommittedImport]) -> "LogSnapshot":
        """Returns the part of the snapshot that has only these requests and imports."""
        compacted = self.compacted.of_keys(self.catalog, keys)
        return LogSnapshot(self.catalog, keys, imports, compacted, self.damaged, self.tombstones)

    def sources(self, objects: Objects, damaged: list[ObjectDamaged]) -> Iterator[tuple[str, list[EventTable]]]:
        """Yields the events of requests, under the name `REQUESTS`, then those of each import by its id, as tables.

        Each object is checked; damaged ones are left out and added to `damaged`. An import that was removed since the
        snapshot was taken is left out too.
        """
        damaged += self.damaged
        yield REQUESTS, [self.tombstones.left_of(table) for table in self._live(objects, damaged)]
        for one in self.imports:
            tables = event_log.tables_of(objects, one, damaged)
            if tables is not None:
                yield one.import_id, [self.tombstones.left_of(table, one.imported_ms) for table in tables]

    def _live(self, objects: Objects, damaged: list[ObjectDamaged]) -> list[EventTable]:
        """Returns the events of requests, from blocks and from objects of their own.

        Damaged objects are left out and added to `damaged`, to which `self.damaged` belongs too.
        """
        compacted = set(self.compacted.keys(self.catalog))
        loose = [key for key in self.requests if key not in compacted]
        missing: list[ObjectDamaged] = []
        tables = [self.compacted.table, *stored_events.request_tables(objects, loose, missing)]
        tables.append(self._compacted_meanwhile(objects, missing))
        damaged += missing
        return tables

    def _compacted_meanwhile(self, objects: Objects, missing: list[ObjectDamaged]) -> EventTable:
        """Returns the events of missing requests that lie in a block by now, and takes these out of `missing`."""
        if not missing:
            return NO_ROWS.table
        unread: list[ObjectDamaged] = []
        now = read_blocks(objects, self.catalog, unread)
        moved = now.of_keys(self.catalog, [one.name for one in missing])
        keys = set(moved.keys(self.catalog))
        before = {one.name for one in self.damaged}
        missing[:] = [one for one in missing if one.name not in keys] + [
            one for one in unread if one.name not in before
        ]
        return moved.table
