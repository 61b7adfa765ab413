"""Removals: records of stored events that were taken away on purpose, append only.

removals/<catalog>/<milliseconds>-<digest>.json   {"removed_ms", "reason", "name", "events"}

`reason` is "import" (`name` is its id), "erasure" or "retention"; `events` counts the stored events that are gone, with
repetitions. A training that reads fewer events than an earlier one is promoted only where removals account for them.
"""

import contextlib
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from doublebill.errors import Conflict, ObjectDamaged
from doublebill.service.catalog.stored_events import DIGEST_LENGTH, check_digest, received_ms
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order_or_missing

Reason = Literal["import", "erasure", "retention"]


def append(objects: Objects, catalog: str, reason: Reason, events: int, now_ms: int, name: str = "") -> None:
    """Records that events were removed; write it before they are, so that a crash between both loses no record."""
    data = json.dumps({"removed_ms": now_ms, "reason": reason, "name": name, "events": events}).encode()
    digest = hashlib.sha256(data).hexdigest()[:DIGEST_LENGTH]
    with contextlib.suppress(Conflict):  # the very same, already there
        objects.create(f"{_prefix(catalog)}{now_ms:013d}-{digest}.json", data)


def events_since(objects: Objects, catalog: str, since_ms: int) -> int:
    """Returns the number of events that were removed at `since_ms` or later; a damaged record counts nothing."""
    return sum(int(record["events"]) for record in since(objects, catalog, since_ms).values())


def since(objects: Objects, catalog: str, since_ms: int) -> dict[str, Mapping[str, Any]]:
    """Returns the records of removals at `since_ms` or later, by their keys below the prefix; none that is damaged."""
    keys: Sequence[str] = [key for key in objects.keys(_prefix(catalog)) if received_ms(key) >= since_ms]
    records: dict[str, Mapping[str, Any]] = {}
    for key, data in in_order_or_missing(objects, keys):
        with contextlib.suppress(ObjectDamaged):
            records[key.removeprefix(_prefix(catalog))] = json.loads(check_digest(key, data))
    return records


def of_import(objects: Objects, catalog: str, import_id: str) -> int | None:
    """Returns when an import was last removed, in milliseconds, or None where it never was."""
    records = since(objects, catalog, 0).values()
    times = (one["removed_ms"] for one in records if (one["reason"], one["name"]) == ("import", import_id))
    return max(map(int, times), default=None)


def _prefix(catalog: str) -> str:
    return f"removals/{catalog}/"
