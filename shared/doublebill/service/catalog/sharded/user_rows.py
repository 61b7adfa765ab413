"""Rows of users: parts of the log that lie in memory, and are split by user until they are few enough to work on."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Self
from zlib import crc32

import numpy as np
import numpy.typing as npt

from doublebill.arrays import Mask
from doublebill.event_table import EventTable, drained
from doublebill.service.catalog import user_aliases
from doublebill.service.catalog.blocks.origins import Digests
from doublebill.service.catalog.sharded.request_keys import RequestKeys

NO_DIGESTS = np.zeros(0, np.uint64)


@dataclass(frozen=True, eq=False)
class Piece:
    """Rows of one stored object, or of several loose ones."""

    table: EventTable
    requests: Digests
    """[rows] the digest in the name of each row's request; empty for rows of imports."""
    checksums: npt.NDArray[np.uint32]
    """[distinct users] the CRC-32 of each pseudonym."""

    @classmethod
    def of(cls, table: EventTable, requests: Digests = NO_DIGESTS) -> Self:
        """Returns the piece of some rows."""
        users = table.users.distinct
        text, bounds = users.blob.tobytes(), users.offsets.tolist()
        checksums = (crc32(text[start:end]) for start, end in pairwise(bounds))
        return cls(table, requests, np.fromiter(checksums, np.uint32, len(users)))

    def __len__(self) -> int:
        return len(self.table)

    def take(self, rows: Mask) -> "Piece":
        """Returns some rows, given by mask, and only the strings that they have."""
        table = self.table.take(rows)
        used = np.zeros(len(self.checksums), np.bool_)
        used[table.users.codes] = True
        requests = self.requests[rows] if len(self.requests) else self.requests
        return Piece(table.compact(), requests, self.checksums[used])

    def of_users(self, users: Set[str]) -> Mask:
        """Returns [rows] which rows are of some users."""
        return np.array([name in users for name in self.table.users.names()] or [False])[self.table.users.codes]

    def attributed(self, owners: Mapping[str, str]) -> "Piece":
        """Returns the rows, each under the owner of its pseudonym."""
        return Piece.of(user_aliases.attributed(self.table, owners), self.requests)


@dataclass
class UserRows:
    """All rows of some users that were read so far."""

    compacted: list[Piece] = field(default_factory=list)
    loose: list[Piece] = field(default_factory=list)
    """Rows of requests in objects of their own; where a compaction has just joined them, they are in blocks too."""
    imported: list[Piece] = field(default_factory=list)

    def __len__(self) -> int:
        return sum(map(len, (*self.compacted, *self.loose, *self.imported)))

    def split(self, shards: int) -> tuple["UserRows", "UserRows"]:
        """Returns the rows of one shard of `shards` in those of its two among twice as many; this is empty then."""
        halves = UserRows(), UserRows()
        for name in ("compacted", "loose", "imported"):
            pieces: list[Piece] = getattr(self, name)
            while pieces:
                piece = pieces.pop(0)
                second = (piece.checksums // np.uint32(shards) % np.uint32(2)).astype(np.bool_)[piece.table.users.codes]
                for half, rows in zip(halves, (~second, second), strict=True):
                    if rows.any():
                        getattr(half, name).append(piece.take(rows))
        return halves

    def drop_doubles(self, catalog: str) -> None:
        """Takes out the rows of loose requests that are in a block too."""
        if not self.loose or not self.compacted:
            return
        in_blocks = RequestKeys(catalog, [(piece.table.received, piece.requests) for piece in self.compacted])
        for place, piece in enumerate(self.loose):
            doubled = in_blocks.contain(piece.table.received, piece.requests)
            self.loose[place] = piece.take(~doubled) if doubled.any() else piece

    def drained(self) -> EventTable:
        """Returns all rows as one table; this is empty then."""
        tables = [piece.table for pieces in (self.compacted, self.loose, self.imported) for piece in pieces]
        for pieces in (self.compacted, self.loose, self.imported):
            pieces.clear()
        return drained(tables)
