"""Compare-and-swap: changes one small object, however many callers want to change it at once.

A store may do a write and lose the answer: a client that repeats the write is then refused by its own work. So a
refused write is compared with the bytes that are there now before anybody else is said to have been first. Two callers
that want the very same bytes therefore count as one; a change that must count twice puts a token of its own into them.
"""

from collections.abc import Callable

from doublebill.errors import Conflict, ObjectMissing, StoreUnavailable
from doublebill.stores.objects import Objects, StoredObject

TRIES = 20


def swap(objects: Objects, key: str, changed: Callable[[bytes | None], bytes | None]) -> bool:
    """Writes the bytes that `changed` makes of those under `key` (None where there are none), and returns True.

    Returns False, and writes nothing, where `changed` makes None or the very same bytes. It may be called several
    times.

    Raises:
        Conflict: when other callers wrote first, `TRIES` times in a row.
        StoreUnavailable: when the store does not answer; the error says so where the change may have been written.
    """
    for _ in range(TRIES):
        stored = _read(objects, key)
        attempted = changed(stored.data if stored else None)
        if attempted is None or (stored and attempted == stored.data):
            return False
        try:
            _write(objects, key, attempted, stored)
        except Conflict:
            if not _landed(objects, key, attempted):
                continue
        except StoreUnavailable:
            if not _landed(objects, key, attempted):
                raise
        return True
    raise Conflict(f"{key}: changed by other requests {TRIES} times in a row; try again later")


def _read(objects: Objects, key: str) -> StoredObject | None:
    try:
        return objects.get(key)
    except ObjectMissing:
        return None


def _write(objects: Objects, key: str, data: bytes, over: StoredObject | None) -> None:
    if over is None:
        objects.create(key, data)
    else:
        objects.replace(key, data, over.etag)


def _landed(objects: Objects, key: str, attempted: bytes) -> bool:
    """Checks whether the bytes were written although the store did not say so."""
    try:
        stored = _read(objects, key)
    except StoreUnavailable as silent:
        raise StoreUnavailable(f"{silent}; {key} may have been changed: look at it before trying again") from silent
    return stored is not None and stored.data == attempted
