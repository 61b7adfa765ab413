"""The event log: everything that happened, append only, as gzipped event lines.

events/<catalog>/<yyyy-mm-dd>/<milliseconds>-<digest>.jsonl.gz   one object per accepted request
imports/<catalog>/<import>/part-<n>.jsonl.gz                     the events of a file, which count once
imports/<catalog>/<import>/import.json                           stands beside them
"""

import contextlib
import datetime
import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence

from doublebill.errors import Conflict, ObjectMissing
from doublebill.events import Event, to_line
from doublebill.stores.jsonl_gz import pack
from doublebill.stores.objects import Objects

DAY_LENGTH = len("yyyy-mm-dd")


def append(objects: Objects, catalog: str, events: Sequence[Event], now_ms: int) -> None:
    """Appends the events of one request."""
    data = pack(map(to_line, events))
    day = datetime.datetime.fromtimestamp(now_ms / 1000, datetime.UTC).date().isoformat()
    with contextlib.suppress(Conflict):  # the very same request, already there
        objects.create(f"events/{catalog}/{day}/{now_ms:013d}-{hashlib.sha256(data).hexdigest()[:16]}.jsonl.gz", data)


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
    while len(found) < DAY_LENGTH:
        digits = "-" if len(found) in (4, 7) else "9876543210"
        has = (one for one in digits if any(True for _ in objects.keys(f"events/{catalog}/{found}{one}")))
        digit = next(has, None)
        if digit is None:
            return None
        found += digit
    return datetime.date.fromisoformat(found)


def put_part(objects: Objects, catalog: str, import_id: str, number: int, events: Sequence[Event]) -> None:
    """Writes one part of an import; it counts when the import is committed."""
    objects.put(f"{_folder(catalog, import_id)}part-{number:05d}.jsonl.gz", pack(map(to_line, events)))


def commit_import(objects: Objects, catalog: str, import_id: str, counts: Mapping[str, object]) -> None:
    """Makes the parts of an import count from now on."""
    with contextlib.suppress(Conflict):
        objects.create(f"{_folder(catalog, import_id)}import.json", json.dumps(counts).encode())


def committed_import(objects: Objects, catalog: str, import_id: str) -> dict[str, object] | None:
    """Returns the counts of an import that was committed, or None."""
    try:
        counts: dict[str, object] = json.loads(objects.get(f"{_folder(catalog, import_id)}import.json").data)
    except ObjectMissing:
        return None
    return counts


def drop_import(objects: Objects, catalog: str, import_id: str) -> None:
    """Removes the parts of an import that was not committed."""
    if committed_import(objects, catalog, import_id) is not None:
        return
    for key in list(objects.keys(_folder(catalog, import_id))):
        objects.delete(key)


def committed_parts(objects: Objects, catalog: str) -> list[str]:
    """Returns the keys of the parts of every import that was committed, by import and number."""
    keys = list(objects.keys(f"imports/{catalog}/"))
    committed = {key.rpartition("/")[0] for key in keys if key.endswith("/import.json")}
    return [key for key in keys if key.rpartition("/")[0] in committed and not key.endswith("/import.json")]


def _folder(catalog: str, import_id: str) -> str:
    return f"imports/{catalog}/{import_id}/"
