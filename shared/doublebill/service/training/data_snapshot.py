"""The window of a training: which stored objects it read, told so that the very same can be read again.

Events and item metadata are append-only, and their keys tell when they were received. An object may still land up to
`LATE_MS` after that, so what was older when the training began is told by number and digest, and what was younger, or
landed meanwhile, key by key. In the record of a run:

    {"settled_ms": t,
     "events": {"settled": how many are older than t, "digest": of their keys, "recent": [the others]},
     "items":  the same of the metadata,
     "merges": the same of the merges of users,
     "imports": {import id: number of parts}}

A run without `merges` was of a time when there were none.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from doublebill.events import Event, from_line
from doublebill.model.items import Item, item_from_line
from doublebill.service.catalog import catalogs, event_log, user_aliases
from doublebill.stores.jsonl_gz import unpack
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order

LATE_MS = 60_000
"""Longer than any request works between looking at its clock and writing its object."""


@dataclass(frozen=True)
class Window:
    """Keys of the objects that a training reads."""

    catalog: str
    events: Sequence[str]
    items: Sequence[str]
    parts: Sequence[str]
    """Of the imports that count."""
    merges: Sequence[str] = ()

    def read_events(self, objects: Objects) -> Iterator[Event]:
        """Every event in the window, some perhaps twice, each as one of whom its user belongs to."""
        read = in_order(objects, (*self.events, *self.parts))
        events = (from_line(line) for data in read for line in unpack(data))
        yield from user_aliases.attributed(events, user_aliases.read(objects, self.merges))

    def read_items(self, objects: Objects) -> dict[str, Item]:
        """The metadata of every described item by its id."""
        items: dict[str, Item] = {}
        for data in in_order(objects, self.items):
            for line in unpack(data):
                item = item_from_line(line)
                items[item.item_id] = catalogs.merged(items.get(item.item_id), item)
        return items

    def to_json(self, started_ms: int) -> dict[str, object]:
        """The window as the record of a run that began at `started_ms` tells it."""
        settled_ms = started_ms - LATE_MS
        imports: dict[str, int] = {}
        for key in self.parts:
            imports[_import_of(key)] = imports.get(_import_of(key), 0) + 1
        return {
            "settled_ms": settled_ms,
            "events": _told(self.events, f"events/{self.catalog}/", settled_ms),
            "items": _told(self.items, f"items/{self.catalog}/", settled_ms),
            "merges": _told(self.merges, user_aliases.prefix(self.catalog), settled_ms),
            "imports": imports,
        }


def everything(objects: Objects, catalog: str) -> Window:
    """All that counts now."""
    return Window(
        catalog,
        events=list(objects.keys(f"events/{catalog}/")),
        items=list(objects.keys(f"items/{catalog}/")),
        parts=event_log.committed_parts(objects, catalog),
        merges=list(objects.keys(user_aliases.prefix(catalog))),
    )


def again(objects: Objects, catalog: str, told: Mapping[str, Any]) -> tuple[Window, list[str]]:
    """The window that a record tells, as far as it is still there, and what is not as it was."""
    now, complaints = everything(objects, catalog), []
    settled_ms = int(told["settled_ms"])
    kept: dict[str, list[str]] = {}
    for name, keys in (("events", now.events), ("items", now.items), ("merges", now.merges)):
        if name not in told:
            kept[name] = []
            continue
        prefix = f"{name}/{catalog}/"
        recent = {prefix + key for key in told[name]["recent"]}
        kept[name] = [key for key in keys if _received_ms(key) < settled_ms or key in recent]
        found = _told(kept[name], prefix, settled_ms)
        complaints += _changes(name, found, told[name])
    parts = [key for key in now.parts if _import_of(key) in told["imports"]]
    window = Window(catalog, kept["events"], kept["items"], parts, kept["merges"])
    imports: Any = window.to_json(0)["imports"]
    complaints += [
        f"import {name}: found {imports.get(name, 0)} parts, the run read {count}"
        for name, count in told["imports"].items()
        if imports.get(name, 0) != count
    ]
    return window, complaints


def _told(keys: Sequence[str], prefix: str, settled_ms: int) -> dict[str, object]:
    settled = [key for key in keys if _received_ms(key) < settled_ms]
    recent = [key.removeprefix(prefix) for key in keys if _received_ms(key) >= settled_ms]
    digest = hashlib.sha256("\n".join(settled).encode()).hexdigest()[:32]
    return {"settled": len(settled), "digest": digest, "recent": recent}


def _changes(name: str, found: Mapping[str, Any], told: Mapping[str, Any]) -> list[str]:
    changes = []
    gone = len(told["recent"]) - len(found["recent"])
    if gone:
        changes.append(f"{name}: {gone} of the {len(told['recent'])} newest objects that the run read are gone")
    if found["settled"] != told["settled"]:
        changes.append(f"{name}: found {found['settled']} older objects, the run read {told['settled']}")
    elif found["digest"] != told["digest"]:
        changes.append(f"{name}: found {found['settled']} older objects, but not all are those that the run read")
    return changes


def _received_ms(key: str) -> int:
    """The time at the beginning of the last part of a key."""
    return int(key.rpartition("/")[2].partition("-")[0])


def _import_of(key: str) -> str:
    return key.split("/")[2]
