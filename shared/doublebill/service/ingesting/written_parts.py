"""The parts of an import as they are written: of a small file one, of others some for each shard of users.

So an export or an erasure of a user reads and writes the parts of one shard alone.
"""

from dataclasses import dataclass, field

import numpy as np

from doublebill.event_table import EventTable, drained
from doublebill.service.catalog import event_log
from doublebill.service.catalog.blocks.block_index import shard_of
from doublebill.service.catalog.stored_events import WHOLE, Shard, StoredEvents
from doublebill.stores.objects import Objects

TABLE_EVENTS = 500_000
"""Events of a table that is handed on, or a few more. A file of fewer has one part."""

PART_EVENTS = 125_000
"""Events of a part of one shard, or a few more."""

SHARDS = 16


@dataclass
class WrittenParts:
    """The parts of an import so far."""

    objects: Objects
    catalog: str
    import_id: str
    attempt: str
    """Tells them from those of another process that imports the same file, and when it began."""
    written: list[StoredEvents] = field(default_factory=list)
    _waiting: list[EventTable] = field(default_factory=list)
    _of_shards: dict[int, list[EventTable]] = field(default_factory=dict)

    def add(self, table: EventTable) -> EventTable | None:
        """Takes the events of one block; returns those of the blocks since the last table, where they fill one now."""
        self._waiting.append(table)
        if sum(map(len, self._waiting)) < TABLE_EVENTS:
            return None
        joined = drained(self._waiting)
        self._split(joined)
        return joined

    def finish(self) -> EventTable:
        """Writes the events that are not yet in a part, and returns those of the last table."""
        joined = drained(self._waiting)
        if not self._of_shards:
            self._write(joined, WHOLE)
            return joined
        self._split(joined)
        for shard, tables in sorted(self._of_shards.items()):
            self._write(drained(tables), (shard, SHARDS))
        return joined

    def _split(self, table: EventTable) -> None:
        """Puts events with those of their shards, and writes those of the shards that are full."""
        table = table.compact()  # each name costs something below
        shards = shard_of(table.users.names(), SHARDS)[table.users.codes]
        order = np.argsort(shards, kind="stable")
        ends = np.cumsum(np.bincount(shards, minlength=SHARDS))
        for shard, rows in enumerate(np.split(order, ends[:-1])):
            waiting = self._of_shards.setdefault(shard, [])
            waiting.append(table.take(rows).compact())
            if sum(map(len, waiting)) >= PART_EVENTS:
                self._write(drained(waiting), (shard, SHARDS))

    def _write(self, table: EventTable, shard: Shard) -> None:
        if len(table):
            place = (self.catalog, self.import_id, len(self.written))
            self.written.append(event_log.put_part(self.objects, *place, table, self.attempt, shard))
