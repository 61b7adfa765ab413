"""Records of erasures: which users are erased, and how far it is.

erasures/<catalog>/<erasure>.json

    erasure_id, catalog, erased_ms
    state        erasing; sweeping, when all of it is done and requests that were on their way may still land; complete
    users        the pseudonyms that the request names
    pseudonyms   these, and all that were merged into them
    heirs        other pseudonyms whose histories are made again
    merges       keys of the merges that name any of them
    events       number of events that were stored of them, once it is counted
    versions     versions that were trained on any of these
    training_id  the training that was started for them
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

type Fields = dict[str, Any]

COMPLETE = "complete"


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
