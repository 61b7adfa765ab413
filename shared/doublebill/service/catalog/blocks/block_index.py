"""Indexes of blocks: which blocks of a catalog count, and which small objects their rows were in before.

    <folder>/<generation>-<shard>of<shards>-<digest>.npz   a block; its form says what is in it
    <folder>/index.json

The index is JSON with

    format       1
    generation   grows by one with every change
    blocks       [{"key", "rows", "bytes", "sha256", "shard", "shards",
                  "until_ms": latest time of receipt, "from_ms": earliest}, …]
    covered      keys of small objects that the blocks have and that are being deleted

It moves by compare-and-swap. A row counts once: a small object whose rows are in a listed block is ignored.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Protocol, Self
from zlib import crc32

import numpy as np

from doublebill.arrays import Ints, Mask
from doublebill.errors import ObjectDamaged, ObjectMissing
from doublebill.service.catalog.stored_events import WHOLE, Shard, StoredEvents, check_bytes
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order_or_missing

FORMAT = 1
TRIES = 5
"""Attempts to read the blocks of an index that is being replaced meanwhile."""


class BlockRows(Protocol):
    """The rows of one or several blocks."""

    @property
    def received(self) -> Ints:
        """Returns [rows] the time of receipt in milliseconds."""
        ...

    def __len__(self) -> int: ...
    def take(self, rows: Ints | Mask) -> Self:
        """Returns some rows, given by number or by mask."""
        ...

    def keys(self, catalog: str) -> list[str]:
        """Returns the keys of the small objects that the rows were in, each once, in order."""
        ...

    def of_keys(self, catalog: str, keys: Iterable[str]) -> Self:
        """Returns the rows that were in some of these objects."""
        ...

    def shards(self, count: int) -> Ints:
        """Returns [rows] the shard of each row among `count`."""
        ...

    def to_bytes(self) -> bytes:
        """Returns the rows as the bytes of one block."""
        ...


@dataclass(frozen=True)
class ListedBlock:
    """A block as the index lists it."""

    stored: StoredEvents
    shard: int
    shards: int
    until_ms: int
    from_ms: int = 0
    """Earliest time of receipt; 0 in blocks of earlier versions, which did not record it."""

    @property
    def rows(self) -> int:
        return self.stored.rows or 0

    def to_json(self) -> dict[str, object]:
        """Returns the entry of the index."""
        place = {"shard": self.shard, "shards": self.shards, "until_ms": self.until_ms}
        return {**self.stored.to_json(), **place} | ({"from_ms": self.from_ms} if self.from_ms else {})

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "ListedBlock":
        """Returns the entry that `to_json` gave."""
        times = int(fields["until_ms"]), int(fields.get("from_ms", 0))
        stored = replace(StoredEvents.from_json(fields), shard=WHOLE)  # the block has it
        return cls(stored, int(fields["shard"]), int(fields["shards"]), *times)


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


def index_key(folder: str) -> str:
    """Returns the key of the index of a folder of blocks."""
    return f"{folder}index.json"


def read_index(objects: Objects, folder: str) -> tuple[BlockIndex, bytes | None]:
    """Returns the index with its bytes, None where there is none yet.

    Raises:
        ObjectDamaged: when it cannot be read, or is gone and there are blocks.
    """
    key = index_key(folder)
    for _ in range(2):  # the first blocks may have come between the two looks, and the index before them
        try:
            data = objects.get(key).data
        except ObjectMissing:
            if not any(one.endswith(".npz") for one in objects.keys(folder)):
                return BlockIndex(), None
        else:
            return BlockIndex.from_bytes(data, key), data
    raise ObjectDamaged(key, "is gone, but there are blocks that it listed")


@dataclass(frozen=True)
class BlockForm[R: BlockRows]:
    """One kind of blocks."""

    folder: Callable[[str], str]
    """Returns the folder of a catalog's blocks, with a slash at its end."""
    small_objects: Callable[[str], str]
    """Returns the prefix of the objects that are joined."""
    is_small: Callable[[str], bool]
    """Returns whether a key of that prefix is one of them."""
    decode: Callable[[bytes, str], R]
    """Returns the rows of a block from its bytes and its key; raises `ObjectDamaged`."""
    join: Callable[[Sequence[R]], R]
    """Returns the rows of several blocks, one after the other."""
    rows_of: Callable[[Objects, Sequence[str], list[ObjectDamaged]], tuple[R, list[str]]]
    """Returns the rows of small objects, the first of them as many as fit into memory, and the keys of those that are
    whole; adds the others to the list."""
    left_of: Callable[[Objects, str], Callable[[R], R]]
    """Returns how the rows of a catalog are stripped of those that count no more; looks once."""
    full_rows: int
    """A block with so many rows is never rewritten by a compaction."""
    fewest: int
    """Small objects from which a training joins them."""


def read_blocks[R: BlockRows](
    objects: Objects,
    form: BlockForm[R],
    catalog: str,
    damaged: list[ObjectDamaged],
    wanted: Callable[[ListedBlock], bool] = lambda _: True,
    kept: Callable[[R], R] = lambda rows: rows,
) -> tuple[BlockIndex, R]:
    """Returns the index and the rows of its blocks that are `wanted`; of each block those that `kept` keeps.

    Damaged objects are left out and added to `damaged`. Reads again where blocks were replaced meanwhile.
    """
    folder = form.folder(catalog)
    for attempt in range(TRIES):
        wrong: list[ObjectDamaged] = []
        try:
            index, data = read_index(objects, folder)
            rows = list(_rows(objects, form, [one for one in index.blocks if wanted(one)], wrong, kept))
            moved = bool(wrong) and read_index(objects, folder)[1] != data
        except ObjectDamaged as unreadable:
            damaged.append(unreadable)
            return BlockIndex(), form.join([])
        if not moved or attempt == TRIES - 1:
            break
    damaged += wrong
    return index, form.join(rows)


def _rows[R: BlockRows](
    objects: Objects,
    form: BlockForm[R],
    listed: Sequence[ListedBlock],
    damaged: list[ObjectDamaged],
    kept: Callable[[R], R] = lambda rows: rows,
) -> Iterable[R]:
    """Yields the rows of blocks that `kept` keeps; the others of different blocks never lie in memory together."""
    read = in_order_or_missing(objects, (block.stored.key for block in listed))
    for block, (_, data) in zip(listed, read, strict=True):
        try:
            yield kept(form.decode(check_bytes(block.stored, data), block.stored.key))
        except ObjectDamaged as wrong:
            damaged.append(wrong)


def read_block[R: BlockRows](objects: Objects, form: BlockForm[R], listed: ListedBlock) -> R:
    """Returns one block.

    Raises:
        ObjectDamaged: when it is gone or its bytes are not those that the index recorded.
    """
    damaged: list[ObjectDamaged] = []
    rows = form.join(list(_rows(objects, form, [listed], damaged)))
    for wrong in damaged:
        raise wrong
    return rows


def write_block(objects: Objects, folder: str, generation: int, place: tuple[int, int], rows: BlockRows) -> ListedBlock:
    """Writes rows of a place (shard, number of shards) as a block and returns its entry of the index."""
    shard, shards = place
    data = rows.to_bytes()
    digest = sha256(data).hexdigest()
    key = f"{folder}{generation:08d}-{shard:02d}of{shards:02d}-{digest[:16]}.npz"
    objects.put(key, data)
    times = int(rows.received.max()), int(rows.received.min())
    return ListedBlock(StoredEvents(key, len(rows), len(data), digest), shard, shards, *times)


def shard_of(names: Iterable[str], shards: int) -> Ints:
    """Returns the shard of each name: `crc32(name) mod shards`."""
    return np.array([crc32(name.encode()) % shards for name in names], np.int64)


def may_hold(shard: Shard, names: Iterable[str]) -> bool:
    """Checks whether any of these names is of a shard."""
    return shard == WHOLE or shard[0] in shard_of(names, shard[1])
