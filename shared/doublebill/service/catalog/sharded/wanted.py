"""The wanted part of a log: which of its requests and imports a reader takes."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np

from doublebill.arrays import Ints, Mask
from doublebill.service.catalog.blocks.block_index import ListedBlock
from doublebill.service.catalog.blocks.log_blocks import LogBlock
from doublebill.service.catalog.blocks.origins import Digests
from doublebill.service.catalog.sharded.request_keys import RequestKeys
from doublebill.service.catalog.stored_events import CommittedImport, received_ms
from doublebill.times.moments import LATEST_MILLISECONDS
from doublebill.times.retention import has_expired


@dataclass(frozen=True, eq=False)
class Wanted:
    """The requests and imports that were stored at a time or later, of requests those before another time and some."""

    catalog: str
    since_ms: int = 0
    """What was stored before has expired."""
    before_ms: int = LATEST_MILLISECONDS + 1
    also: Set[str] = frozenset()
    """Keys of later requests."""
    only: Set[str] | None = None
    """Ids of the imports; all where None."""
    users: Set[str] | None = None
    """Pseudonyms whose rows are read; of all where None."""
    _later: RequestKeys = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_later", RequestKeys.of(self.catalog, self.also))

    def of_keys(self, keys: Sequence[str]) -> list[str]:
        """Returns the wanted ones among the keys of requests."""
        fresh = [key for key in keys if not has_expired(received_ms(key), self.since_ms)]
        return [key for key in fresh if received_ms(key) < self.before_ms or key in self.also]

    def of_blocks(self, blocks: Sequence[ListedBlock]) -> list[ListedBlock]:
        """Returns the blocks that may have wanted rows."""
        fresh = [block for block in blocks if not has_expired(block.until_ms, self.since_ms)]
        if self.users is None:
            return fresh
        checksums = [crc32(user.encode()) for user in self.users]
        return [block for block in fresh if any(one % block.shards == block.shard for one in checksums)]

    def of_imports(self, imports: Sequence[CommittedImport]) -> list[CommittedImport]:
        """Returns the wanted ones among imports."""
        fresh = [one for one in imports if not has_expired(one.imported_ms, self.since_ms)]
        return [one for one in fresh if self.only is None or one.import_id in self.only]

    def mask(self, received: Ints, digests: Digests) -> Mask:
        """Returns [rows] which rows are of wanted requests, given as the times and digests in their names."""
        in_time = received < self.before_ms
        if len(self.also):
            in_time |= self._later.contain(received, digests)
        return np.asarray(in_time & (received >= self.since_ms))

    def rows(self, block: LogBlock) -> LogBlock:
        """Returns the wanted rows of a block."""
        wanted = self.mask(block.received, block.requests)
        return block if wanted.all() else block.take(wanted)
