"""Removing an import: it stops counting in one step, then everything that it brought is deleted.

Of a file of events, first a record of the removal is written, which accounts for the events that are gone; then the
record of the import is deleted, from which moment on no training reads its events; then its share of the histories and
its parts go. Of a file of items, the metadata that it brought are deleted: earlier metadata count again. A removal that
died on the way is completed by the next one.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypedDict

from doublebill.errors import NotFound
from doublebill.history.moved_pages import moved_source
from doublebill.model.items import Item
from doublebill.model.metadata.item_lines import item_from_line, merged
from doublebill.model.metadata.windows import FIELDS
from doublebill.service.catalog import availability, catalogs, event_log, removals, user_aliases
from doublebill.service.catalog.blocks import compaction
from doublebill.service.catalog.blocks.item_blocks import ITEMS
from doublebill.service.catalog.imported import import_records
from doublebill.service.catalog.imported.import_records import ImportRecord
from doublebill.service.catalog.item_updates import ItemUpdates
from doublebill.service.removing.logged_users import users_in
from doublebill.stores.histories import Histories, page_key
from doublebill.stores.objects import Objects

BOUNDS = ("available", *FIELDS)
"""Fields of items that count between trainings."""


@dataclass(frozen=True)
class ImportStores:
    """The stores that have something of an import."""

    objects: Objects
    histories: Histories


class ImportRemoved(TypedDict):
    """An import that was removed. Its events and metadata leave the model with the next training."""

    catalog: str
    import_id: str
    kind: str
    """events or items"""
    removed: int
    """Events or items."""


def remove(stores: ImportStores, catalog: str, import_id: str, now_ms: int) -> ImportRemoved:
    """Removes an import with everything that it brought.

    Raises:
        NotFound: when there is no such catalog, or it has no such import.
        Conflict, StoreUnavailable: call it again.
    """
    objects = stores.objects
    catalogs.settings(objects, catalog)
    record = _found(objects, catalog, import_id)
    removed = int(record.fields.get("accepted", 0))
    if record.kind == "items":
        _remove_items(objects, catalog, record)
        return ImportRemoved(catalog=catalog, import_id=import_id, kind="items", removed=removed)
    last_ms = removals.of_import(objects, catalog, import_id)
    if last_ms is None or last_ms < record.imported_ms:
        removals.append(objects, catalog, "import", removed, now_ms, import_id)
    clear(stores, catalog, import_id)
    return ImportRemoved(catalog=catalog, import_id=import_id, kind="events", removed=removed)


def finish_replacements(stores: ImportStores, catalog: str, now_ms: int) -> list[str]:
    """Removes what is left of imports that others have replaced, and returns their ids."""
    objects = stores.objects
    finished: list[str] = []
    for record in import_records.read_all(objects, catalog)[0]:
        for import_id in record.fields.get("replaces", ()):
            replaced = event_log.committed_import(objects, catalog, import_id)
            last_ms = removals.of_import(objects, catalog, import_id)
            if replaced is not None and (last_ms is None or last_ms < int(str(replaced.get("imported_ms", 0)))):
                removals.append(objects, catalog, "import", int(str(replaced["accepted"])), now_ms, import_id)
            clear(stores, catalog, import_id)
            finished.append(import_id)
        if record.fields.get("replaces"):
            event_log.forget_replaced(objects, catalog, record.import_id)
    return finished


def clear(stores: ImportStores, catalog: str, import_id: str) -> None:
    """Deletes the record that makes the events of an import count, then its pages of histories, then the events.

    What another process stores of the same file meanwhile goes too: it shares the pages.
    """
    objects, folder = stores.objects, f"imports/{catalog}/{import_id}/"
    event_log.uncommit(objects, catalog, import_id)
    while parts := list(objects.keys(folder)):
        owners = user_aliases.read(objects, list(objects.keys(user_aliases.prefix(catalog))), [])
        owned = {user: owners.get(user, user) for user in users_in(objects, parts)}
        pages = {(one, page_key(import_id)) for pair in owned.items() for one in pair}
        pages |= {(owner, page_key(moved_source(import_id, user))) for user, owner in owned.items()}  # if merged
        stores.histories.remove(catalog, sorted(pages))
        for key in parts:
            objects.delete(key)
        event_log.uncommit(objects, catalog, import_id)
    objects.delete(import_records.quarantine_key(catalog, import_id))


def _found(objects: Objects, catalog: str, import_id: str) -> ImportRecord:
    """Returns the record of an import, or a bare one where a removal died after it was deleted."""
    try:
        return import_records.find(objects, catalog, import_id)
    except NotFound:
        begun = removals.of_import(objects, catalog, import_id) is not None
        if not begun or not any(True for _ in objects.keys(f"imports/{catalog}/{import_id}/")):
            raise
        return ImportRecord(import_id, "events", {})


def _remove_items(objects: Objects, catalog: str, record: ImportRecord) -> None:
    keys = {str(key) for key in record.fields.get("objects", ())}
    now = ItemUpdates.of_now(objects, catalog)
    updates = _items(objects, now.of_requests([key for key in now.requests if key in keys]))
    touching = {item.item_id for item in updates if _touches(item)}
    remaining: dict[str, Item] = {}
    for item in _items(objects, now.of_requests([key for key in now.requests if key not in keys])) if touching else ():
        if item.item_id in touching:
            remaining[item.item_id] = merged(remaining.get(item.item_id), item)
    restored = [_restored(item_id, remaining.get(item_id)) for item_id in sorted(touching)]
    availability.note(objects, catalog, restored)
    compaction.take_out(objects, catalog, ITEMS, keys)
    objects.delete(import_records.quarantine_key(catalog, record.import_id))
    objects.delete(f"imports/{catalog}/{record.import_id}/{import_records.ITEMS_RECORD}")


def _touches(item: Item) -> bool:
    """Returns whether an update changes the availability of its item."""
    stated = any(getattr(item, name) is not None for name in BOUNDS)
    return stated or item.removed or any(name in item.cleared for name in BOUNDS)


def _restored(item_id: str, before: Item | None) -> Item:
    """Returns the update that gives an item the availability which it has without the import."""
    if before is None or before.removed:
        return before or Item(item_id, cleared=BOUNDS)
    cleared = tuple(name for name in BOUNDS if getattr(before, name) is None)
    return Item(
        item_id,
        available=before.available,
        available_from=before.available_from,
        available_until=before.available_until,
        cleared=cleared,
    )


def _items(objects: Objects, updates: ItemUpdates) -> Iterator[Item]:
    """Yields the items of updates; none of objects that are gone or damaged."""
    for line in updates.lines(objects, damaged=[]):
        with contextlib.suppress(ValueError, TypeError, KeyError):
            yield item_from_line(line)
