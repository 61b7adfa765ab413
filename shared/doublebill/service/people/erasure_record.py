"""Records of erasures: which users are erased, and how far it is.

erasures/<catalog>/<erasure>.json

    erasure_id, catalog, erased_ms
    due_ms       the deadline: by then versions with the users serve no more, whatever has become of trainings
    refuse_ms    an earlier time for that, where there is one
    state        erasing; sweeping, while requests that were on their way may still land; training, while the champion
                 was trained on the users; complete
    reason       why no champion without them stands yet
    users        the pseudonyms that the request names
    pseudonyms   these, and all that were merged into them
    heirs        other pseudonyms whose histories are made again
    merges       keys of the merges that name any of them
    merged       these merges: from, to, and when
    events       number of events that were stored of them, once it is counted
    versions     versions that were trained on any of these
    generation   that of the latest training which may have read them
    swept_ms     when their rows were dropped for the last time
    training_id, attempts, attempted_ms      the latest training that was started, its number and time
    completed_ms, receipt

Records have pseudonyms only and stay as long as the catalog. They change by compare-and-swap.
"""

import json
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from doublebill.errors import NotFound, ObjectMissing, StoreUnavailable
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.job_record import JOB_ID
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order_or_missing
from doublebill.times.retention import DAY_MS, ERASURE_DAYS

type Fields = dict[str, Any]

COMPLETE = "complete"

CLOSE_SHARE = 0.25
"""Share of these days that makes a deadline close, when only so much is left."""


def prefix(catalog: str) -> str:
    """Returns the prefix of the records of a catalog."""
    return f"erasures/{catalog}/"


def make(objects: Objects, catalog: str, erasure_id: str, **fields: object) -> Fields:
    """Writes a new record and returns it."""
    record = {"erasure_id": erasure_id, "catalog": catalog, "state": "erasing", **fields}
    objects.create(_key(catalog, erasure_id), json.dumps(record).encode())
    return record


def read(objects: Objects, catalog: str, erasure_id: str) -> Fields:
    """Returns a record.

    Raises:
        NotFound: when there is none of that name.
        StoreUnavailable: when it cannot be read.
    """
    if not JOB_ID.fullmatch(erasure_id):
        raise NotFound(f"catalog {catalog!r} has no erasure {erasure_id!r}")
    try:
        return _parsed(_key(catalog, erasure_id), objects.get(_key(catalog, erasure_id)).data)
    except ObjectMissing as missing:
        raise NotFound(f"catalog {catalog!r} has no erasure {erasure_id!r}") from missing


def change(objects: Objects, catalog: str, erasure_id: str, **fields: object) -> Fields:
    """Sets fields of a record and returns all of it; one that is complete stays as it is.

    Raises:
        NotFound: when there is none of that name.
        Conflict, StoreUnavailable: as `swap`.
    """
    return _merged(objects, catalog, erasure_id, lambda before: {**before, **fields})


def fill(objects: Objects, catalog: str, erasure_id: str, **fields: object) -> Fields:
    """Sets those fields that a record lacks and returns all of it: of several callers at once the first one counts.

    Raises:
        NotFound, Conflict, StoreUnavailable: as `change`.
    """
    return _merged(objects, catalog, erasure_id, lambda before: {**fields, **before})


def due_ms(record: Fields) -> int:
    """Returns the deadline of an erasure; records of earlier versions have none of their own."""
    return int(record.get("due_ms", record["erased_ms"] + ERASURE_DAYS * DAY_MS))


def is_close(record: Fields, now_ms: int) -> bool:
    """Checks whether an erasure that is not complete is near its deadline, or past it."""
    due, term_ms = due_ms(record), due_ms(record) - int(record["erased_ms"])
    return record["state"] != COMPLETE and now_ms >= due - CLOSE_SHARE * term_ms


def _merged(objects: Objects, catalog: str, erasure_id: str, merge: Callable[[Fields], Fields]) -> Fields:
    def changed(data: bytes | None) -> bytes | None:
        if data is None:
            raise NotFound(f"catalog {catalog!r} has no erasure {erasure_id!r}")
        before = _parsed(_key(catalog, erasure_id), data)
        return None if before["state"] == COMPLETE else json.dumps(merge(before)).encode()

    swap(objects, _key(catalog, erasure_id), changed)
    return read(objects, catalog, erasure_id)


def every(objects: Objects, catalog: str, damaged: MutableMapping[str, str] | None = None) -> Iterator[Fields]:
    """Yields every record of a catalog, newest first; where `damaged` is given, it takes those that are, with reasons.

    Raises:
        StoreUnavailable: when one cannot be read.
    """
    for key, data in in_order_or_missing(objects, reversed(list(objects.keys(prefix(catalog))))):
        try:
            if data is not None:
                yield _parsed(key, data)
        except StoreUnavailable as wrong:
            if damaged is None:
                raise
            damaged[key] = str(wrong)


def _parsed(key: str, data: bytes) -> Fields:
    try:
        fields: Fields = json.loads(data)
        _ = fields["erasure_id"], fields["state"], fields["pseudonyms"], fields["erased_ms"]
    except (ValueError, KeyError, TypeError) as wrong:
        raise StoreUnavailable(f"{key} is damaged; put it back from a backup") from wrong
    return fields


def _key(catalog: str, erasure_id: str) -> str:
    return f"{prefix(catalog)}{erasure_id}.json"
