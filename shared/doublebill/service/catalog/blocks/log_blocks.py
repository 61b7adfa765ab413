"""Log blocks: requests of the event log in a few columnar objects, sharded by user (`block_index` lists them).

    blocks/<catalog>/<generation>-<shard>of<shards>-<digest>.npz   an event table (`doublebill.event_table`) and
                                                                   `requests` [rows] uint64

A row's request is the object `events/<catalog>/<day>/<received>-<requests as 16 hexadecimal digits>.jsonl.gz` that it
came from, so a block still says which requests a recorded training read. A user with the pseudonym p is in the shard
`crc32(p) mod shards` of each number of shards that the index has.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Ints, Mask
from doublebill.columns.packed import from_npz, to_npz
from doublebill.errors import ObjectDamaged
from doublebill.event_table import EventTable, concat
from doublebill.events import Event
from doublebill.service.catalog import stored_events
from doublebill.service.catalog.blocks import block_index
from doublebill.service.catalog.blocks.block_index import BlockForm, BlockIndex, shard_of
from doublebill.service.catalog.blocks.origins import Digests, digest_of, numbered
from doublebill.service.catalog.erased.tombstones import Tombstones
from doublebill.service.catalog.stored_events import BATCH_EVENTS, received_ms, request_key
from doublebill.stores.objects import Objects

REQUEST = re.compile(r"events/[^/]+/\d{4}-\d\d-\d\d/(\d{13})-([0-9a-f]{16})\.jsonl\.gz")

MOST_ROWS = 1_000_000
"""No further request is taken into a commit after so many events: some hundred MB of memory."""


@dataclass(frozen=True, eq=False)
class LogBlock:
    """Rows of the event log, each with its request."""

    table: EventTable
    requests: Digests
    """[rows] the digest in the name of each row's request."""

    def __len__(self) -> int:
        return len(self.table)

    @property
    def received(self) -> Ints:
        return self.table.received

    def take(self, rows: Ints | Mask) -> "LogBlock":
        """Returns some rows, given by number or by mask."""
        return LogBlock(self.table.take(rows), self.requests[rows])

    def to_bytes(self) -> bytes:
        """Returns the block as the bytes of its object."""
        return to_npz(self.table.to_arrays() | {"requests": self.requests})

    @classmethod
    def from_bytes(cls, data: bytes, key: str) -> "LogBlock":
        """Returns the block that `to_bytes` wrote.

        Raises:
            ObjectDamaged: when the bytes are no block.
        """
        arrays = from_npz(data, key)
        table, requests = EventTable.from_arrays(arrays, key), arrays.get("requests")
        if requests is None or requests.dtype != np.uint64 or requests.shape != (len(table),):
            raise ObjectDamaged(key, "it does not name the request of each row")
        return cls(table, np.asarray(requests, np.uint64))

    def keys(self, catalog: str) -> list[str]:
        """Returns the keys of its requests, each once, in order."""
        return list(self._key_of(catalog))

    def of_keys(self, catalog: str, keys: Iterable[str]) -> "LogBlock":
        """Returns the rows of the requests with these keys."""
        places = self._key_of(catalog)
        wanted = np.zeros(len(places), np.bool_)
        wanted[[places[key] for key in keys if key in places]] = True
        return self.take(wanted[numbered(self.received, self.requests)[1]])

    def shards(self, count: int) -> Ints:
        """Returns [rows] the shard of each row's user among `count`."""
        return shard_of(self.table.users.names(), count)[self.table.users.codes]

    def _key_of(self, catalog: str) -> dict[str, int]:
        """Returns the number of each request by its key, in the order of the keys."""
        rows, _ = numbered(self.received, self.requests)
        requests = zip(self.received[rows].tolist(), self.requests[rows].tolist(), strict=True)
        return {request_key(catalog, ms, f"{digest:016x}"): number for number, (ms, digest) in enumerate(requests)}


NO_ROWS = LogBlock(EventTable.of([]), np.zeros(0, np.uint64))


def join(blocks: Sequence[LogBlock]) -> LogBlock:
    """Returns the rows of several blocks, one after the other."""
    if not blocks:
        return NO_ROWS
    return LogBlock(concat([one.table for one in blocks]), np.concatenate([one.requests for one in blocks]))


def newest_rows(objects: Objects, catalog: str, window_ms: int) -> EventTable:
    """Returns the rows that were received at most `window_ms` before the newest of all blocks; skips damaged blocks."""
    try:
        index, _ = read_index(objects, catalog)
    except ObjectDamaged:
        return NO_ROWS.table
    since_ms = max((block.until_ms for block in index.blocks), default=0) - window_ms
    if not index.blocks:
        return NO_ROWS.table
    _, rows = block_index.read_blocks(
        objects,
        LOG,
        catalog,
        [],
        wanted=lambda block: block.until_ms >= since_ms,
        kept=lambda found: found.take(found.received >= since_ms),
    )
    return rows.table


def read_index(objects: Objects, catalog: str) -> tuple[BlockIndex, bytes | None]:
    """Returns the index of the log's blocks, as `block_index.read_index`."""
    return block_index.read_index(objects, LOG.folder(catalog))


def read_blocks(objects: Objects, catalog: str, damaged: list[ObjectDamaged], since_ms: int = 0) -> LogBlock:
    """Returns the rows of all blocks that were received at `since_ms` or later, as `block_index.read_blocks`."""
    return block_index.read_blocks(
        objects,
        LOG,
        catalog,
        damaged,
        wanted=lambda block: block.until_ms >= since_ms,
        kept=lambda rows: rows.take(rows.received >= since_ms) if since_ms else rows,
    )[1]


def loose_blocks(
    objects: Objects, keys: Sequence[str], damaged: list[ObjectDamaged]
) -> Iterator[tuple[LogBlock, list[str]]]:
    """Yields the rows of requests, at least `BATCH_EVENTS` at a time but for the last, and the keys that they are from.

    A damaged object is left out and added to `damaged`.
    """
    waiting: list[tuple[str, list[Event]]] = []
    rows = 0
    for key, found in stored_events.requests(objects, keys, damaged):
        waiting.append((key, found))
        rows += len(found)
        if rows >= BATCH_EVENTS:
            yield _block_of(waiting), [key for key, _ in waiting]
            waiting, rows = [], 0
    if waiting:
        yield _block_of(waiting), [key for key, _ in waiting]


def _of_requests(objects: Objects, keys: Sequence[str], damaged: list[ObjectDamaged]) -> tuple[LogBlock, list[str]]:
    """Returns the rows of requests, up to about `MOST_ROWS`, and the keys of those that they are from."""
    blocks: list[LogBlock] = []
    whole: list[str] = []
    for block, of_block in loose_blocks(objects, keys, damaged):
        blocks.append(block)
        whole += of_block
        if sum(map(len, blocks)) >= MOST_ROWS:
            break
    return join(blocks), whole


def _without_erased(objects: Objects, catalog: str) -> Callable[[LogBlock], LogBlock]:
    """Returns how rows are stripped of those of users who are erased now."""
    erased = Tombstones.of_now(objects, catalog)

    def left(rows: LogBlock) -> LogBlock:
        covered = erased.covered(rows.table.users, rows.received)
        return rows.take(~covered) if covered.any() else rows

    return left


def _block_of(requests: Sequence[tuple[str, Sequence[Event]]]) -> LogBlock:
    """Returns the events of requests, given by their keys, as rows."""
    received = [received_ms(key) for key, events in requests for _ in events]
    digests = [digest_of(key) for key, events in requests for _ in events]
    table = EventTable.of((event for _, events in requests for event in events), received)
    return LogBlock(table, np.array(digests, np.uint64))


LOG = BlockForm[LogBlock](
    folder=lambda catalog: f"blocks/{catalog}/",
    small_objects=lambda catalog: f"events/{catalog}/",
    is_small=lambda key: REQUEST.fullmatch(key) is not None,
    decode=LogBlock.from_bytes,
    join=join,
    rows_of=_of_requests,
    left_of=_without_erased,
    full_rows=1_000_000,
    fewest=2_000,  # with fewer a training reads them one by one: some seconds of S3
)
"""The blocks of the event log."""
