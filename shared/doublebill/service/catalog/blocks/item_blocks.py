"""Item blocks: updates of metadata from many requests in a few objects, sharded by item (`block_index` lists them).

    items/<catalog>/blocks/<generation>-<shard>of<shards>-<digest>.npz   packed columns (`doublebill.columns.packed`):

    format                 [2] 1 (the version of this format) and the number of rows
    received               [rows] milliseconds of Unix time
    requests               [rows] uint64
    lines_lengths          [rows] in bytes, and `lines_blob` [bytes]: the lines (`doublebill.model.metadata.item_lines`)

A row's request is the object `items/<catalog>/<received>-<requests as 16 hexadecimal digits>.jsonl.gz` that it came
from; the rows of a request are in its order. A request without items is a row with an empty line. An item i is in the
shard `crc32(i) mod shards` of each number of shards that the index has. Updates are kept as they came and not merged,
so that the import that brought some can be removed, and a recorded training still reads those that it read.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from doublebill.arrays import Array, Ints, Mask
from doublebill.columns.packed import from_npz, pack_integers, to_npz, unpack_integers
from doublebill.errors import ObjectDamaged
from doublebill.model.string_table import Strings
from doublebill.service.catalog.blocks.block_index import BlockForm, shard_of
from doublebill.service.catalog.blocks.origins import Digests, digest_of, numbered
from doublebill.service.catalog.stored_events import check_digest, lines_of, received_ms
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order_or_missing

FORMAT = 1
REQUEST = re.compile(r"items/[^/]+/(\d{13})-([0-9a-f]{16})\.jsonl\.gz")

MOST_ROWS = 100_000
"""No further request is taken into a commit after so many items: some tens of MB of memory."""

LARGE_BYTES = 1 << 20
"""Larger objects, which files of items make, are few and stay as they are."""


@dataclass(frozen=True, eq=False)
class ItemBlock:
    """Updates of metadata, each with its request."""

    lines: Strings
    """[rows] item lines; an empty one stands for a request without items."""
    received: Ints
    """[rows] the time of receipt in milliseconds."""
    requests: Digests
    """[rows] the digest in the name of each row's request."""

    def __len__(self) -> int:
        return len(self.lines)

    def take(self, rows: Ints | Mask) -> "ItemBlock":
        """Returns some rows, given by number or by mask."""
        numbers = np.arange(len(self))[rows]
        return ItemBlock(self.lines.subset(numbers), self.received[numbers], self.requests[numbers])

    def to_bytes(self) -> bytes:
        """Returns the block as the bytes of its object."""
        texts = {**pack_integers("lines_lengths", self.lines.lengths()), "lines_blob": self.lines.blob}
        facts = {"format": np.array([FORMAT, len(self)], np.int64), "requests": self.requests}
        return to_npz({**facts, **pack_integers("received", self.received), **texts})

    @classmethod
    def from_bytes(cls, data: bytes, key: str) -> "ItemBlock":
        """Returns the block that `to_bytes` wrote.

        Raises:
            ObjectDamaged: when the bytes are no block.
        """
        try:
            return _checked(from_npz(data, key))
        except (ValueError, KeyError, AttributeError) as wrong:
            raise ObjectDamaged(key, f"is no block of items: {wrong}") from wrong

    def keys(self, catalog: str) -> list[str]:
        """Returns the keys of its requests, each once, in order."""
        return self._names(catalog, numbered(self.received, self.requests)[0])

    def by_request(self, catalog: str) -> list[tuple[str, Ints]]:
        """Returns the key of each request, in order, with its rows."""
        firsts, numbers = numbered(self.received, self.requests)
        order = np.argsort(numbers, kind="stable")
        bounds = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.bincount(numbers, minlength=len(firsts)))])
        rows = [order[start:end] for start, end in pairwise(bounds.tolist())]
        return list(zip(self._names(catalog, firsts), rows, strict=True))

    def _names(self, catalog: str, firsts: Ints) -> list[str]:
        """Returns the keys of the requests of some rows."""
        names = zip(self.received[firsts].tolist(), self.requests[firsts].tolist(), strict=True)
        return [f"items/{catalog}/{ms:013d}-{digest:016x}.jsonl.gz" for ms, digest in names]

    def of_keys(self, catalog: str, keys: Iterable[str]) -> "ItemBlock":
        """Returns the rows of the requests with these keys."""
        wanted = set(keys)
        rows = [own for key, own in self.by_request(catalog) if key in wanted]
        return self.take(np.concatenate(rows) if rows else np.zeros(0, np.int64))

    def shards(self, count: int) -> Ints:
        """Returns [rows] the shard of each row's item among `count`."""
        lines = self.lines.take(np.arange(len(self)))
        return shard_of((str(json.loads(line)["item_id"]) if line else "" for line in lines), count)


def join(blocks: Sequence[ItemBlock]) -> ItemBlock:
    """Returns the rows of several blocks, one after the other."""
    lengths = [np.zeros(1, np.int64), *(one.lines.lengths() for one in blocks)]
    blob = np.concatenate([np.zeros(0, np.uint8), *(one.lines.blob for one in blocks)])
    return ItemBlock(
        Strings(blob, np.cumsum(np.concatenate(lengths))),
        np.concatenate([np.zeros(0, np.int64), *(one.received for one in blocks)]),
        np.concatenate([np.zeros(0, np.uint64), *(one.requests for one in blocks)]),
    )


NO_ITEMS = join([])


def _checked(arrays: Mapping[str, Array]) -> ItemBlock:
    """Returns the block in the arrays; raises ValueError where they do not fit together."""
    version, rows = arrays["format"].tolist()
    if version != FORMAT:
        raise ValueError(f"its format is {version}, expected {FORMAT}: it was written by a newer doublebill")
    lengths, received = unpack_integers("lines_lengths", arrays), unpack_integers("received", arrays)
    blob, requests = arrays["lines_blob"], arrays["requests"]
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    if blob.dtype != np.uint8 or offsets[-1] != len(blob) or (lengths < 0).any():
        raise ValueError("its lines do not fit into their bytes")
    if requests.dtype != np.uint64 or {len(lengths), len(received), len(requests)} != {rows}:
        raise ValueError(f"its columns do not have {rows} rows each")
    return ItemBlock(Strings(blob.view(np.uint8), offsets), received, requests.view(np.uint64))


def _of_requests(objects: Objects, keys: Sequence[str], damaged: list[ObjectDamaged]) -> tuple[ItemBlock, list[str]]:
    """Returns the rows of requests, up to about `MOST_ROWS`, and the keys of those that they are from."""
    lines: list[str] = []
    received: list[int] = []
    digests: list[int] = []
    whole: list[str] = []
    for key, data in in_order_or_missing(objects, keys):
        try:
            found = lines_of(key, check_digest(key, data)) or [""]
        except ObjectDamaged as wrong:
            damaged.append(wrong)
            continue
        lines += found
        received += [received_ms(key)] * len(found)
        digests += [digest_of(key)] * len(found)
        whole.append(key)
        if len(lines) >= MOST_ROWS:
            break
    return ItemBlock(Strings.of(lines), np.array(received, np.int64), np.array(digests, np.uint64)), whole


ITEMS = BlockForm[ItemBlock](
    folder=lambda catalog: f"items/{catalog}/blocks/",
    small_objects=lambda catalog: f"items/{catalog}/",
    is_small=lambda key: REQUEST.fullmatch(key) is not None,
    decode=ItemBlock.from_bytes,
    join=join,
    rows_of=_of_requests,
    left_of=lambda *_: lambda rows: rows,
    full_rows=50_000,
    fewest=200,  # every look-up reads them too: some 10 ms for each 100
)
"""The blocks of the metadata."""
