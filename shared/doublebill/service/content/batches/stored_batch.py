"""Stored batches of content: their keys, their records and the parts with their items.

    packs/<kind>/<digest>/<batch>/batch.json           the request, the name of its caller, the job's state
    packs/<kind>/<digest>/<batch>/part-<n>.jsonl.gz    some of the items, one a line

The digest is that of the caller, of the request with its seed, and of the versions that make its items; the id of a
batch ends in it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from doublebill.errors import NotFound, ObjectMissing
from doublebill.games.kinds import KINDS
from doublebill.games.text.kinds import TEXTS
from doublebill.stores.job_record import JOB_ID, Fields, JobRecord
from doublebill.stores.jsonl_gz import pack, unpack
from doublebill.stores.objects import Objects
from doublebill.values.response_size import wrapped_bytes

RECORD = "batch.json"

KEPT = ("request", "caller", "count")
"""Fields of the record that a job needs to begin again."""

DIGITS = 32
"""Hexadecimal digits of the digest of a request."""

PART_BYTES = 4_000_000
"""Bytes of one part as Lambda sends them, unless one item alone has more."""


def digest_of(content: object) -> str:
    """Returns the digest of a request, or of the name of a caller."""
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:DIGITS]


def batches_of(objects: Objects, kind: str, digest: str) -> list[str]:
    """Returns the ids of the batches of a request, the oldest first."""
    keys = objects.keys(f"packs/{kind}/{digest}/")
    return sorted(key.split("/")[-2] for key in keys if key.endswith(f"/{RECORD}"))


def record_of_batch(objects: Objects, kind: str, batch: str) -> JobRecord:
    """Returns the record of a batch, which may not exist."""
    return JobRecord(objects, _key(kind, batch, RECORD), batch, KEPT)


def read_fields(objects: Objects, kind: str, batch: str, now_ms: int) -> Fields:
    """Returns the fields of a batch's record.

    Raises:
        NotFound: when there is no such batch.
    """
    if kind not in {**KINDS, **TEXTS} or not JOB_ID.fullmatch(batch):
        raise missing_batch(kind, batch)
    try:
        return record_of_batch(objects, kind, batch).read(now_ms)
    except ObjectMissing as missing:
        raise missing_batch(kind, batch) from missing


def missing_batch(kind: str, batch: str) -> NotFound:
    """Returns the error of a batch that does not exist, or not for this caller."""
    return NotFound(f"{kind} has no batch {batch!r}")


def write_parts(objects: Objects, kind: str, batch: str, items: Sequence[Any]) -> int:
    """Writes the items, as many to a part as one answer carries, and returns the number of parts."""
    parts = 0
    for parts, lines in enumerate(_filled(msgspec.json.encode(item) for item in items), 1):
        objects.put(_part_key(kind, batch, parts - 1), pack(line.decode() for line in lines))
    return parts


def read_part(objects: Objects, kind: str, batch: str, part: int) -> list[Mapping[str, object]]:
    """Returns the items of one part."""
    return [json.loads(line) for line in unpack(objects.get(_part_key(kind, batch, part)).data)]


def _filled(items: Iterator[bytes]) -> Iterator[list[bytes]]:
    """Yields the items in groups that fit into a part."""
    group: list[bytes] = []
    size = 0
    for item in items:
        size += wrapped_bytes(item) + 1
        if group and size > PART_BYTES:
            yield group
            group, size = [], wrapped_bytes(item) + 1
        group.append(item)
    if group:
        yield group


def _part_key(kind: str, batch: str, part: int) -> str:
    return _key(kind, batch, f"part-{part:05d}.jsonl.gz")


def _key(kind: str, batch: str, file: str) -> str:
    return f"packs/{kind}/{batch.partition('-')[2]}/{batch}/{file}"
