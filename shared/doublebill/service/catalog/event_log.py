"""The event log: everything that happened, append only.

events/<catalog>/<yyyy-mm-dd>/<milliseconds>-<digest>.jsonl.gz   one object per accepted request, gzipped event lines,
                                                                 until it is compacted (`blocks.log_blocks`)
imports/<catalog>/<import>/part-<attempt>-<n>.npz                the events of a file, as event tables, which count once
imports/<catalog>/<import>/import.json                           stands beside them

Each attempt to import a file writes parts of its own, so that one that gives up takes nothing from another; parts of
earlier versions have no attempt in their names. `import.json` has the counts of the import, `parts` (of each the `key`,
`rows`, `bytes`, `sha256`, and where all of its users are of one shard this as `shard` of `shards`), and `replaces`, the
ids of earlier imports that count no more while this record names them; once they are deleted, it forgets them.
Imports of earlier versions have no `parts` there; their events are gzipped lines in `part-<n>.jsonl.gz`.
"""

import contextlib
import datetime
import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from doublebill.errors import Conflict, ObjectDamaged, ObjectMissing
from doublebill.event_table import EventTable
from doublebill.events import Event, to_line
from doublebill.service.catalog import stored_events
from doublebill.service.catalog.stored_events import (
    DIGEST_LENGTH,
    WHOLE,
    CommittedImport,
    Shard,
    StoredEvents,
    request_key,
)
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.jsonl_gz import pack
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order_or_missing

RECORD = "import.json"
"""The name of an import's record."""

TRIES = 5
"""Attempts to read an import whose parts are rewritten meanwhile."""

PLACES = ("21", "109", "9876543210", "9876543210", "-", "10", "9876543210", "-", "3210", "9876543210")
"""The digits that each place of a day can have, the largest first, from 1970 until 2199."""


def append(objects: Objects, catalog: str, events: Sequence[Event], now_ms: int) -> None:
    """Appends the events of one request."""
    data = pack(map(to_line, events))
    digest = hashlib.sha256(data).hexdigest()[:DIGEST_LENGTH]
    with contextlib.suppress(Conflict):  # the very same request, already there
        objects.create(request_key(catalog, now_ms, digest), data)


def newest_requests(objects: Objects, catalog: str, days: int, most: int) -> Iterator[str]:
    """Yields the keys of at most `most` requests, newest first, of the newest day and the `days` - 1 before."""
    newest = _newest_day(objects, catalog)
    if newest is None:
        return
    for back in range(days):
        day = newest - datetime.timedelta(days=back)
        keys = list(objects.keys(f"events/{catalog}/{day.isoformat()}/"))
        yield from itertools.islice(reversed(keys), most)
        most -= len(keys)
        if most <= 0:
            return


def _newest_day(objects: Objects, catalog: str) -> datetime.date | None:
    """Finds the newest day of the log digit by digit, since listing the whole log would take long."""
    found = ""
    for digits in PLACES:
        has = (one for one in digits if any(True for _ in objects.keys(f"events/{catalog}/{found}{one}")))
        digit = "-" if digits == "-" else next(has, None)
        if digit is None:
            return None
        found += digit
    return datetime.date.fromisoformat(found)


def put_part(
    objects: Objects,
    catalog: str,
    import_id: str,
    number: int,
    table: EventTable,
    attempt: str = "",
    shard: Shard = WHOLE,
) -> StoredEvents:
    """Writes one part of an import, which counts when the import is committed, and returns the facts about it."""
    data = table.to_bytes()
    name = f"part-{attempt}-{number:05d}.npz" if attempt else f"part-{number:05d}.npz"
    part = StoredEvents.of(f"{_folder(catalog, import_id)}{name}", table, data, shard)
    objects.put(part.key, data)
    return part


def commit_import(
    objects: Objects, catalog: str, import_id: str, counts: Mapping[str, object], parts: Sequence[StoredEvents]
) -> bool:
    """Makes these parts of an import count from now on; returns False where other parts of the same file do already.

    Parts that do not count are deleted: those of attempts that died, or came second.

    Raises:
        Conflict: when the import or its catalog was removed meanwhile, and parts with it; then nothing counts.
    """
    folder, ours = _folder(catalog, import_id), {part.key for part in parts}
    record = {**counts, "parts": [part.to_json() for part in parts]}
    with contextlib.suppress(Conflict):  # looked at below: it may be our own work, whose answer was lost
        objects.create(f"{folder}{RECORD}", json.dumps(record).encode())
    there = set(objects.keys(folder))
    try:
        counting = _parts_of(objects, folder)
    except ObjectMissing:
        counting, there = ours, set()
    if counting == ours and not ours <= there:
        uncommit(objects, catalog, import_id)
        drop_parts(objects, ours)
        raise Conflict(f"import {import_id} was removed from catalog {catalog!r} while it was stored; import it again")
    strays = {key for key in there if key.startswith(f"{folder}part-")} if counting else ours
    drop_parts(objects, strays - (counting or set()))
    return counting == ours


def _parts_of(objects: Objects, folder: str) -> set[str] | None:
    """Returns the keys of the parts that the record of an import lists; None where it is damaged, or lists none.

    Raises:
        ObjectMissing: when there is no record.
    """
    key = f"{folder}{RECORD}"
    try:
        record = _record(key, objects.get(key).data)
    except ObjectDamaged:
        return None
    return {str(part["key"]) for part in record["parts"]} if "parts" in record else None


def committed_import(objects: Objects, catalog: str, import_id: str) -> dict[str, object] | None:
    """Returns the counts of an import that was committed, or None.

    Raises:
        ObjectDamaged: when its record cannot be read.
    """
    key = f"{_folder(catalog, import_id)}{RECORD}"
    try:
        record = _record(key, objects.get(key).data)
    except ObjectMissing:
        return None
    return {name: value for name, value in record.items() if name != "parts"}


def uncommit(objects: Objects, catalog: str, import_id: str) -> None:
    """Makes an import count no more; its parts stay."""
    objects.delete(f"{_folder(catalog, import_id)}{RECORD}")


def forget_replaced(objects: Objects, catalog: str, import_id: str) -> None:
    """Takes `replaces` out of the record of an import once those imports are gone, so that their files may come back.

    Raises:
        Conflict, StoreUnavailable: as `swap`.
    """

    def without(data: bytes | None) -> bytes | None:
        if data is None:
            return None
        return json.dumps({name: value for name, value in json.loads(data).items() if name != "replaces"}).encode()

    swap(objects, f"{_folder(catalog, import_id)}{RECORD}", without)


type Replaced = Mapping[str, StoredEvents | None]
"""The part in place of each old one, by its key; None where nothing is left of it."""


def put_rewritten(objects: Objects, part: StoredEvents, table: EventTable) -> StoredEvents:
    """Writes what is left of a part, under a name that its bytes give, and returns the facts about it."""
    data = table.to_bytes()
    digest = hashlib.sha256(data).hexdigest()[:DIGEST_LENGTH]
    folder, _, name = part.key.rpartition("/")
    written = StoredEvents.of(f"{folder}/part-{digest}-{name.rpartition('-')[2]}", table, data, part.shard)
    objects.put(written.key, data)
    return written


def replace_parts(objects: Objects, one: CommittedImport, replaced: Replaced) -> None:
    """Lists other parts in the record of an import; does nothing where the import was removed meanwhile.

    Raises:
        Conflict, StoreUnavailable: as `swap`.
    """

    def listed(data: bytes | None) -> bytes | None:
        if data is None:
            return None
        record = _record(one.record_key, data)
        parts = (
            [StoredEvents.from_json(part) for part in record["parts"]] if "parts" in record else _facts(objects, one)
        )
        kept = [new for part in parts if (new := replaced.get(part.key, part)) is not None]
        return json.dumps({**record, "parts": [part.to_json() for part in kept]}).encode()

    swap(objects, one.record_key, listed)


def _facts(objects: Objects, one: CommittedImport) -> list[StoredEvents]:
    """Returns the facts about the parts of an import whose record lists none."""
    read = in_order_or_missing(objects, (part.key for part in one.parts if part.key.endswith(".npz")))
    return [StoredEvents.of(key, EventTable.from_bytes(data or b"", key), data or b"") for key, data in read]


def drop_parts(objects: Objects, keys: Iterable[str]) -> None:
    """Removes parts of an import that do not count."""
    for key in sorted(keys):
        objects.delete(key)


def committed_imports(objects: Objects, catalog: str, damaged: list[ObjectDamaged]) -> list[CommittedImport]:
    """Returns every import that counts, by its id; one whose record cannot be read is added to `damaged`."""
    found, replaced = _every_import(objects, catalog, damaged)
    return [one for one in found if one.import_id not in replaced]


def stored_imports(objects: Objects, catalog: str, damaged: list[ObjectDamaged]) -> list[CommittedImport]:
    """Returns the same with those that others have replaced, and whose removal has not ended."""
    return _every_import(objects, catalog, damaged)[0]


def _every_import(
    objects: Objects, catalog: str, damaged: list[ObjectDamaged]
) -> tuple[list[CommittedImport], set[str]]:
    """Returns every import that has a record, and the ids of those that others have replaced."""
    keys = list(objects.keys(f"imports/{catalog}/"))
    found: list[CommittedImport] = []
    replaced: set[str] = set()
    for key, data in in_order_or_missing(objects, (key for key in keys if key.endswith(f"/{RECORD}"))):
        if data is None:  # removed since it was listed
            continue
        try:
            record = _record(key, data)
        except ObjectDamaged as wrong:
            damaged.append(wrong)
            continue
        folder = key.removesuffix(RECORD)
        listed = [StoredEvents(one) for one in keys if one.startswith(folder) and one != key]
        found.append(_committed(key, record, listed))
        replaced.update(record.get("replaces", ()))
    return found, replaced


def replaced_imports(objects: Objects, catalog: str) -> set[str]:
    """Returns the ids of imports that count no more since others replaced them, and whose removal has not ended."""
    records = (key for key in list(objects.keys(f"imports/{catalog}/")) if key.endswith(f"/{RECORD}"))
    replaced: set[str] = set()
    for key, data in in_order_or_missing(objects, records):
        with contextlib.suppress(ObjectDamaged):
            replaced.update(_record(key, data).get("replaces", ()))
    return replaced


def tables_of(objects: Objects, one: CommittedImport, damaged: list[ObjectDamaged]) -> list[EventTable] | None:
    """Returns the events of an import, also where its parts are rewritten meanwhile; None where it counts no more.

    Damaged parts are left out and added to `damaged`.
    """
    for _ in range(TRIES):
        wrong: list[ObjectDamaged] = []
        tables = stored_events.import_tables(objects, one, wrong)
        if not wrong or counts_still(objects, one):
            break
        try:
            one = _committed(one.record_key, _record(one.record_key, objects.get(one.record_key).data), one.parts)
        except ObjectMissing:
            return None
    damaged += wrong
    return tables


def counts_still(objects: Objects, one: CommittedImport) -> bool:
    """Returns whether an import still counts with the same parts, or its record is damaged."""
    folder = one.record_key.removesuffix(RECORD)
    try:
        parts = _parts_of(objects, folder)
    except ObjectMissing:
        return False
    return parts is None or parts == {part.key for part in one.parts}


def _committed(key: str, record: Mapping[str, Any], listed: Sequence[StoredEvents]) -> CommittedImport:
    import_id, imported_ms, items = key.split("/")[-2], int(record.get("imported_ms", 0)), int(record.get("items", 0))
    if "parts" in record:
        parts = [StoredEvents.from_json(part) for part in record["parts"]]
        return CommittedImport(import_id, key, parts, imported_ms=imported_ms, items=items)
    return CommittedImport(import_id, key, listed, record.get("accepted"), imported_ms, items)


def _record(key: str, data: bytes | None) -> dict[str, Any]:
    """Returns the record of an import from its bytes."""
    try:
        record = json.loads(data or b"")
        for part in record.get("parts", []):
            StoredEvents.from_json(part)
    except (ValueError, TypeError, KeyError, AttributeError) as wrong:
        raise ObjectDamaged(key, "is not the record of an import") from wrong
    return dict(record)


def _folder(catalog: str, import_id: str) -> str:
    return f"imports/{catalog}/{import_id}/"
