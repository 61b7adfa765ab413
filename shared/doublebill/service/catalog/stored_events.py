"""Stored events: the objects of the log as event tables, each checked against the facts recorded about its bytes.

The name of a request's object carries the first `DIGEST_LENGTH` digits of the SHA-256 of its bytes. Parts of imports
have rows, bytes and digest in the record of their import; parts of imports that are older than these records have only
the number of events of all parts together.
"""

import datetime
import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from doublebill.errors import ObjectDamaged
from doublebill.event_table import EventTable
from doublebill.events import Event, from_line
from doublebill.stores.jsonl_gz import unpack
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order_or_missing

DIGEST_LENGTH = 16

LATE_MS = 60_000
"""Longer than any request works between looking at its clock and writing its object."""

BATCH_EVENTS = 50_000
"""Events of requests that become one table."""


type Shard = tuple[int, int]
"""A shard of users, and the number of shards."""

WHOLE: Shard = (0, 1)


@dataclass(frozen=True)
class StoredEvents:
    """One object of events, and the facts recorded about its bytes."""

    key: str
    rows: int | None = None
    size_bytes: int | None = None
    sha256: str = ""
    """All of its digits; empty where nothing was recorded."""
    shard: Shard = WHOLE
    """The only shard of users that has rows in it, among how many."""

    @classmethod
    def of(cls, key: str, table: EventTable, data: bytes, shard: Shard = WHOLE) -> "StoredEvents":
        """Returns the facts about a table that is written as `data`."""
        return cls(key, len(table), len(data), hashlib.sha256(data).hexdigest(), shard)

    def to_json(self) -> dict[str, object]:
        """Returns the facts as a record has them."""
        facts: dict[str, object] = {"key": self.key, "rows": self.rows, "bytes": self.size_bytes, "sha256": self.sha256}
        return facts if self.shard == WHOLE else {**facts, "shard": self.shard[0], "shards": self.shard[1]}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "StoredEvents":
        """Returns the facts that `to_json` gave."""
        shard = int(fields.get("shard", 0)), int(fields.get("shards", 1))
        return cls(str(fields["key"]), int(fields["rows"]), int(fields["bytes"]), str(fields["sha256"]), shard)


@dataclass(frozen=True)
class CommittedImport:
    """One import that counts."""

    import_id: str
    record_key: str
    parts: Sequence[StoredEvents]
    rows: int | None = None
    """Events of all parts together, where the parts have no records of their own."""
    imported_ms: int = 0
    """When it was imported, in milliseconds; 0 where that is unknown."""
    items: int = 0
    """Different items of its events; 0 where that is unknown."""


def request_tables(
    objects: Objects, keys: Iterable[str], damaged: list[ObjectDamaged], batch: int = BATCH_EVENTS
) -> Iterator[EventTable]:
    """Yields the events of requests, at least `batch` in a table, in the order of `keys`.

    A damaged object is left out and added to `damaged`.
    """
    events: list[Event] = []
    received: list[int] = []
    for key, found in requests(objects, keys, damaged):
        events += found
        received += [received_ms(key)] * len(found)
        if len(events) >= batch:
            yield EventTable.of(events, received)
            events, received = [], []
    if events:
        yield EventTable.of(events, received)


def requests(objects: Objects, keys: Iterable[str], damaged: list[ObjectDamaged]) -> Iterator[tuple[str, list[Event]]]:
    """Yields each of `keys` with the events of its request; a damaged object is left out and added to `damaged`."""
    for key, data in in_order_or_missing(objects, keys):
        try:
            yield key, _events_of_lines(key, check_digest(key, data))
        except ObjectDamaged as wrong:
            damaged.append(wrong)


def import_tables(objects: Objects, one: CommittedImport, damaged: list[ObjectDamaged]) -> list[EventTable]:
    """Returns the events of an import, part by part; a damaged part is left out and added to `damaged`."""
    tables: list[EventTable] = []
    read = in_order_or_missing(objects, (part.key for part in one.parts))
    for part, (_, data) in zip(one.parts, read, strict=True):
        try:
            tables.append(table_of(part, data))
        except ObjectDamaged as wrong:
            damaged.append(wrong)
    rows = sum(map(len, tables))
    if len(tables) == len(one.parts) and one.rows not in (None, rows):
        damaged.append(ObjectDamaged(one.record_key, f"it counts {one.rows} events, its parts have {rows}"))
    return tables


def table_of(part: StoredEvents, data: bytes | None) -> EventTable:
    """Returns the events of one object from its bytes.

    Raises:
        ObjectDamaged: when there are none, or they are not those that were written.
    """
    data = check_bytes(part, data)
    if part.key.endswith(".jsonl.gz"):
        return EventTable.of(_events_of_lines(part.key, data))
    return EventTable.from_bytes(data, part.key)


def check_bytes(part: StoredEvents, data: bytes | None) -> bytes:
    """Returns the bytes of an object when they are those that its record tells.

    Raises:
        ObjectDamaged: when there are none, or others.
    """
    if data is None:
        raise ObjectDamaged(part.key, "is gone")
    if part.size_bytes not in (None, len(data)):
        raise ObjectDamaged(part.key, f"has {len(data)} bytes, {part.size_bytes} were written")
    if part.sha256 and hashlib.sha256(data).hexdigest() != part.sha256:
        raise ObjectDamaged(part.key, f"its {len(data)} bytes are not those that were written")
    return data


def check_digest(key: str, data: bytes | None) -> bytes:
    """Returns the bytes of an object whose name carries their digest.

    Raises:
        ObjectDamaged: when there are none, or they have another digest.
    """
    if data is None:
        raise ObjectDamaged(key, "is gone")
    written = key.rpartition("-")[2].partition(".")[0]
    if hashlib.sha256(data).hexdigest()[:DIGEST_LENGTH] != written:
        raise ObjectDamaged(key, f"its {len(data)} bytes are not those that were written")
    return data


def request_key(catalog: str, received_ms: int, digest: str) -> str:
    """Returns the key of the object of a request."""
    day = datetime.datetime.fromtimestamp(received_ms / 1000, datetime.UTC).date().isoformat()
    return f"events/{catalog}/{day}/{received_ms:013d}-{digest}.jsonl.gz"


def received_ms(key: str) -> int:
    """Returns the time at the beginning of the name of a request's object; 0 for an object that is none."""
    time = key.rpartition("/")[2].partition("-")[0]
    return int(time) if time.isdecimal() else 0


def lines_of(key: str, data: bytes) -> list[str]:
    """Returns the lines of an object of gzipped lines.

    Raises:
        ObjectDamaged: when the bytes are no such object, or are cut.
    """
    if not data:
        raise ObjectDamaged(key, "has 0 bytes")
    try:
        return list(unpack(data))
    except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError) as wrong:
        raise ObjectDamaged(key, f"its {len(data)} bytes are cut or changed: {wrong}") from wrong


def _events_of_lines(key: str, data: bytes) -> list[Event]:
    return _parsed(key, lines_of(key, data))


def _parsed(key: str, lines: Iterable[str]) -> list[Event]:
    try:
        return [from_line(line) for line in lines]
    except (json.JSONDecodeError, TypeError) as wrong:
        raise ObjectDamaged(key, f"one of its lines is no event: {wrong}") from wrong
