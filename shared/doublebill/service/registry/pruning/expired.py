"""Deletes rows about people that were stored longer ago than they may be kept.

Nothing here decides what counts: readers leave expired rows out by themselves (`LogSnapshot.of_now`), from the same
time on. So a sweep may die anywhere, or come late, and no training reads other data for that.

Of the log go requests and rows of blocks; of imports the record first, then the parts, also those of attempts that
died; merges; and rows that could not be read. The histories let their rows go by themselves.
"""

import contextlib
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from doublebill.errors import ObjectMissing
from doublebill.service.catalog import event_log, removals, user_aliases
from doublebill.service.catalog.blocks import compaction
from doublebill.service.catalog.blocks.log_blocks import LOG
from doublebill.service.catalog.imported.import_records import quarantine_key
from doublebill.service.catalog.stored_events import CommittedImport, received_ms
from doublebill.stores.jsonl_gz import unpack
from doublebill.stores.objects import Objects
from doublebill.times.retention import has_expired

ATTEMPT = re.compile(r"part-(\d{13})-")
"""The beginning of the name of a part: the time when its attempt to import began. Older attempts have none."""


DAMAGED = (OSError, EOFError, zlib.error, ValueError, StopIteration)
"""Errors of unreadable rows that are damaged: nobody can read them, and they may be as old as any."""

TIMELESS = (ObjectMissing, TypeError, KeyError)
"""Errors of those that went meanwhile, or that code stored which noted no time."""

LONG_AGO_MS = 1


@dataclass(frozen=True)
class Expired:
    """The rows about people of one catalog that were deleted, or would be."""

    requests: int
    """Objects of requests."""
    rows: int
    """Rows of blocks."""
    imports: tuple[str, ...]
    merges: int
    quarantined: tuple[str, ...]
    """Files whose unreadable rows were kept."""


def remove_expired(objects: Objects, catalog: str, since_ms: int, now_ms: int, dry: bool = False) -> Expired:
    """Deletes the rows of a catalog that were stored before `since_ms`; with `dry` it only counts them.

    Raises:
        ObjectDamaged: when the index of the blocks cannot be read.
        Conflict, StoreUnavailable: as `swap`; call it again.
    """
    requests, rows = compaction.drop_before(objects, catalog, LOG, since_ms, dry)
    merges = [key for key in objects.keys(user_aliases.prefix(catalog)) if has_expired(received_ms(key), since_ms)]
    unread = [key for key in objects.keys(f"quarantine/{catalog}/") if has_expired(_stored_ms(objects, key), since_ms)]
    stored = event_log.committed_imports(objects, catalog, [])
    imports = [one for one in stored if has_expired(one.imported_ms, since_ms)]
    if not dry:
        for one in imports:
            _remove_import(objects, catalog, one, now_ms)
        for key in [*merges, *unread, *_strays(objects, catalog, since_ms)]:
            objects.delete(key)
    names = tuple(key.rpartition("/")[2].partition(".")[0] for key in unread)
    return Expired(requests, rows, tuple(one.import_id for one in imports), len(merges), names)


def _remove_import(objects: Objects, catalog: str, one: CommittedImport, now_ms: int) -> None:
    """Removes an import: its removal is recorded, then it stops counting, then its events go."""
    rows = one.rows or sum(part.rows or 0 for part in one.parts)
    removals.append(objects, catalog, "retention", rows, now_ms, one.import_id)
    event_log.uncommit(objects, catalog, one.import_id)
    event_log.drop_parts(objects, objects.keys(f"imports/{catalog}/{one.import_id}/part-"))
    objects.delete(quarantine_key(catalog, one.import_id))


def _strays(objects: Objects, catalog: str, since_ms: int) -> Iterator[str]:
    """Yields the parts that attempts to import left which died so long ago."""
    counting = {part.key for one in event_log.committed_imports(objects, catalog, []) for part in one.parts}
    for key in list(objects.keys(f"imports/{catalog}/")):
        begun = ATTEMPT.match(key.rpartition("/")[2])
        if begun and has_expired(int(begun[1]), since_ms) and key not in counting:
            yield key


def _stored_ms(objects: Objects, key: str) -> int:
    """Returns the time at which unreadable rows were kept; 0 where that is unknown, long ago where they are damaged."""
    with contextlib.suppress(*TIMELESS):
        try:
            return int(json.loads(next(iter(unpack(objects.get(key).data))))["stored_ms"])
        except DAMAGED:
            return LONG_AGO_MS
    return 0
