"""Import records: what is known of every file that was imported, so that it can be listed, replaced and removed.

imports/<catalog>/<import>/import.json   of a file of events: its counts and parts (see `event_log`), and
                                         {"file", "imported_ms", "sketch", "replaces"}
imports/<catalog>/<import>/items.json    of a file of items: its counts, {"file", "imported_ms"}, and `objects`, the
                                         keys of the metadata that it brought, each written before the object itself

Earlier versions wrote neither these fields nor `items.json`; such files of items cannot be listed.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict, cast

from doublebill.errors import InvalidInput, NotFound
from doublebill.service.catalog.event_log import RECORD
from doublebill.service.catalog.imported import event_sketch
from doublebill.service.catalog.imported.skipped import SkippedObject
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order_or_missing

ITEMS_RECORD = "items.json"

ID_LENGTH = 32
"""Characters of the id of an import."""

FILE_NAME = re.compile(r"[\w.+() -]{1,100}")
"""Names of files that are kept; others may hold anything."""

REPEATS = 0.5
"""A file that has this share of its events in common with an earlier one is probably the same, corrected."""


class ImportEntry(TypedDict):
    """One file that was imported."""

    import_id: str
    kind: str
    """events or items"""
    file: NotRequired[str]
    imported_ms: NotRequired[int]
    accepted: int
    quarantined: int
    """Bad rows, which were not stored."""
    users: NotRequired[int]
    items: int
    replaces: NotRequired[Sequence[str]]


class ImportList(TypedDict):
    """The files that count for a catalog, oldest first."""

    catalog: str
    imports: Sequence[ImportEntry]
    skipped: Sequence[SkippedObject]


@dataclass(frozen=True)
class ImportRecord:
    """The record of one import."""

    import_id: str
    kind: str
    fields: Mapping[str, Any]

    @property
    def imported_ms(self) -> int:
        """Returns when it was stored; 0 where that is unknown."""
        return int(self.fields.get("imported_ms", 0))

    def entry(self) -> ImportEntry:
        """Returns the import as a list shows it."""
        names = ("file", "imported_ms", "users", "replaces")
        more = {name: self.fields[name] for name in names if self.fields.get(name)}
        counts = {name: int(self.fields.get(name, 0)) for name in ("accepted", "quarantined", "items")}
        return cast(ImportEntry, {"import_id": self.import_id, "kind": self.kind, **counts, **more})


def quarantine_key(catalog: str, import_id: str) -> str:
    """Returns the key of the bad rows of an import."""
    return f"quarantine/{catalog}/{import_id}.jsonl.gz"


def kept_name(file: str) -> str:
    """Returns the name of a file where it is harmless, else nothing."""
    return file if FILE_NAME.fullmatch(file) else ""


def read_all(objects: Objects, catalog: str) -> tuple[list[ImportRecord], list[SkippedObject]]:
    """Returns the record of every import that counts, oldest first, and those that cannot be read."""
    records: list[ImportRecord] = []
    skipped: list[SkippedObject] = []
    for key, data in in_order_or_missing(objects, list(_keys(objects, catalog))):
        folder, _, name = key.rpartition("/")
        import_id = folder.rpartition("/")[2]
        try:
            fields = json.loads(data or b"")
            record = ImportRecord(import_id, "items" if name == ITEMS_RECORD else "events", fields)
            record.entry()
        except (ValueError, TypeError, KeyError, AttributeError):
            skipped.append({"name": import_id, "problem": f"{key} cannot be read"})
            continue
        records.append(record)
    replaced = {name for record in records for name in record.fields.get("replaces", ())}
    counting = [record for record in records if record.import_id not in replaced]
    return sorted(counting, key=lambda record: (record.imported_ms, record.import_id)), skipped


def _keys(objects: Objects, catalog: str) -> Iterator[str]:
    ends = (f"/{RECORD}", f"/{ITEMS_RECORD}")
    return (key for key in objects.keys(f"imports/{catalog}/") if key.endswith(ends))


def listed(objects: Objects, catalog: str) -> ImportList:
    """Returns the imports of a catalog."""
    records, skipped = read_all(objects, catalog)
    return ImportList(catalog=catalog, imports=[record.entry() for record in records], skipped=skipped)


def find(objects: Objects, catalog: str, import_id: str) -> ImportRecord:
    """Returns the record of an import that counts.

    Raises:
        NotFound: when the catalog has no such import.
    """
    for record in read_all(objects, catalog)[0]:
        if record.import_id == import_id:
            return record
    raise NotFound(f"catalog {catalog!r} has no import {import_id!r}; `doublebill imports {catalog}` lists them")


def resolve(objects: Objects, catalog: str, beginning: str) -> str:
    """Returns the id of the only import that begins with some characters; a whole id is itself.

    Raises:
        NotFound: when none begins so.
        InvalidInput: when several do.
    """
    if len(beginning) >= ID_LENGTH:
        return beginning
    records = read_all(objects, catalog)[0]
    ids = {record.import_id for record in records} | {
        str(name) for record in records for name in record.fields.get("replaces", ())
    }
    having = sorted(one for one in ids if beginning and one.startswith(beginning))
    if not having:
        raise NotFound(f"catalog {catalog!r} has no import {beginning!r}; `doublebill imports {catalog}` lists them")
    if len(having) > 1:
        raise InvalidInput.one("IMPORT", f"{len(having)} imports begin so", f"use one of {', '.join(having[:5])}")
    return having[0]


def facts_of(
    file: str, now_ms: int, replaces: Sequence[str] = (), sketch: event_sketch.Hashes = event_sketch.EMPTY
) -> dict[str, object]:
    """Returns the fields of a record beside the counts."""
    facts: dict[str, object] = {"file": kept_name(file), "imported_ms": now_ms}
    more = {"replaces": list(replaces), "sketch": event_sketch.to_json(sketch)}
    return facts | {name: value for name, value in more.items() if value}


def repeated_by(
    objects: Objects, catalog: str, sketch: event_sketch.Hashes, replaced: Sequence[str] = ()
) -> tuple[ImportRecord, float] | None:
    """Returns the import whose events are mostly those of a file with this sketch, and the share of the smaller one.

    Imports that the file replaces are passed over. None where there is no such import.
    """
    best: tuple[ImportRecord, float] | None = None
    for record in read_all(objects, catalog)[0]:
        if record.import_id in replaced:
            continue
        earlier = event_sketch.from_json(record.fields.get("sketch", ()))
        share = max(event_sketch.repeated_share(sketch, earlier), event_sketch.repeated_share(earlier, sketch))
        if share >= REPEATS and (best is None or share > best[1]):
            best = record, share
    return best


def note_items(objects: Objects, catalog: str, import_id: str, fields: Mapping[str, object], key: str) -> None:
    """Records an import of items whose metadata is about to be written under `key`.

    Raises:
        Conflict, StoreUnavailable: as `swap`.
    """

    def noted(data: bytes | None) -> bytes:
        before = [] if data is None else list(json.loads(data)["objects"])
        return json.dumps({**fields, "objects": [*before, *([] if key in before else [key])]}).encode()

    swap(objects, f"imports/{catalog}/{import_id}/{ITEMS_RECORD}", noted)
