"""Availability: which items were taken down or put back since, for answers that cannot wait for a training.

availability/<catalog>.json   {"items": {item id: true or false}}, those told longest ago first

It says what was told last of each item, and is laid over what the model's own catalog says. It keeps `MOST_IDS` items
(some 4 MB of JSON); past them those told longest ago are let go, first of those that are available, since the next
training knows them all. Whoever takes down more than that at once must train for it.
"""

import json
from collections.abc import Iterable, Mapping

from doublebill.errors import StoreUnavailable
from doublebill.model.catalog import check_catalog_name
from doublebill.model.items import Item
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.objects import Objects

MOST_IDS = 100_000


def availability_key(catalog: str) -> str:
    """Where the object of a catalog stands."""
    return f"availability/{check_catalog_name(catalog)}.json"


def note(objects: Objects, catalog: str, items: Iterable[Item]) -> bool:
    """Notes those of `items` that tell whether they are available; False where that changes nothing.

    Raises:
        Conflict: when others wrote at the same time, time and again.
        StoreUnavailable: when the object cannot be read.
    """
    told = {item.item_id: item.available for item in items if item.available is not None}
    return bool(told) and swap(objects, availability_key(catalog), lambda data: _noted(data, told))


def from_bytes(data: bytes) -> dict[str, bool]:
    """What the object says of each item.

    Raises:
        StoreUnavailable: when it is not such an object.
    """
    try:
        return {str(item_id): bool(available) for item_id, available in json.loads(data)["items"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise StoreUnavailable("the availability of the items cannot be read") from wrong


def _noted(data: bytes | None, told: Mapping[str, bool]) -> bytes | None:
    known = from_bytes(data) if data is not None else {}
    changes = {item_id: available for item_id, available in told.items() if known.get(item_id) is not available}
    if not changes:
        return None
    unchanged = {item_id: available for item_id, available in known.items() if item_id not in changes}
    return json.dumps({"items": _kept({**unchanged, **changes})}, ensure_ascii=False, separators=(",", ":")).encode()


def _kept(items: dict[str, bool]) -> dict[str, bool]:
    """At most `MOST_IDS` of the items."""
    surplus = max(0, len(items) - MOST_IDS)
    order = sorted(items, key=lambda item_id: not items[item_id])  # the available first, each kind as it was told
    going = set(order[:surplus]) if surplus else set()
    return {item_id: available for item_id, available in items.items() if item_id not in going}
