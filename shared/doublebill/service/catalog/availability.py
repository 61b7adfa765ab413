"""Availability: items that were taken down or put back since the last training.

availability/<catalog>.json   {"items": {item id: true or false}}, the oldest changes first

It has the latest availability of each item, and overlays the availability in the model. It keeps `MOST_IDS` items
(some 4 MB of JSON); past them the oldest changes are dropped, available items first, since the next training has them
all. To take down more items than that at once, train again.
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
    """Returns the key of the object of a catalog."""
    return f"availability/{check_catalog_name(catalog)}.json"


def note(objects: Objects, catalog: str, items: Iterable[Item]) -> bool:
    """Records the availability of those `items` that state it; returns False where that changes nothing.

    Raises:
        Conflict: when other requests kept changing the object.
        StoreUnavailable: when the object cannot be read.
    """
    stated = {item.item_id: item.available for item in items if item.available is not None}
    return bool(stated) and swap(objects, availability_key(catalog), lambda data: _noted(data, stated))


def from_bytes(data: bytes) -> dict[str, bool]:
    """Returns the availability of each item in the object.

    Raises:
        StoreUnavailable: when the bytes are no such object.
    """
    try:
        return {str(item_id): bool(available) for item_id, available in json.loads(data)["items"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise StoreUnavailable("the availability of the items cannot be read") from wrong


def _noted(data: bytes | None, stated: Mapping[str, bool]) -> bytes | None:
    before = from_bytes(data) if data is not None else {}
    changes = {item_id: available for item_id, available in stated.items() if before.get(item_id) is not available}
    if not changes:
        return None
    unchanged = {item_id: available for item_id, available in before.items() if item_id not in changes}
    return json.dumps({"items": _kept({**unchanged, **changes})}, ensure_ascii=False, separators=(",", ":")).encode()


def _kept(items: dict[str, bool]) -> dict[str, bool]:
    """Returns at most `MOST_IDS` of the items."""
    surplus = max(0, len(items) - MOST_IDS)
    order = sorted(items, key=lambda item_id: not items[item_id])  # available first, then by age
    going = set(order[:surplus]) if surplus else set()
    return {item_id: available for item_id, available in items.items() if item_id not in going}
