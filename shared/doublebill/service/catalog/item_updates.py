"""Item updates: the metadata that are stored of a catalog, in the order in which they came.

items/<catalog>/<milliseconds>-<digest>.jsonl.gz         item lines, one request an object, until it is compacted
                                                         (`blocks.item_blocks`)
items/<catalog>/<milliseconds>-<digest>.large.jsonl.gz   a file of many items, which stays as it is

A request counts under its key wherever its lines are. Requests are listed before the index of blocks is read: one that
is compacted between the two is then in the list, in the index or in both, and never in neither.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from doublebill.errors import ObjectDamaged
from doublebill.service.catalog.blocks.block_index import ListedBlock, read_blocks, shard_of
from doublebill.service.catalog.blocks.item_blocks import ITEMS, NO_ITEMS, ItemBlock
from doublebill.service.catalog.stored_events import check_digest, lines_of, received_ms
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order_or_missing


def prefix(catalog: str) -> str:
    """Returns the prefix of everything that has metadata of a catalog."""
    return f"items/{catalog}/"


@dataclass(frozen=True, eq=False)
class ItemUpdates:
    """The updates of a catalog's metadata at one moment."""

    catalog: str
    requests: Sequence[str]
    """Keys of the requests, in order, whether they lie in objects of their own or in blocks."""
    item_ids: Collection[str] | None = None
    """The items of which updates are read, perhaps with others; all where None."""
    compacted: ItemBlock = NO_ITEMS
    """The rows of the blocks, of these requests only."""
    damaged: Sequence[ObjectDamaged] = field(default_factory=list)
    """Objects that could not be read so far."""

    @classmethod
    def of_now(
        cls, objects: Objects, catalog: str, item_ids: Collection[str] | None = None, since_ms: int = 0
    ) -> "ItemUpdates":
        """Returns the updates that count now and were received at `since_ms` or later."""
        damaged: list[ObjectDamaged] = []
        blocks = ITEMS.folder(catalog)
        loose = [key for key in objects.keys(prefix(catalog)) if not key.startswith(blocks)]
        compacted = _read_blocks(objects, catalog, item_ids, since_ms, damaged)
        requests = sorted({*(key for key in loose if received_ms(key) >= since_ms), *compacted.keys(catalog)})
        return cls(catalog, requests, item_ids, compacted, damaged)

    def of_requests(self, keys: Sequence[str]) -> "ItemUpdates":
        """Returns the part that has only these requests."""
        compacted = self.compacted.of_keys(self.catalog, keys)
        return ItemUpdates(self.catalog, keys, self.item_ids, compacted, self.damaged)

    @property
    def loose(self) -> list[str]:
        """Returns the keys of the requests that lie in objects of their own."""
        in_blocks = set(self.compacted.keys(self.catalog))
        return [key for key in self.requests if key not in in_blocks]

    def lines(self, objects: Objects, damaged: list[ObjectDamaged]) -> Iterator[str]:
        """Yields the item lines in order; damaged objects are left out and added to `damaged`.

        A request that was removed with its import since it was listed is left out too.
        """
        damaged += self.damaged
        found = self._loose(objects, damaged)
        found |= _lines(self.compacted, self.catalog)
        for key in self.requests:
            yield from found.get(key, ())

    def _loose(self, objects: Objects, damaged: list[ObjectDamaged]) -> dict[str, Sequence[str]]:
        """Returns the lines of each request that lies in an object of its own, or did so when it was listed."""
        found: dict[str, Sequence[str]] = {}
        gone: list[str] = []
        for key, data in in_order_or_missing(objects, self.loose):
            if data is None:
                gone.append(key)
                continue
            try:
                found[key] = lines_of(key, check_digest(key, data))
            except ObjectDamaged as wrong:
                damaged.append(wrong)
        if gone:  # removed or compacted meanwhile
            now = _read_blocks(objects, self.catalog, self.item_ids, 0, damaged)
            found |= _lines(now.of_keys(self.catalog, gone), self.catalog)
        return found


def _read_blocks(
    objects: Objects, catalog: str, item_ids: Collection[str] | None, since_ms: int, damaged: list[ObjectDamaged]
) -> ItemBlock:
    """Returns the rows of the blocks that may have some items, received at `since_ms` or later."""

    def may_have(block: ListedBlock) -> bool:
        in_shard = item_ids is None or block.shard in shard_of(item_ids, block.shards)
        return block.until_ms >= since_ms and in_shard

    def recent(rows: ItemBlock) -> ItemBlock:
        return rows.take(rows.received >= since_ms) if since_ms > 0 else rows

    return read_blocks(objects, ITEMS, catalog, damaged, may_have, recent)[1]


def _lines(block: ItemBlock, catalog: str) -> dict[str, Sequence[str]]:
    """Returns the lines of each request in a block, without the empty line of one that has none."""
    return {key: [line for line in block.lines.take(rows) if line] for key, rows in block.by_request(catalog)}
