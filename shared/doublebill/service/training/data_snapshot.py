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

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from doublebill.errors import DataDamaged, ObjectDamaged, StoreUnavailable
from doublebill.event_table import EventTable, drained
from doublebill.model.items import Item
from doublebill.model.metadata.item_lines import item_from_line, merged
from doublebill.service.catalog import user_aliases
from doublebill.service.catalog.item_updates import ItemUpdates
from doublebill.service.catalog.log_snapshot import REQUESTS
from doublebill.service.catalog.sharded.log_shards import LogMoved, LogShards
from doublebill.service.catalog.sharded.request_keys import RequestKeys
from doublebill.service.catalog.sharded.shard_reading import ShardReading
from doublebill.service.catalog.sharded.wanted import Wanted
from doublebill.service.catalog.stored_events import LATE_MS, CommittedImport, received_ms
from doublebill.stores.objects import Objects
from doublebill.times.retention import has_expired

NO_EVENTS = EventTable.of([])

MOVING = "blocks of the event log were replaced again and again while they were read; try again later"

TO_DO = (
    "Put them back from a backup (in S3, an earlier version of the object), "
    "or train without them: doublebill train {catalog} --skip-damaged"
)

TRIES = 5
"""Attempts to read a log whose blocks are being replaced meanwhile."""


class TakesTables(Protocol):
    """Something that is made of events, table by table."""

    def add(self, table: EventTable) -> None:
        """Takes the events of some users, all of them."""
        ...


@dataclass(frozen=True)
class ReadData:
    """The facts about the data that a training has read, beside its events."""

    snapshot: "DataSnapshot"
    items: Mapping[str, Item]
    """The metadata of every described item by its id."""
    rows: Mapping[str, int]
    """Number of events of each source, with repetitions: those of requests under `REQUESTS`, of imports by id."""
    requests: RequestKeys
    """The requests that were read."""
    days: Mapping[int, int]
    """Number of events by request of each day of receipt, counted since 1970."""
    damaged: Sequence[ObjectDamaged] = ()
    """The objects that were left out."""

    @property
    def removed(self) -> list[str]:
        """Returns the imports that were left out since they were removed after the snapshot was taken."""
        return [one.import_id for one in self.snapshot.log.imports if one.import_id not in self.rows]

    def window(self, started_ms: int) -> dict[str, object]:
        """Returns what was read as the record of a run that began at `started_ms` has it."""
        settled_ms, snapshot, catalog = started_ms - LATE_MS, self.snapshot, self.snapshot.catalog
        imports = [one for one in snapshot.log.imports if one.import_id in self.rows]
        return {
            "settled_ms": settled_ms,
            "events": self.requests.summary(settled_ms),
            "items": _summary(snapshot.items.requests, f"items/{catalog}/", settled_ms),
            "merges": _summary(snapshot.merges, f"merges/{catalog}/", settled_ms),
            "removals": _summary(snapshot.removals, f"removals/{catalog}/", settled_ms),
            "imports": _part_counts(imports),
            "imported_ms": {one.import_id: one.imported_ms for one in imports},
            "since_ms": snapshot.since_ms,
            "rows": {
                "requests": self.rows.get(REQUESTS, 0),
                "imports": {name: count for name, count in self.rows.items() if name != REQUESTS},
                "days": {str(day): count for day, count in sorted(self.days.items())},
            },
        }


@dataclass(frozen=True)
class StoredData(ReadData):
    """The data that a training reads, all in memory."""

    events: EventTable = NO_EVENTS
    """Every event, some perhaps twice, each under the pseudonym that its user was merged into."""


@dataclass(frozen=True)
class DataSnapshot:
    """The objects that a training reads."""

    log: LogShards
    items: ItemUpdates
    """The metadata."""
    merges: Sequence[str] = ()
    """Keys of the merges of users."""
    removals: Sequence[str] = ()
    """Keys of the records of removals."""

    @property
    def catalog(self) -> str:
        """Returns the name of the catalog."""
        return self.log.catalog

    @property
    def since_ms(self) -> int:
        """Returns the time before which everything stored has expired, and is not in it."""
        return self.log.wanted.since_ms

    @classmethod
    def of_now(cls, objects: Objects, catalog: str, since_ms: int = 0) -> "DataSnapshot":
        """Returns the snapshot of everything that counts now, without what was stored before `since_ms`."""
        removals = list(objects.keys(f"removals/{catalog}/"))  # before the log: the record of a removal comes first
        return cls(
            LogShards.of_now(objects, Wanted(catalog, since_ms)),
            removals=removals,
            items=ItemUpdates.of_now(objects, catalog),
            merges=[key for key in objects.keys(f"merges/{catalog}/") if not has_expired(received_ms(key), since_ms)],
        )

    def read(self, objects: Objects, skip_damaged: bool = False) -> StoredData:
        """Returns everything that the objects have, as `read_into`."""
        collected, read = self.read_into(objects, lambda _: _Collected([]), skip_damaged)
        return StoredData(**vars(read), events=drained(collected.tables))

    def read_into[T: TakesTables](
        self, objects: Objects, made_for: Callable[[Mapping[str, Item]], T], skip_damaged: bool = False
    ) -> tuple[T, ReadData]:
        """Returns what `made_for` makes for the items and of all events, given table by table, and the facts.

        Each object is checked against the facts recorded about it. Where blocks of the log are replaced meanwhile,
        everything is made and read again.

        Raises:
            DataDamaged: when any of them is damaged or gone, unless `skip_damaged` leaves them out.
            StoreUnavailable: also when blocks were replaced again and again.
        """
        snapshot = self
        for _ in range(TRIES):
            try:
                return snapshot._read_once(objects, made_for, skip_damaged)
            except LogMoved:
                snapshot = replace(self, log=LogShards.of_now(objects, self.log.wanted))
        raise StoreUnavailable(MOVING)

    def _read_once[T: TakesTables](
        self, objects: Objects, made_for: Callable[[Mapping[str, Item]], T], skip_damaged: bool
    ) -> tuple[T, ReadData]:
        damaged: list[ObjectDamaged] = []
        owners = user_aliases.read(objects, self.merges, damaged, self.log.tombstones)
        items = _items(self.items.lines(objects, damaged))
        made, reading = made_for(items), ShardReading(self.log, objects, owners)
        for table in reading.tables():
            made.add(table)
        damaged = [*reading.damaged, *damaged]
        if damaged and not skip_damaged:
            raise DataDamaged(damaged, TO_DO.format(catalog=self.catalog))
        requests = RequestKeys.added(self.catalog, reading.keys)
        return made, ReadData(self, items, reading.rows, requests, reading.days, damaged)


@dataclass(frozen=True)
class _Collected:
    """All tables of a reading."""

    tables: list[EventTable]

    def add(self, table: EventTable) -> None:
        self.tables.append(table)


def restore(objects: Objects, catalog: str, recorded: Mapping[str, Any]) -> tuple[DataSnapshot, list[str]]:
    """Returns the recorded snapshot, as far as its objects are still there, and what has changed since.

    Raises:
        StoreUnavailable: also when blocks of the log were replaced again and again meanwhile.
    """
    settled_ms, events, changes = int(recorded["settled_ms"]), recorded["events"], list[str]()
    since_ms, recent = int(recorded.get("since_ms", 0)), {f"events/{catalog}/{key}" for key in events["recent"]}
    now, requests = _with_keys(objects, catalog, since_ms)
    wanted = Wanted(catalog, since_ms, settled_ms, recent, recorded["imports"].keys())
    found = requests.where(wanted.mask).summary(settled_ms)
    changes += [f"events: {change}" for change in _changes(found, events)]
    kept: dict[str, list[str]] = {}
    for name, keys in (("items", now.items.requests), ("merges", now.merges)):
        kept[name], changed = _restored(keys, f"{name}/{catalog}/", settled_ms, recorded.get(name))
        changes += [f"{name}: {change}" for change in changed]
    log = now.log.only(wanted)
    there = set(objects.keys(f"imports/{catalog}/"))
    counts = {one.import_id: sum(part.key in there for part in one.parts) for one in log.imports}
    changes += [
        f"import {name}: found {counts.get(name, 0)} parts, the run read {count}"
        for name, count in recorded["imports"].items()
        if counts.get(name, 0) != count
    ]
    return DataSnapshot(log, now.items.of_requests(kept["items"]), kept["merges"]), changes


def _with_keys(objects: Objects, catalog: str, since_ms: int) -> tuple[DataSnapshot, RequestKeys]:
    """Returns the snapshot of everything that counts now, and the keys of its requests."""
    for _ in range(TRIES):
        with contextlib.suppress(LogMoved):
            now = DataSnapshot.of_now(objects, catalog, since_ms)
            return now, now.log.keys(objects)
    raise StoreUnavailable(MOVING)


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


def _part_counts(imports: Sequence[CommittedImport]) -> dict[str, int]:
    """Returns the number of parts of each import that has any."""
    return {one.import_id: len(one.parts) for one in imports if one.parts}


def _items(lines: Iterable[str]) -> dict[str, Item]:
    """Returns the metadata of every described item by its id."""
    items: dict[str, Item] = {}
    for item in map(item_from_line, lines):
        items[item.item_id] = merged(items.get(item.item_id), item)
    return items
