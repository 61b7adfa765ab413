"""Swapping: one small object changed by compare-and-swap, however many want to change it at once."""

from collections.abc import Callable

from doublebill.errors import Conflict, ObjectMissing
from doublebill.stores.objects import Objects

TRIES = 20


def swap(objects: Objects, key: str, changed: Callable[[bytes | None], bytes | None]) -> bool:
    """Writes what `changed` makes of the bytes under `key` (None where there are none) and gives True.

    Where it makes None or the very same nothing is written, and it gives False. `changed` may be called several times.

    Raises:
        Conflict: when others wrote it first, time and again.
    """
    for _ in range(TRIES):
        try:
            stored = objects.get(key)
        except ObjectMissing:
            stored = None
        wanted = changed(stored.data if stored else None)
        if wanted is None or (stored and wanted == stored.data):
            return False
        try:
            if stored is None:
                objects.create(key, wanted)
            else:
                objects.replace(key, wanted, stored.etag)
        except Conflict:
            continue
        return True
    raise Conflict(f"{key} was changed by others {TRIES} times while it was to be changed")
