"""Data snapshots: the stored objects that a training read, recorded so that the very same can be read again.

Events and item metadata are append-only, and their keys begin with the time of receipt. Both count under their keys
also when their rows have moved into blocks. An object may still land up to `LATE_MS` after that, so objects that were
older when the training began are recorded by number and digest, and those that were younger, or landed meanwhile, key
by key. In the record of a run, under `window`:

    {"settled_ms": t,
     "events": {"settled": number of objects older than t, "digest": of their keys, "recent": [the other keys]},
     "items":  the same of the metadata,
     "merges": the same of the merges of users,
     "removals": the same of the records of removals,
     "imports": {import id: number of parts},
     "imported_ms": {import id: when it was imported},
     "since_ms": what was stored before has expired and was not read,
     "rows": {"requests": number of events, "imports": {import id: number of events},
              "days": {day of receipt since 1970: number of events by request}}}

A run without `merges` is older than merging, one without `rows` than the accounting by source, one without `since_ms`
than retention. An import that was removed while the training read it is in neither `imports` nor `rows`.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from doublebill.errors import DataDamaged, ObjectDamaged
from doublebill.event_table import EventTable, drained
from doublebill.model.items import Item
from doublebill.model.metadata.item_lines import item_from_line, merged
from doublebill.service.catalog import user_aliases
from doublebill.service.catalog.item_updates import ItemUpdates
from doublebill.service.catalog.log_snapshot import REQUESTS, LogSnapshot
from doublebill.service.catalog.stored_events import LATE_MS, CommittedImport, received_ms
from doublebill.stores.objects import Objects
from doublebill.times.retention import DAY_MS, has_expired

TO_DO = (
    "Put them back from a backup (in S3, an earlier version of the object), "
    "or train without them: doublebill train {catalog} --skip-damaged"
)


@dataclass(frozen=True)
class StoredData:
    """The data that a training has read."""

    events: EventTable
    """Every event, some perhaps twice, each under the pseudonym that its user was merged into."""
    items: dict[str, Item]
    """The metadata of every described item by its id."""
    rows: Mapping[str, int]
    """Number of events of each source, with repetitions: those of requests under `REQUESTS`, of imports by id."""
    damaged: Sequence[ObjectDamaged] = ()
    """The objects that were left out."""
    removed: Sequence[str] = ()
    """The imports that were left out since they were removed after the snapshot was taken."""
    days: Mapping[int, int] = field(default_factory=dict)
    """Number of events by request of each day of receipt, counted since 1970."""


@dataclass(frozen=True)
class DataSnapshot:
    """The objects that a training reads."""

    log: LogSnapshot
    items: ItemUpdates
    """The metadata."""
    merges: Sequence[str] = ()
    """Keys of the merges of users."""
    removals: Sequence[str] = ()
    """Keys of the records of removals."""
    since_ms: int = 0
    """Requests, imports and merges that were stored before have expired, and are not in it."""

    @property
    def catalog(self) -> str:
        """Returns the name of the catalog."""
        return self.log.catalog

    @classmethod
    def of_now(cls, objects: Objects, catalog: str, since_ms: int = 0) -> "DataSnapshot":
        """Returns the snapshot of everything that counts now, without what was stored before `since_ms`."""
        removals = list(objects.keys(f"removals/{catalog}/"))  # before the log: the record of a removal comes first
        return cls(
            LogSnapshot.of_now(objects, catalog, since_ms),
            removals=removals,
            items=ItemUpdates.of_now(objects, catalog),
            merges=[key for key in objects.keys(f"merges/{catalog}/") if not has_expired(received_ms(key), since_ms)],
            since_ms=since_ms,
        )

    def read(self, objects: Objects, skip_damaged: bool = False) -> "StoredData":
        """Returns everything that the objects have, each object checked against the facts recorded about it.

        Raises:
            DataDamaged: when any of them is damaged or gone, unless `skip_damaged` leaves them out.
        """
        damaged: list[ObjectDamaged] = []
        tables: list[EventTable] = []
        rows: dict[str, int] = {}
        days: dict[int, int] = {}
        for source, found in self.log.sources(objects, damaged):
            rows[source] = sum(map(len, found))
            days = _days_of(found) if source == REQUESTS else days
            tables += [table for table in found if len(table)]
            found.clear()  # the columns of tables are joined one by one below, each without its pieces then
        owners = user_aliases.read(objects, self.merges, damaged)
        items = _items(self.items.lines(objects, damaged))
        if damaged and not skip_damaged:
            raise DataDamaged(damaged, TO_DO.format(catalog=self.catalog))
        removed = [one.import_id for one in self.log.imports if one.import_id not in rows]
        return StoredData(user_aliases.attributed(drained(tables), owners), items, rows, damaged, removed, days)

    def to_json(self, started_ms: int, read: StoredData) -> dict[str, object]:
        """Returns the data that was read as the record of a run that began at `started_ms` has it."""
        rows = read.rows
        settled_ms = started_ms - LATE_MS
        return {
            "settled_ms": settled_ms,
            "events": _summary(self.log.requests, f"events/{self.catalog}/", settled_ms),
            "items": _summary(self.items.requests, f"items/{self.catalog}/", settled_ms),
            "merges": _summary(self.merges, f"merges/{self.catalog}/", settled_ms),
            "removals": _summary(self.removals, f"removals/{self.catalog}/", settled_ms),
            "imports": _part_counts([one for one in self.log.imports if one.import_id in rows]),
            "imported_ms": {one.import_id: one.imported_ms for one in self.log.imports if one.import_id in rows},
            "since_ms": self.since_ms,
            "rows": {
                "requests": rows.get(REQUESTS, 0),
                "imports": {name: count for name, count in rows.items() if name != REQUESTS},
                "days": {str(day): count for day, count in read.days.items()},
            },
        }


def restore(objects: Objects, catalog: str, recorded: Mapping[str, Any]) -> tuple[DataSnapshot, list[str]]:
    """Returns the recorded snapshot, as far as its objects are still there, and what has changed since."""
    now, changes = DataSnapshot.of_now(objects, catalog, int(recorded.get("since_ms", 0))), []
    kept: dict[str, list[str]] = {}
    for name, keys in (("events", now.log.requests), ("items", now.items.requests), ("merges", now.merges)):
        kept[name], changed = _restored(keys, f"{name}/{catalog}/", int(recorded["settled_ms"]), recorded.get(name))
        changes += [f"{name}: {change}" for change in changed]
    imports = [one for one in now.log.imports if one.import_id in recorded["imports"]]
    there = set(objects.keys(f"imports/{catalog}/"))
    counts = {one.import_id: sum(part.key in there for part in one.parts) for one in imports}
    changes += [
        f"import {name}: found {counts.get(name, 0)} parts, the run read {count}"
        for name, count in recorded["imports"].items()
        if counts.get(name, 0) != count
    ]
    log = now.log.of_requests(kept["events"], imports)
    return DataSnapshot(log, now.items.of_requests(kept["items"]), kept["merges"], since_ms=now.since_ms), changes


def _restored(
    keys: Sequence[str], prefix: str, settled_ms: int, recorded: Mapping[str, Any] | None
) -> tuple[list[str], list[str]]:
    """Returns the recorded ones among the keys, and what has changed; none where the run did not read such objects."""
    if recorded is None:
        return [], []
    recent = {prefix + key for key in recorded["recent"]}
    kept = [key for key in keys if received_ms(key) < settled_ms or key in recent]
    return kept, _changes(_summary(kept, prefix, settled_ms), recorded)


def _summary(keys: Sequence[str], prefix: str, settled_ms: int) -> dict[str, Any]:
    settled = [key for key in keys if received_ms(key) < settled_ms]
    recent = [key.removeprefix(prefix) for key in keys if received_ms(key) >= settled_ms]
    digest = hashlib.sha256("\n".join(settled).encode()).hexdigest()[:32]
    return {"settled": len(settled), "digest": digest, "recent": recent}


def _changes(found: Mapping[str, Any], recorded: Mapping[str, Any]) -> list[str]:
    changes = []
    gone = len(recorded["recent"]) - len(found["recent"])
    if gone:
        changes.append(f"{gone} of the {len(recorded['recent'])} newest objects that the run read are gone")
    if found["settled"] != recorded["settled"]:
        changes.append(f"found {found['settled']} older objects, the run read {recorded['settled']}")
    elif found["digest"] != recorded["digest"]:
        changes.append(f"found {found['settled']} older objects, but not all are those that the run read")
    return changes


def _days_of(tables: Iterable[EventTable]) -> dict[int, int]:
    """Returns the number of events of each day of receipt, counted since 1970."""
    counts: dict[int, int] = {}
    for table in tables:
        days, rows = np.unique(table.received // DAY_MS, return_counts=True)
        for day, count in zip(days.tolist(), rows.tolist(), strict=True):
            counts[day] = counts.get(day, 0) + count
    return dict(sorted(counts.items()))


def _part_counts(imports: Sequence[CommittedImport]) -> dict[str, int]:
    """Returns the number of parts of each import that has any."""
    return {one.import_id: len(one.parts) for one in imports if one.parts}


def _items(lines: Iterable[str]) -> dict[str, Item]:
    """Returns the metadata of every described item by its id."""
    items: dict[str, Item] = {}
    for item in map(item_from_line, lines):
        items[item.item_id] = merged(items.get(item.item_id), item)
    return items
