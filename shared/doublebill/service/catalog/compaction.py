"""Compaction: joins the objects of settled requests into blocks, so that a reader needs tens of objects.

    1. what an earlier compaction left is finished: covered requests and blocks that no index lists are deleted
    2. the events of settled requests are read, and with them the smaller blocks of their shards
    3. new blocks are written under names of the next generation, which no index lists yet
    4. the index moves by compare-and-swap: this alone is the commit
    5. the requests that it covers and the blocks that it replaces are deleted, then the index forgets the requests

Killed anywhere, the next compaction goes on at 1. Of two at once one moves the index and the other gives up: its blocks
have names of a generation that can be committed no more, so they are stray. Requests that arrive meanwhile, or are not
settled, or are damaged, stay where they are.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np

from doublebill.errors import ObjectDamaged
from doublebill.event_table import EventTable
from doublebill.events import Event
from doublebill.service.catalog import catalog_record, log_blocks, stored_events
from doublebill.service.catalog.lifetime import Lifetime
from doublebill.service.catalog.log_blocks import REQUEST, BlockIndex, ListedBlock, LogBlock, index_key, read_index
from doublebill.service.catalog.stored_events import BATCH_EVENTS, LATE_MS, StoredEvents, received_ms
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import AT_ONCE

MOST_REQUESTS = 20_000
"""Most requests of one commit: some minutes of S3."""

MOST_ROWS = 1_000_000
"""No further request is taken into a commit after so many events: some hundred MB of memory."""

FEWEST_REQUESTS = 2_000
"""With fewer requests a training reads them one by one: some seconds of S3."""

FULL_ROWS = 1_000_000
"""A block with so many rows is never rewritten by a compaction."""

MOST_SHARDS = 64

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Compacted:
    """The outcome of compacting a catalog."""

    catalog: str
    requests: int
    """Objects of requests that became rows of blocks."""
    rows: int
    """Rows of these requests."""
    blocks: int
    """Blocks that there are now."""
    damaged: Sequence[str] = ()
    """Objects that were left where they are, each with its problem."""


def compact(
    objects: Objects, catalog: str, now_ms: int, most: int = sys.maxsize, tell: Tell = lambda _: None
) -> Compacted:
    """Joins settled requests into blocks, at most `most` of them.

    Raises:
        NotFound: when there is no such catalog, or it was removed meanwhile: then no block stays.
        ObjectDamaged: when the index of the blocks cannot be read.
        Conflict, StoreUnavailable: as `swap`.
    """
    lifetime = Lifetime.of_now(objects, catalog)
    with lifetime.taking_back(lambda: _take_back(objects, catalog)):
        return _compact(lifetime, now_ms, most, tell)


def _take_back(objects: Objects, catalog: str) -> None:
    """Deletes the blocks of a removed catalog, unless there is one of its name again, whose compactions do so."""
    keys = list(objects.keys(f"blocks/{catalog}/"))
    if catalog_record.find(objects, catalog) is catalog_record.UNSET:
        _delete(objects, keys)


def _compact(lifetime: Lifetime, now_ms: int, most: int, tell: Tell) -> Compacted:
    objects, catalog = lifetime.objects, lifetime.catalog
    requests, rows, damaged = 0, 0, list[ObjectDamaged]()
    while True:
        index = finish(objects, catalog)
        passed_over = {*index.covered, *(one.name for one in damaged)}  # covered ones are in a block already
        loose = [key for key in settled(objects, catalog, now_ms) if key not in passed_over]
        taken = loose[: min(MOST_REQUESTS, most - requests)]
        if not taken:
            break
        tell(f"compacting {len(taken):,} of {len(loose):,} requests")
        new, keys = _read(objects, taken, damaged)
        lifetime.check()
        if keys and not _commit(objects, catalog, index, new, keys, damaged):
            break  # another compaction was first, and does the rest
        requests, rows = requests + len(keys), rows + len(new)
    return Compacted(catalog, requests, rows, len(index.blocks), tuple(map(str, damaged)))


def compact_many(objects: Objects, catalog: str, now_ms: int) -> Compacted | None:
    """Compacts a part of the log where it has at least `FEWEST_REQUESTS`, and otherwise does nothing.

    Raises:
        ObjectDamaged, Conflict, StoreUnavailable: as `compact`.
    """
    if len(settled(objects, catalog, now_ms)) < FEWEST_REQUESTS:
        return None
    return compact(objects, catalog, now_ms, most=MOST_REQUESTS)


def settled(objects: Objects, catalog: str, now_ms: int) -> list[str]:
    """Returns the keys of requests that lie in objects of their own and were received long enough ago."""
    keys = objects.keys(f"events/{catalog}/")
    return [key for key in keys if REQUEST.fullmatch(key) and received_ms(key) < now_ms - LATE_MS]


def finish(objects: Objects, catalog: str) -> BlockIndex:
    """Deletes everything that an earlier compaction was about to delete, and returns the index; makes a missing one.

    Raises:
        ObjectDamaged: when the index cannot be read.
    """
    index, data = read_index(objects, catalog)
    if data is None:  # from now on blocks without an index are a loss, and no crash before the first commit
        swap(objects, index_key(catalog), lambda now: BlockIndex().to_bytes() if now is None else None)
        return read_index(objects, catalog)[0]
    listed = {block.stored.key for block in index.blocks}
    stray = [key for key in objects.keys(f"blocks/{catalog}/") if _generation(key) <= index.generation]
    _delete(objects, [*index.covered, *(key for key in stray if key not in listed)])
    finished = replace(index, covered=())
    if finished == index:
        return index
    swap(objects, index_key(catalog), lambda now: finished.to_bytes() if now == data else None)
    return read_index(objects, catalog)[0]


def _generation(key: str) -> float:
    """Returns the generation in the key of a block; that of the index itself never ends."""
    number = key.rpartition("/")[2].partition("-")[0]
    return int(number) if number.isdigit() else float("inf")


def _delete(objects: Objects, keys: Sequence[str]) -> None:
    """Deletes objects, a few at a time side by side."""
    if len(keys) <= AT_ONCE:
        for key in keys:
            objects.delete(key)
        return
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in pool.map(objects.delete, keys):
            pass


def _read(objects: Objects, keys: Sequence[str], damaged: list[ObjectDamaged]) -> tuple[LogBlock, list[str]]:
    """Returns the rows of requests, up to about `MOST_ROWS`, and the keys of those that they are from."""
    blocks: list[LogBlock] = []
    whole: list[str] = []
    waiting: list[tuple[str, list[Event]]] = []
    rows, in_blocks = 0, 0
    for key, found in stored_events.requests(objects, keys, damaged):
        waiting.append((key, found))
        whole.append(key)
        rows += len(found)
        if rows - in_blocks >= BATCH_EVENTS:
            blocks.append(_block_of(waiting))
            waiting.clear()
            in_blocks = rows
            if rows >= MOST_ROWS:
                break
    return log_blocks.join([*blocks, _block_of(waiting)]), whole


def _block_of(requests: Sequence[tuple[str, Sequence[Event]]]) -> LogBlock:
    """Returns the events of requests, given by their keys, as rows."""
    received = [received_ms(key) for key, events in requests for _ in events]
    digests = [int(key.rpartition("-")[2].partition(".")[0], 16) for key, events in requests for _ in events]
    table = EventTable.of((event for _, events in requests for event in events), received)
    return LogBlock(table, np.array(digests, np.uint64))


def _commit(
    objects: Objects,
    catalog: str,
    base: BlockIndex,
    new: LogBlock,
    keys: Sequence[str],
    damaged: list[ObjectDamaged],
) -> bool:
    """Writes blocks with the new rows and moves the index from `base`; returns False where that has moved before."""
    shards = _shards(sum(block.rows for block in base.blocks) + len(new))
    kept, generation = list(base.blocks), base.generation + 1
    shard_of_rows = log_blocks.shard_of(new.table.users.names(), shards)[new.table.users.codes]
    for shard in np.unique(shard_of_rows).tolist():
        rows = [new.take(np.flatnonzero(shard_of_rows == shard))]
        for block in _to_merge(base.blocks, (shard, shards), len(rows[0])):
            try:
                rows.append(log_blocks.read_block(objects, block))
            except ObjectDamaged as wrong:  # it stays listed, so that a training names it
                damaged.append(wrong)
                continue
            kept.remove(block)
        kept.append(_write(objects, catalog, generation, (shard, shards), log_blocks.join(rows)))
    moved = BlockIndex(generation, tuple(kept), tuple(keys))
    before = base.to_bytes()
    return swap(objects, index_key(catalog), lambda now: moved.to_bytes() if now == before else None)


def _to_merge(blocks: Iterable[ListedBlock], place: tuple[int, int], rows: int) -> list[ListedBlock]:
    """Returns the blocks of a shard to join with new rows: those not much larger than all smaller ones together.

    So each row is rewritten a few times, and the sizes of the blocks of a shard grow by factors.
    """
    merged: list[ListedBlock] = []
    for block in sorted(blocks, key=lambda one: one.rows):
        if (block.shard, block.shards) != place:
            continue
        if block.rows > min(2 * rows, FULL_ROWS):
            break
        merged.append(block)
        rows += block.rows
    return merged


def _shards(rows: int) -> int:
    """Returns the number of shards of a log: the smallest power of two with which shards stay below two full blocks."""
    shards = 1
    while shards < MOST_SHARDS and rows > 2 * FULL_ROWS * shards:
        shards *= 2
    return shards


def _write(objects: Objects, catalog: str, generation: int, place: tuple[int, int], block: LogBlock) -> ListedBlock:
    """Writes a block and returns its entry of the index."""
    shard, shards = place
    data = block.to_bytes()
    key = f"blocks/{catalog}/{generation:08d}-{shard:02d}of{shards:02d}-{sha256(data).hexdigest()[:16]}.npz"
    objects.put(key, data)
    return ListedBlock(StoredEvents.of(key, block.table, data), shard, shards, int(block.table.received.max()))
