"""Removals: records of stored events that were taken away on purpose, append only.

removals/<catalog>/<milliseconds>-<digest>.json   {"removed_ms", "reason", "name", "events"}

`reason` is "import" (`name` is its id), "erasure" or "retention"; `events` counts the stored events that are gone, with
repetitions. A training that reads fewer events than an earlier one is promoted only where removals account for them.
"""

import contextlib
import hashlib
import json
from collections.abc import Sequence
from typing import Literal

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
    keys: Sequence[str] = [key for key in objects.keys(_prefix(catalog)) if received_ms(key) >= since_ms]
    events = 0
    for key, data in in_order_or_missing(objects, keys):
        with contextlib.suppress(ObjectDamaged):
            events += int(json.loads(check_digest(key, data))["events"])
    return events


def of_import(objects: Objects, catalog: str, import_id: str) -> int | None:
    """Returns when an import was last removed, in milliseconds, or None where it never was."""
    found: list[int] = []
    for key, data in in_order_or_missing(objects, list(objects.keys(_prefix(catalog)))):
        with contextlib.suppress(ObjectDamaged):
            record = json.loads(check_digest(key, data))
            if (record["reason"], record["name"]) == ("import", import_id):
                found.append(int(record["removed_ms"]))
    return max(found, default=None)


def _prefix(catalog: str) -> str:
    return f"removals/{catalog}/"
