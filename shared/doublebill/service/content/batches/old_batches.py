"""Old batches of content are deleted, with the idempotency keys and the places of their callers.

Rules of a bucket do the same by the age of each object; a folder has none.
"""

import json
from collections.abc import Iterator

from doublebill.service.content.batches.pack_keys import DEPTH, KEYS, PACKS, PLACES
from doublebill.stores.job_record import began_before, keys_before
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order_or_missing


def remove_old_batches(objects: Objects, before_ms: int, with_keys: bool, dry: bool = False) -> tuple[str, ...]:
    """Deletes the batches that began before a time and returns their ids; with `dry` it only returns them.

    `with_keys` says whether idempotency keys and places, which are read one by one, go too.
    """
    batches: set[str] = set()
    old: list[str] = []
    for key in objects.keys(PACKS):
        parts = key.split("/")
        if len(parts) == DEPTH and began_before(parts[3], before_ms):
            batches.add(parts[3])
            old.append(key)
    if with_keys:
        old += [*keys_before(objects, f"{KEYS}/", before_ms), *_left_places(objects, before_ms)]
    for key in [] if dry else old:
        objects.delete(key)
    return tuple(sorted(batches))


def _left_places(objects: Objects, before_ms: int) -> Iterator[str]:
    """Yields the objects with the places of callers all of whose batches began before a time, and damaged ones."""
    for key, data in in_order_or_missing(objects, list(objects.keys(f"{PLACES}/"))):
        if data is not None and _is_left(data, before_ms):
            yield key


def _is_left(data: bytes, before_ms: int) -> bool:
    """Says whether places are of old batches alone; damaged ones keep their caller from all work, and hold nothing."""
    try:
        return all(began_before(batch, before_ms) for _, batch in json.loads(data))
    except (ValueError, TypeError):
        return True
