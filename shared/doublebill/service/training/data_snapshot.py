"""Data snapshots: the stored objects that a training read, recorded so that the very same can be read again.

Events and item metadata are append-only, and their keys begin with the time of receipt. An object may still land up to
`LATE_MS` after that, so objects that were older when the training began are recorded by number and digest, and those
that were younger, or landed meanwhile, key by key. In the record of a run, under `window`:

    {"settled_ms": t,
     "events": {"settled": number of objects older than t, "digest": of their keys, "recent": [the other keys]},
     "items":  the same of the metadata,
     "merges": the same of the merges of users,
     "imports": {import id: number of parts}}

A run without `merges` is older than merging.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from doublebill.events import Event, from_line
from doublebill.model.items import Item
from doublebill.model.metadata.item_lines import item_from_line, merged
from doublebill.service.catalog import event_log, user_aliases
from doublebill.stores.jsonl_gz import unpack
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order

LATE_MS = 60_000
"""Longer than any request works between looking at its clock and writing its object."""


@dataclass(frozen=True)
class DataSnapshot:
    """Keys of the objects that a training reads."""

    catalog: str
    events: Sequence[str]
    items: Sequence[str]
    parts: Sequence[str]
    """Of the imports that count."""
    merges: Sequence[str] = ()

    @classmethod
    def of_now(cls, objects: Objects, catalog: str) -> "DataSnapshot":
        """Returns the snapshot of everything that counts now."""
        return cls(
            catalog,
            events=list(objects.keys(f"events/{catalog}/")),
            items=list(objects.keys(f"items/{catalog}/")),
            parts=event_log.committed_parts(objects, catalog),
            merges=list(objects.keys(f"merges/{catalog}/")),
        )

    def read_events(self, objects: Objects) -> Iterator[Event]:
        """Returns every event, some perhaps twice, each under the pseudonym that its user was merged into."""
        read = in_order(objects, (*self.events, *self.parts))
        events = (from_line(line) for data in read for line in unpack(data))
        return user_aliases.attributed(events, user_aliases.read(objects, self.merges))

    def read_items(self, objects: Objects) -> dict[str, Item]:
        """Returns the metadata of every described item by its id."""
        items: dict[str, Item] = {}
        for data in in_order(objects, self.items):
            for line in unpack(data):
                item = item_from_line(line)
                items[item.item_id] = merged(items.get(item.item_id), item)
        return items

    def to_json(self, started_ms: int) -> dict[str, object]:
        """Returns the snapshot as the record of a run that began at `started_ms` has it."""
        settled_ms = started_ms - LATE_MS
        return {
            "settled_ms": settled_ms,
            "events": _summary(self.events, f"events/{self.catalog}/", settled_ms),
            "items": _summary(self.items, f"items/{self.catalog}/", settled_ms),
            "merges": _summary(self.merges, f"merges/{self.catalog}/", settled_ms),
            "imports": _part_counts(self.parts),
        }


def restore(objects: Objects, catalog: str, recorded: Mapping[str, Any]) -> tuple[DataSnapshot, list[str]]:
    """Returns the recorded snapshot, as far as its objects are still there, and what has changed since."""
    now, changes = DataSnapshot.of_now(objects, catalog), []
    kept: dict[str, list[str]] = {}
    for name, keys in (("events", now.events), ("items", now.items), ("merges", now.merges)):
        kept[name], changed = _restored(keys, f"{name}/{catalog}/", int(recorded["settled_ms"]), recorded.get(name))
        changes += [f"{name}: {change}" for change in changed]
    parts = [key for key in now.parts if _import_of(key) in recorded["imports"]]
    counts = _part_counts(parts)
    changes += [
        f"import {name}: found {counts.get(name, 0)} parts, the run read {count}"
        for name, count in recorded["imports"].items()
        if counts.get(name, 0) != count
    ]
    return DataSnapshot(catalog, kept["events"], kept["items"], parts, kept["merges"]), changes


def _restored(
    keys: Sequence[str], prefix: str, settled_ms: int, recorded: Mapping[str, Any] | None
) -> tuple[list[str], list[str]]:
    """Returns the recorded ones among the keys, and what has changed; none where the run did not read such objects."""
    if recorded is None:
        return [], []
    recent = {prefix + key for key in recorded["recent"]}
    kept = [key for key in keys if _received_ms(key) < settled_ms or key in recent]
    return kept, _changes(_summary(kept, prefix, settled_ms), recorded)


def _summary(keys: Sequence[str], prefix: str, settled_ms: int) -> dict[str, Any]:
    settled = [key for key in keys if _received_ms(key) < settled_ms]
    recent = [key.removeprefix(prefix) for key in keys if _received_ms(key) >= settled_ms]
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


def _part_counts(parts: Sequence[str]) -> dict[str, int]:
    """Returns the number of parts of each import."""
    return dict(Counter(map(_import_of, parts)))


def _received_ms(key: str) -> int:
    """Returns the time at the beginning of the last part of a key."""
    return int(key.rpartition("/")[2].partition("-")[0])


def _import_of(key: str) -> str:
    return key.split("/")[2]
