"""Shard reading: the rows of a log, every row read once, and few of them in memory together.

A block of the shard `s` of `n` has rows of users whose checksum is `s` modulo `n`. So blocks are read as a tree: those
of all users first; their rows are split in two; then come the blocks of the first half of the users, and so on. Rows
wait only for the shards that are still to come. Requests in objects of their own and imports are split the same way.
Users who belong to others are joined with these in shards of their own, at the end.
"""

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from doublebill.errors import ObjectDamaged
from doublebill.event_table import EventTable
from doublebill.service.catalog import event_log
from doublebill.service.catalog.blocks.block_index import ListedBlock
from doublebill.service.catalog.blocks.log_blocks import LogBlock, loose_blocks
from doublebill.service.catalog.blocks.origins import Digests
from doublebill.service.catalog.log_snapshot import REQUESTS
from doublebill.service.catalog.sharded.log_shards import LogShards
from doublebill.service.catalog.sharded.request_keys import RequestKeys
from doublebill.service.catalog.sharded.user_rows import NO_DIGESTS, Piece, UserRows
from doublebill.stores.objects import Objects
from doublebill.times.retention import DAY_MS

SHARD_ROWS = 1_000_000
"""Rows from which a shard is split; each takes some 200 bytes while it is cleaned."""

MOST_SHARDS = 4_096
"""Rows of so few users are not split any more."""


@dataclass
class ShardReading:
    """One reading of a log, and its facts once all tables were taken."""

    log: LogShards
    objects: Objects
    owners: Mapping[str, str]
    """The owner of each pseudonym that was merged into another."""
    damaged: list[ObjectDamaged] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    """Number of events of each source, with repetitions: those of requests under `REQUESTS`, of imports by id."""
    days: Counter[int] = field(default_factory=Counter)
    """Number of events by request of each day of receipt, counted since 1970."""
    keys: list[RequestKeys] = field(default_factory=list)
    """The requests, of which one may be in several."""
    _merged: UserRows = field(default_factory=UserRows)
    """Rows of users who were merged into others, or others into them."""

    def tables(self) -> Iterator[EventTable]:
        """Yields the events, those of each user in one table.

        Damaged objects are left out and added to `damaged`. An import that was removed since the snapshot was taken is
        left out too, and not in `rows`.

        Raises:
            LogMoved: when blocks were replaced meanwhile.
        """
        self.damaged += self.log.damaged
        self.rows[REQUESTS] = 0
        missing: list[ObjectDamaged] = []
        rows = UserRows()
        self._take_requests(rows, missing)
        self._take_imports(rows)
        listed = deque(sorted(self.log.wanted.of_blocks(self.log.index.blocks), key=_turn))
        blocks = self.log.blocks(self.objects, tuple(listed), self.damaged)
        yield from self._walk(rows, (0, 1), listed, blocks)
        yield from self._walk(self._merged, (0, 1), deque(), iter(()))
        self._account_for(missing)

    def _walk(
        self, rows: UserRows, place: tuple[int, int], listed: deque[ListedBlock], blocks: Iterator[LogBlock | None]
    ) -> Iterator[EventTable]:
        """Yields the tables of the users of a shard, whose rows in blocks further up are `rows`."""
        shard, shards = place
        while listed and (listed[0].shard, listed[0].shards) == place:
            listed.popleft()
            if block := next(blocks):
                self.keys.append(RequestKeys.of_rows(self.log.catalog, block))
                self._admit(block.table, block.requests, rows.compacted, self._merged.compacted)
        deeper = bool(listed) and listed[0].shards > shards and listed[0].shard % shards == shard
        if deeper or (len(rows) > SHARD_ROWS and shards < MOST_SHARDS):
            first, second = rows.split(shards)
            yield from self._walk(first, (shard, 2 * shards), listed, blocks)
            yield from self._walk(second, (shard + shards, 2 * shards), listed, blocks)
        elif len(rows):
            rows.drop_doubles(self.log.catalog)
            self._count([*rows.compacted, *rows.loose])
            yield rows.drained()

    def _take_requests(self, rows: UserRows, missing: list[ObjectDamaged]) -> None:
        """Reads the requests in objects of their own; adds damaged ones to `missing`."""
        self.keys.append(RequestKeys.of(self.log.catalog, self.log.loose))
        for block, _ in loose_blocks(self.objects, self.log.loose, missing):
            self._admit(block.table, block.requests, rows.loose, self._merged.loose)

    def _take_imports(self, rows: UserRows) -> None:
        """Reads the imports."""
        for one in self.log.imports:
            found = event_log.tables_of(self.objects, one, self.damaged)
            if found is None:
                continue
            tables = [self.log.tombstones.left_of(table, one.imported_ms) for table in found]
            found.clear()
            self.rows[one.import_id] = sum(map(len, tables))
            while tables:
                self._admit(tables.pop(0), NO_DIGESTS, rows.imported, self._merged.imported)

    def _admit(self, table: EventTable, requests: Digests, pieces: list[Piece], merged: list[Piece]) -> None:
        """Takes rows in; every row of a log comes by here, so rows that do not count are left out here."""
        piece = Piece.of(table, requests)
        if self.log.wanted.users is not None:
            piece = piece.take(piece.of_users(self.log.wanted.users))
        if requests is not NO_DIGESTS and self.log.tombstones.erased_ms:
            piece = piece.take(~self.log.tombstones.covered(piece.table.users, piece.table.received))
        if self.owners:
            theirs = piece.of_users({*self.owners, *self.owners.values()})
            if theirs.any():
                merged.append(piece.take(theirs).attributed(self.owners))
                piece = piece.take(~theirs)
        if len(piece):
            pieces.append(piece)

    def _count(self, pieces: Sequence[Piece]) -> None:
        """Counts the rows of requests."""
        for piece in pieces:
            self.rows[REQUESTS] += len(piece)
            days, rows = np.unique(piece.table.received // DAY_MS, return_counts=True)
            self.days.update(dict(zip(days.tolist(), rows.tolist(), strict=True)))

    def _account_for(self, missing: list[ObjectDamaged]) -> None:
        """Adds missing requests to `damaged`, without those whose rows are in a block.

        Raises:
            LogMoved: when some may have been compacted meanwhile.
        """
        in_blocks = RequestKeys.added(self.log.catalog, self.keys[1:])
        lost = [one for one in missing if not in_blocks.contain_key(one.name)]
        if lost:
            self.log.check_index(self.objects)
        self.damaged += lost


def _turn(block: ListedBlock) -> tuple[float, int]:
    """Returns the place of a block in the walk: its shard with the lowest bit first, as a fraction; then by shards."""
    bits = range(block.shards.bit_length() - 1)
    return sum((block.shard >> bit & 1) / 2 ** (bit + 1) for bit in bits), block.shards
