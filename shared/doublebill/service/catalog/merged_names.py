"""Merged names: pseudonyms that belong to other users and were made before the key was rotated.

keys/merged/<catalog>.json   [pseudonym, …]

The history of a merged user has gone to the other one, so nothing but the merge tells a later request that the user
was there before. A rotation writes them down; each is taken out once the user was seen again and has an alias, or was
erased.
"""

import json
from collections.abc import Collection

from doublebill.errors import ObjectMissing, StoreUnavailable
from doublebill.service.catalog import user_aliases
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.objects import Objects

PREFIX = "keys/merged/"


def key_of(catalog: str) -> str:
    """Returns the key of the merged names of a catalog."""
    return f"{PREFIX}{catalog}.json"


def note(objects: Objects, catalog: str) -> None:
    """Writes down every user of a catalog who was merged into another one.

    Raises:
        StoreUnavailable: when a stored merge is damaged.
        Conflict: when others kept changing them.
    """
    merged = {one.alias for one in user_aliases.every(objects, catalog) if not one.same_user}
    if merged:
        swap(objects, key_of(catalog), lambda now: _to_bytes(merged | _names(now)))


def waiting(objects: Objects, catalog: str) -> set[str]:
    """Returns the merged names that have not been seen since."""
    try:
        return _names(objects.get(key_of(catalog)).data)
    except ObjectMissing:
        return set()


def take_out(objects: Objects, catalog: str, names: Collection[str]) -> None:
    """Takes out names that have aliases now, or were erased."""
    swap(objects, key_of(catalog), lambda now: None if now is None else _to_bytes(_names(now) - set(names)))


def _names(data: bytes | None) -> set[str]:
    try:
        return set(map(str, json.loads(data))) if data else set()
    except ValueError as wrong:
        raise StoreUnavailable(f"{PREFIX} has a list that cannot be read; put it back from a backup") from wrong


def _to_bytes(names: Collection[str]) -> bytes:
    return json.dumps(sorted(names)).encode()
