"""Log shards: the event log at one moment, to be read user shard by user shard.

Requests are listed before the index of blocks is read: a request that is compacted between the two is then in the
list, in the index or in both, and never in neither. One that is in both counts once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from doublebill.errors import ObjectDamaged
from doublebill.service.catalog import event_log
from doublebill.service.catalog.blocks.block_index import BlockIndex, ListedBlock
from doublebill.service.catalog.blocks.log_blocks import LogBlock, read_index
from doublebill.service.catalog.erased.tombstones import NO_TOMBSTONES, Tombstones
from doublebill.service.catalog.sharded.request_keys import RequestKeys
from doublebill.service.catalog.sharded.wanted import Wanted
from doublebill.service.catalog.stored_events import CommittedImport, check_bytes
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order_or_missing

BLOCKS_AHEAD = 1
"""Blocks that are read before their turn: they are large."""


class LogMoved(Exception):
    """Blocks were replaced while they were read: everything is to be read again."""


@dataclass(frozen=True, eq=False)
class LogShards:
    """The events of a catalog at one moment."""

    loose: Sequence[str]
    """Keys of requests in objects of their own, in order."""
    index: BlockIndex
    index_data: bytes | None
    """The bytes of the index, by which one sees that it has moved."""
    imports: Sequence[CommittedImport]
    damaged: Sequence[ObjectDamaged]
    """Objects that could not be read so far."""
    wanted: Wanted
    """The part of the log that is read."""
    tombstones: Tombstones = NO_TOMBSTONES
    """Erased users, whose rows are left out."""

    @property
    def catalog(self) -> str:
        """Returns the name of the catalog."""
        return self.wanted.catalog

    @classmethod
    def of_now(cls, objects: Objects, wanted: Wanted) -> "LogShards":
        """Returns the snapshot of everything wanted that counts now."""
        damaged: list[ObjectDamaged] = []
        loose = wanted.of_keys(list(objects.keys(f"events/{wanted.catalog}/")))
        index, data = _index(objects, wanted.catalog, damaged)
        imports = wanted.of_imports(event_log.committed_imports(objects, wanted.catalog, damaged))
        return cls(loose, index, data, imports, damaged, wanted, Tombstones.of_now(objects, wanted.catalog))

    def only(self, wanted: Wanted) -> "LogShards":
        """Returns the wanted part of it."""
        return replace(self, loose=wanted.of_keys(self.loose), imports=wanted.of_imports(self.imports), wanted=wanted)

    def keys(self, objects: Objects) -> RequestKeys:
        """Returns the keys of its requests; reads all blocks for that, without those that are damaged.

        Raises:
            LogMoved: when blocks were replaced meanwhile.
        """
        parts = [RequestKeys.of(self.catalog, self.loose)]
        blocks = self.blocks(objects, self.wanted.of_blocks(self.index.blocks), [])
        parts += [RequestKeys.of_rows(self.catalog, rows) for rows in blocks if rows]
        return RequestKeys.added(self.catalog, parts)

    def blocks(
        self, objects: Objects, listed: Sequence[ListedBlock], damaged: list[ObjectDamaged]
    ) -> Iterator[LogBlock | None]:
        """Yields the wanted rows of each of the listed blocks, None of a damaged one, which is added to `damaged`.

        Raises:
            LogMoved: when the blocks were replaced meanwhile.
        """
        read = in_order_or_missing(objects, (block.stored.key for block in listed), BLOCKS_AHEAD)
        for block, (key, data) in zip(listed, read, strict=True):
            try:
                rows = LogBlock.from_bytes(check_bytes(block.stored, data), key)
            except ObjectDamaged as wrong:
                self.check_index(objects)
                damaged.append(wrong)
                yield None
            else:
                yield self.wanted.rows(rows)

    def check_index(self, objects: Objects) -> None:
        """Raises `LogMoved` where the index of blocks is another one by now."""
        if _index(objects, self.catalog, [])[1] != self.index_data:
            raise LogMoved


def _index(objects: Objects, catalog: str, damaged: list[ObjectDamaged]) -> tuple[BlockIndex, bytes | None]:
    """Returns the index of blocks with its bytes; an empty one where it cannot be read, which is added to `damaged`."""
    try:
        return read_index(objects, catalog)
    except ObjectDamaged as unreadable:
        damaged.append(unreadable)
        return BlockIndex(), None
