"""Log blocks: requests of the event log in a few columnar objects, sharded by user, and the index that lists them.

    blocks/<catalog>/<generation>-<shard>of<shards>-<digest>.npz   an event table (`doublebill.event_table`) and
                                                                   `requests` [rows] uint64
    blocks/<catalog>/index.json

A row's request is the object `events/<catalog>/<day>/<received>-<requests as 16 hexadecimal digits>.jsonl.gz` that it
came from, so a block still tells which requests a recorded training read. A user with the pseudonym p is in the shard
`crc32(p) mod shards` of each number of shards that the index has.

The index is JSON with

    format       1
    generation   grows by one with every compaction
    blocks       [{"key", "rows", "bytes", "sha256", "shard", "shards", "until_ms": latest time of receipt}, …]
    covered      keys of requests that the blocks have and that are being deleted

It moves by compare-and-swap. An event counts once: an object of a request whose rows are in a listed block is ignored.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from doublebill.arrays import Ints, Mask
from doublebill.columns.packed import from_npz, to_npz
from doublebill.errors import ObjectDamaged, ObjectMissing
from doublebill.event_table import EventTable, concat
from doublebill.service.catalog.stored_events import StoredEvents, check_bytes, request_key
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order_or_missing

FORMAT = 1
REQUEST = re.compile(r"events/[^/]+/\d{4}-\d\d-\d\d/(\d{13})-([0-9a-f]{16})\.jsonl\.gz")
TRIES = 5
"""Attempts to read the blocks of an index that is being replaced meanwhile."""

type Digests = npt.NDArray[np.uint64]
"""uint64 [rows]: the digest in the name of each row's request."""


@dataclass(frozen=True, eq=False)
class LogBlock:
    """Rows of the event log, each with its request."""

    table: EventTable
    requests: Digests

    def __len__(self) -> int:
        return len(self.table)

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

    def of_requests(self, catalog: str, keys: Iterable[str]) -> "LogBlock":
        """Returns the rows of the requests with these keys."""
        places = self._key_of(catalog)
        wanted = np.zeros(len(places), np.bool_)
        wanted[[places[key] for key in keys if key in places]] = True
        return self.take(wanted[self._numbers()[1]])

    def _numbers(self) -> tuple[Ints, Ints]:
        """Returns a row of each distinct request, and [rows] the number of each row's request."""
        order = np.lexsort((self.requests, self.table.received))
        received, requests = self.table.received[order], self.requests[order]
        first = np.ones(len(order), np.bool_)
        first[1:] = (received[1:] != received[:-1]) | (requests[1:] != requests[:-1])
        numbers = np.empty(len(order), np.int64)
        numbers[order] = np.cumsum(first) - 1
        return order[first], numbers

    def _key_of(self, catalog: str) -> dict[str, int]:
        """Returns the number of each request by its key, in the order of the keys."""
        rows, _ = self._numbers()
        requests = zip(self.table.received[rows].tolist(), self.requests[rows].tolist(), strict=True)
        return {request_key(catalog, ms, f"{digest:016x}"): number for number, (ms, digest) in enumerate(requests)}


NO_ROWS = LogBlock(EventTable.of([]), np.zeros(0, np.uint64))


def join(blocks: Sequence[LogBlock]) -> LogBlock:
    """Returns the rows of several blocks, one after the other."""
    if not blocks:
        return NO_ROWS
    return LogBlock(concat([one.table for one in blocks]), np.concatenate([one.requests for one in blocks]))


@dataclass(frozen=True)
class ListedBlock:
    """A block as the index lists it."""

    stored: StoredEvents
    shard: int
    shards: int
    until_ms: int

    @property
    def rows(self) -> int:
        return self.stored.rows or 0

    def to_json(self) -> dict[str, object]:
        """Returns the entry of the index."""
        return {**self.stored.to_json(), "shard": self.shard, "shards": self.shards, "until_ms": self.until_ms}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "ListedBlock":
        """Returns the entry that `to_json` gave."""
        return cls(StoredEvents.from_json(fields), int(fields["shard"]), int(fields["shards"]), int(fields["until_ms"]))


@dataclass(frozen=True)
class BlockIndex:
    """The index of a catalog's blocks."""

    generation: int = 0
    blocks: tuple[ListedBlock, ...] = ()
    covered: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        """Returns the index as JSON."""
        fields = {
            "format": FORMAT,
            "generation": self.generation,
            "blocks": [block.to_json() for block in self.blocks],
            "covered": self.covered,
        }
        return json.dumps(fields).encode()

    @classmethod
    def from_bytes(cls, data: bytes | None, key: str) -> "BlockIndex":
        """Returns the index that `to_bytes` wrote, an empty one where there are no bytes.

        Raises:
            ObjectDamaged: when the bytes are no index that this code knows.
        """
        if data is None:
            return cls()
        try:
            fields = json.loads(data)
            if fields["format"] != FORMAT:
                raise ValueError(f"format {fields['format']}")  # noqa: TRY301
            blocks = tuple(map(ListedBlock.from_json, fields["blocks"]))
            return cls(int(fields["generation"]), blocks, tuple(fields["covered"]))
        except (ValueError, TypeError, KeyError, AttributeError) as wrong:
            raise ObjectDamaged(key, f"is no index of blocks: {wrong}") from wrong


def index_key(catalog: str) -> str:
    """Returns the key of the index of a catalog."""
    return f"blocks/{catalog}/index.json"


def read_index(objects: Objects, catalog: str) -> tuple[BlockIndex, bytes | None]:
    """Returns the index with its bytes, None where there is none yet.

    Raises:
        ObjectDamaged: when it cannot be read, or is gone and there are blocks.
    """
    key = index_key(catalog)
    for _ in range(2):  # the first blocks may have come between the two looks, and the index before them
        try:
            data = objects.get(key).data
        except ObjectMissing:
            if not any(one.endswith(".npz") for one in objects.keys(f"blocks/{catalog}/")):
                return BlockIndex(), None
        else:
            return BlockIndex.from_bytes(data, key), data
    raise ObjectDamaged(key, "is gone, but there are blocks that it listed")


def read_blocks(
    objects: Objects, catalog: str, damaged: list[ObjectDamaged], since_ms: int = 0
) -> tuple[BlockIndex, LogBlock]:
    """Returns the index and the rows of its blocks that were received at `since_ms` or later.

    Damaged objects are left out and added to `damaged`. Reads again where blocks were replaced meanwhile.
    """
    for attempt in range(TRIES):
        wrong: list[ObjectDamaged] = []
        try:
            index, data = read_index(objects, catalog)
            rows = _rows(objects, [block for block in index.blocks if block.until_ms >= since_ms], wrong, since_ms)
            moved = bool(wrong) and read_index(objects, catalog)[1] != data
        except ObjectDamaged as unreadable:
            damaged.append(unreadable)
            return BlockIndex(), NO_ROWS
        if not moved or attempt == TRIES - 1:
            break
    damaged += wrong
    return index, rows


def newest_rows(objects: Objects, catalog: str, window_ms: int) -> EventTable:
    """Returns the rows that were received at most `window_ms` before the newest of all blocks; skips damaged blocks."""
    try:
        index, _ = read_index(objects, catalog)
    except ObjectDamaged:
        return NO_ROWS.table
    since_ms = max((block.until_ms for block in index.blocks), default=0) - window_ms
    if not index.blocks:
        return NO_ROWS.table
    return read_blocks(objects, catalog, [], since_ms)[1].table


def _rows(objects: Objects, listed: Sequence[ListedBlock], damaged: list[ObjectDamaged], since_ms: int = 0) -> LogBlock:
    """Returns the rows of blocks that were received at `since_ms` or later; others never lie in memory together."""
    blocks: list[LogBlock] = []
    read = in_order_or_missing(objects, (block.stored.key for block in listed))
    for block, (_, data) in zip(listed, read, strict=True):
        try:
            found = LogBlock.from_bytes(check_bytes(block.stored, data), block.stored.key)
        except ObjectDamaged as wrong:
            damaged.append(wrong)
            continue
        blocks.append(found.take(found.table.received >= since_ms) if since_ms > 0 else found)
    return join(blocks)


def read_block(objects: Objects, listed: ListedBlock) -> LogBlock:
    """Returns one block.

    Raises:
        ObjectDamaged: when it is gone or its bytes are not those that the index recorded.
    """
    damaged: list[ObjectDamaged] = []
    block = _rows(objects, [listed], damaged)
    for wrong in damaged:
        raise wrong
    return block


def shard_of(users: Iterable[str], shards: int) -> npt.NDArray[np.int64]:
    """Returns the shard of each user."""
    return np.array([crc32(user.encode()) % shards for user in users], np.int64)
