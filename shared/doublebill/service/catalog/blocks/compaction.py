"""Compaction: joins many small objects into blocks, so that a reader needs tens of objects.

    1. what an earlier compaction left is finished: covered objects and blocks that no index lists are deleted
    2. the rows of settled objects are read, and with them the smaller blocks of their shards
    3. new blocks are written under names of the next generation, which no index lists yet
    4. the index moves by compare-and-swap: this alone is the commit
    5. the objects that it covers and the blocks that it replaces are deleted, then the index forgets the objects

Rows that count no more, those of erased users, are dropped on the way.

Killed anywhere, the next compaction goes on at 1. Of two at once one moves the index and the other gives up: its blocks
have names of a generation that can be committed no more, so they are stray. Objects that arrive meanwhile, or are not
settled, or are damaged, stay where they are. The same holds for the requests of the event log (`log_blocks`) and for
the metadata of items (`item_blocks`).
"""

import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from doublebill.errors import Conflict, ObjectDamaged
from doublebill.service.catalog import catalog_record
from doublebill.service.catalog.blocks.block_index import (
    BlockForm,
    BlockIndex,
    BlockRows,
    ListedBlock,
    index_key,
    read_block,
    read_index,
    write_block,
)
from doublebill.service.catalog.blocks.item_blocks import ITEMS
from doublebill.service.catalog.blocks.log_blocks import LOG
from doublebill.service.catalog.lifetime import Lifetime
from doublebill.service.catalog.stored_events import LATE_MS, received_ms
from doublebill.stores.compare_and_swap import TRIES, swap
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import AT_ONCE
from doublebill.times.retention import has_expired

MOST_REQUESTS = 20_000
"""Most requests of one commit: some minutes of S3."""

MOST_OF_A_TRAINING = 120_000
"""Most requests that one training joins: more than a day has at one a second, so that what waits does not grow."""

MOST_SHARDS = 64

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Compacted:
    """The outcome of compacting the event log of a catalog, or its metadata."""

    catalog: str
    requests: int
    """Small objects that became rows of blocks."""
    rows: int
    """BlockRows of these objects: events or items."""
    blocks: int
    """Blocks that there are now."""
    damaged: Sequence[str] = ()
    """Objects that were left where they are, each with its problem."""


def compact[R: BlockRows](
    objects: Objects,
    catalog: str,
    now_ms: int,
    form: BlockForm[R],
    most: int = sys.maxsize,
    tell: Tell = lambda _: None,
) -> Compacted:
    """Joins settled small objects into blocks of a form, at most `most` of them.

    Raises:
        NotFound: when there is no such catalog, or it was removed meanwhile: then no block stays.
        ObjectDamaged: when the index of the blocks cannot be read.
        Conflict, StoreUnavailable: as `swap`.
    """
    lifetime = Lifetime.of_now(objects, catalog)
    with lifetime.taking_back(lambda: _take_back(objects, catalog, form.folder(catalog))):
        return _compact(lifetime, now_ms, form, most, tell)


def compact_many(objects: Objects, catalog: str, now_ms: int) -> None:
    """Compacts a part of the event log, and of the metadata, where so many objects wait that it is worth it.

    Raises:
        ObjectDamaged, Conflict, StoreUnavailable: as `compact`.
    """
    compact_where_many(objects, catalog, now_ms, LOG, MOST_OF_A_TRAINING)
    compact_where_many(objects, catalog, now_ms, ITEMS, MOST_REQUESTS)


def compact_where_many[R: BlockRows](
    objects: Objects, catalog: str, now_ms: int, form: BlockForm[R], most: int
) -> Compacted | None:
    """Compacts at most `most` objects where at least `form.fewest` wait, and otherwise does nothing.

    Raises:
        ObjectDamaged, Conflict, StoreUnavailable: as `compact`.
    """
    if len(settled(objects, catalog, now_ms, form)) < form.fewest:
        return None
    return compact(objects, catalog, now_ms, form, most)


def take_out[R: BlockRows](objects: Objects, catalog: str, form: BlockForm[R], keys: Collection[str]) -> None:
    """Deletes small objects, and their rows in blocks, also where a compaction is about to join them.

    The objects go first, so that a compaction that begins later does not see them; one that began before does not
    commit, since the index has moved. Killed anywhere, call it again.

    Raises:
        ObjectDamaged: when the index of the blocks cannot be read.
        Conflict, StoreUnavailable: as `swap`.
    """
    _delete(objects, list(keys))
    folder = form.folder(catalog)
    for _ in range(TRIES):
        if read_index(objects, folder)[1] is None:
            return
        index = finish(objects, catalog, form)
        if _move(objects, folder, index, _without(objects, catalog, form, index, keys)):
            finish(objects, catalog, form)
            return
    raise Conflict(f"{index_key(folder)}: changed by other requests {TRIES} times in a row; try again later")


def _without[R: BlockRows](
    objects: Objects, catalog: str, form: BlockForm[R], index: BlockIndex, keys: Collection[str]
) -> BlockIndex:
    """Writes the blocks that have rows of some small objects without them, and returns the index that lists them."""
    since_ms, generation = min(map(received_ms, keys), default=0), index.generation + 1
    kept: list[ListedBlock] = []
    for block in index.blocks:
        try:
            rows = read_block(objects, form, block) if block.until_ms >= since_ms else None
        except ObjectDamaged:  # it stays listed, so that a training names it
            rows = None
        others = [] if rows is None else [key for key in rows.keys(catalog) if key not in keys]
        if rows is None or len(others) == len(rows.keys(catalog)):
            kept.append(block)
        elif others:
            place = (block.shard, block.shards)
            kept.append(write_block(objects, form.folder(catalog), generation, place, rows.of_keys(catalog, others)))
    return BlockIndex(generation, tuple(kept))


def drop_before[R: BlockRows](
    objects: Objects, catalog: str, form: BlockForm[R], since_ms: int, dry: bool = False
) -> tuple[int, int]:
    """Deletes small objects that were received before a time, and such rows of blocks; returns how many of each.

    With `dry` it only counts them. Killed anywhere, call it again.

    Raises:
        ObjectDamaged: when the index of the blocks cannot be read.
        Conflict, StoreUnavailable: as `swap`.
    """
    small = [key for key in objects.keys(form.small_objects(catalog)) if form.is_small(key)]
    old = [key for key in small if has_expired(received_ms(key), since_ms)]
    folder, rows = form.folder(catalog), 0
    if not dry:
        _delete(objects, old)
    for _ in range(TRIES):
        index, data = read_index(objects, folder)
        old_blocks = [block for block in index.blocks if block.from_ms < since_ms]
        if data is None or not old_blocks:
            return len(old), 0
        index = index if dry else finish(objects, catalog, form)
        after = _since(objects, form, folder, index, since_ms, dry)
        rows = sum(block.rows for block in index.blocks) - sum(block.rows for block in after.blocks)
        if dry or not rows:
            return len(old), rows
        if _move(objects, folder, index, after):
            finish(objects, catalog, form)
            return len(old), rows
    raise Conflict(f"{index_key(folder)}: changed by other requests {TRIES} times in a row; try again later")


def _since[R: BlockRows](
    objects: Objects, form: BlockForm[R], folder: str, index: BlockIndex, since_ms: int, dry: bool
) -> BlockIndex:
    """Writes the blocks that have rows from before a time without them, and returns the index that lists them."""
    kept: list[ListedBlock] = []
    for block in index.blocks:
        if has_expired(block.until_ms, since_ms):
            continue
        try:
            rows = read_block(objects, form, block) if block.from_ms < since_ms else None
        except ObjectDamaged:  # it stays listed, so that a training names it
            rows = None
        fresh = None if rows is None else rows.take(rows.received >= since_ms)
        if rows is None or fresh is None or len(fresh) == len(rows):
            kept.append(block)
        elif dry:
            kept.append(replace(block, stored=replace(block.stored, rows=len(fresh))))
        else:
            kept.append(write_block(objects, folder, index.generation + 1, (block.shard, block.shards), fresh))
    return BlockIndex(index.generation + 1, tuple(kept))


def strip[R: BlockRows](
    objects: Objects,
    catalog: str,
    form: BlockForm[R],
    small: Callable[[], Sequence[str]],
    touched: Callable[[ListedBlock], bool],
) -> None:
    """Drops rows that count no more: from blocks that are `touched`, and from small objects, which it joins.

    `small` returns the keys of small objects with such rows that are there now. Killed anywhere, call it again.

    Raises:
        ObjectDamaged: when an object is damaged, so that its rows are unknown.
        Conflict, StoreUnavailable: as `swap`.
    """
    folder = form.folder(catalog)
    for _ in range(TRIES):
        if read_index(objects, folder)[1] is None and not small():
            return
        index = finish(objects, catalog, form)
        damaged: list[ObjectDamaged] = []
        new, joined = form.rows_of(objects, small(), damaged)
        if damaged:
            _check_gone(objects, damaged)
            continue  # compacted meanwhile
        stripped = _stripped(objects, catalog, form, index, new, touched)
        if stripped == index.blocks and not joined:
            return
        if _move(objects, folder, index, BlockIndex(index.generation + 1, stripped, tuple(joined))):
            finish(objects, catalog, form)
    raise Conflict(f"{index_key(folder)}: changed by other requests {TRIES} times in a row; try again later")


def _check_gone(objects: Objects, damaged: Sequence[ObjectDamaged]) -> None:
    """Raises the first of some complaints whose object is there, and damaged."""
    for wrong in damaged:
        if wrong.name in objects.keys(wrong.name):
            raise wrong


def _stripped[R: BlockRows](
    objects: Objects,
    catalog: str,
    form: BlockForm[R],
    index: BlockIndex,
    new: R,
    touched: Callable[[ListedBlock], bool],
) -> tuple[ListedBlock, ...]:
    """Writes blocks, and new rows, without rows that count no more, and returns the blocks that there are then."""
    left_of, folder, generation = form.left_of(objects, catalog), form.folder(catalog), index.generation + 1
    kept: list[ListedBlock] = []
    for block in index.blocks:
        rows = read_block(objects, form, block) if touched(block) else None
        left = None if rows is None else left_of(rows)
        if rows is None or left is None or len(left) == len(rows):
            kept.append(block)
        elif len(left):
            kept.append(write_block(objects, folder, generation, (block.shard, block.shards), left))
    added = left_of(new)
    shards = _shards(sum(block.rows for block in kept) + len(added), form.full_rows)
    shard_of_rows = added.shards(shards)
    for shard in np.unique(shard_of_rows).tolist():
        own = added.take(np.flatnonzero(shard_of_rows == shard))
        kept.append(write_block(objects, folder, generation, (shard, shards), own))
    return tuple(kept)


def _take_back(objects: Objects, catalog: str, folder: str) -> None:
    """Deletes the blocks of a removed catalog, unless there is one of its name again, whose compactions do so."""
    keys = list(objects.keys(folder))
    if catalog_record.find(objects, catalog) is catalog_record.UNSET:
        _delete(objects, keys)


def _compact[R: BlockRows](lifetime: Lifetime, now_ms: int, form: BlockForm[R], most: int, tell: Tell) -> Compacted:
    objects, catalog = lifetime.objects, lifetime.catalog
    requests, rows, damaged = 0, 0, list[ObjectDamaged]()
    while True:
        index = finish(objects, catalog, form)
        passed_over = {*index.covered, *(one.name for one in damaged)}  # covered ones are in a block already
        loose = [key for key in settled(objects, catalog, now_ms, form) if key not in passed_over]
        taken = loose[: min(MOST_REQUESTS, most - requests)]
        if not taken:
            break
        tell(f"compacting {len(taken):,} of {len(loose):,} objects")
        new, keys = form.rows_of(objects, taken, damaged)
        lifetime.check()
        if keys and not commit(objects, catalog, form, index, (new, keys), damaged):
            break  # another compaction was first, and does the rest
        requests, rows = requests + len(keys), rows + len(new)
    return Compacted(catalog, requests, rows, len(index.blocks), tuple(map(str, damaged)))


def settled[R: BlockRows](objects: Objects, catalog: str, now_ms: int, form: BlockForm[R]) -> list[str]:
    """Returns the keys of the small objects that were received long enough ago."""
    keys = objects.keys(form.small_objects(catalog))
    return [key for key in keys if form.is_small(key) and received_ms(key) < now_ms - LATE_MS]


def finish[R: BlockRows](objects: Objects, catalog: str, form: BlockForm[R]) -> BlockIndex:
    """Deletes everything that an earlier compaction was about to delete, and returns the index; makes a missing one.

    Raises:
        ObjectDamaged: when the index cannot be read.
    """
    folder = form.folder(catalog)
    index, data = read_index(objects, folder)
    if data is None:  # from now on blocks without an index are a loss, and no crash before the first commit
        swap(objects, index_key(folder), lambda now: BlockIndex().to_bytes() if now is None else None)
        return read_index(objects, folder)[0]
    listed = {block.stored.key for block in index.blocks}
    stray = [key for key in objects.keys(folder) if _generation(key) <= index.generation]
    _delete(objects, [*index.covered, *(key for key in stray if key not in listed)])
    finished = replace(index, covered=())
    if finished == index:
        return index
    swap(objects, index_key(folder), lambda now: finished.to_bytes() if now == data else None)
    return read_index(objects, folder)[0]


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


def commit[R: BlockRows](
    objects: Objects,
    catalog: str,
    form: BlockForm[R],
    base: BlockIndex,
    new: tuple[R, Sequence[str]],
    damaged: list[ObjectDamaged],
) -> bool:
    """Writes blocks with new rows, which come with the keys of their objects, and moves the index from `base`.

    Returns False where the index has moved before.
    """
    folder, (added, keys), left_of = form.folder(catalog), new, form.left_of(objects, catalog)
    added = left_of(added)
    shards = _shards(sum(block.rows for block in base.blocks) + len(added), form.full_rows)
    kept, generation = list(base.blocks), base.generation + 1
    shard_of_rows = added.shards(shards)
    for shard in np.unique(shard_of_rows).tolist():
        rows = [added.take(np.flatnonzero(shard_of_rows == shard))]
        for block in _to_merge(base.blocks, (shard, shards), len(rows[0]), form.full_rows):
            try:
                rows.append(left_of(read_block(objects, form, block)))
            except ObjectDamaged as wrong:  # it stays listed, so that a training names it
                damaged.append(wrong)
                continue
            kept.remove(block)
        kept.append(write_block(objects, folder, generation, (shard, shards), form.join(rows)))
    return _move(objects, folder, base, BlockIndex(generation, tuple(kept), tuple(keys)))


def _move(objects: Objects, folder: str, base: BlockIndex, moved: BlockIndex) -> bool:
    """Puts an index in the place of `base`; returns False where another one is there."""
    before = base.to_bytes()
    return swap(objects, index_key(folder), lambda now: moved.to_bytes() if now == before else None)


def _to_merge(blocks: Iterable[ListedBlock], place: tuple[int, int], rows: int, full_rows: int) -> list[ListedBlock]:
    """Returns the blocks of a shard to join with new rows: those not much larger than all smaller ones together.

    So each row is rewritten a few times, and the sizes of the blocks of a shard grow by factors.
    """
    merged: list[ListedBlock] = []
    for block in sorted(blocks, key=lambda one: one.rows):
        if (block.shard, block.shards) != place:
            continue
        if block.rows > min(2 * rows, full_rows):
            break
        merged.append(block)
        rows += block.rows
    return merged


def _shards(rows: int, full_rows: int) -> int:
    """Returns the number of shards for rows: the smallest power of two with which each is below two full blocks."""
    shards = 1
    while shards < MOST_SHARDS and rows > 2 * full_rows * shards:
        shards *= 2
    return shards
