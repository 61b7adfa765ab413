"""Versions that hold a person: those whose training read any of their events."""

from collections.abc import Mapping
from typing import Any, TypedDict

from doublebill.service.catalog.stored_events import received_ms
from doublebill.service.people.stored_rows import StoredRows
from doublebill.service.registry import runs
from doublebill.stores.objects import Objects


class VersionWithUser(TypedDict):
    """A version that was trained on events of the user."""

    version: str
    run: str
    trained: str
    """When the training began to read, ISO 8601."""


def versions_with(objects: Objects, catalog: str, rows: StoredRows) -> list[VersionWithUser]:
    """Returns the versions whose training read any of these events, newest first.

    A run of an earlier version that did not record what it read counts where it began after the first of them.
    """
    if not len(rows):
        return []
    times, imports = set(rows.live.received.tolist()), set(rows.imports)
    found: dict[str, VersionWithUser] = {}
    for run, fields in runs.every(objects, catalog):
        record: Mapping[str, Any] = fields
        version = str(record.get("version", ""))
        if version and version not in found and _read_any(record, times, imports):
            began = runs.iso(int(record.get("started_ms", 0)))
            found[version] = VersionWithUser(version=version, run=run, trained=began)
    return list(found.values())


def _read_any(record: Mapping[str, Any], times: set[int], imports: set[str]) -> bool:
    window = record.get("window")
    if window is None:
        return bool(imports) or min(times, default=0) <= int(record.get("started_ms", 0))
    recent = set(map(received_ms, window["events"]["recent"]))
    return (
        bool(imports & window["imports"].keys())
        or min(times, default=window["settled_ms"]) < window["settled_ms"]
        or bool(times & recent)
    )
