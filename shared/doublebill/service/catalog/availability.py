"""Availability: items that were taken down or put back since the last training.

availability/<catalog>.json   {"items": {item id: true, false, or null where it was removed}}, the oldest changes first

It has the latest availability of each item, and overlays the availability in the model. A removed item is taken down
like others; metadata that arrive for it later put it back. It keeps `MOST_IDS` items
(some 4 MB of JSON); past them the oldest changes are dropped, available items first, since the next training has them
all. To take down more items than that at once, train again.
"""

import json
from collections.abc import Iterable, Mapping, Sequence

from doublebill.errors import NOTHING, ObjectMissing, StoreUnavailable
from doublebill.model.catalog import check_catalog_name
from doublebill.model.items import Item
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.objects import Objects

MOST_IDS = 100_000


def availability_key(catalog: str) -> str:
    """Returns the key of the object of a catalog."""
    return f"availability/{check_catalog_name(catalog)}.json"


State = bool | None
"""Whether an item is available; None where it was removed."""


def note(objects: Objects, catalog: str, items: Iterable[Item]) -> bool:
    """Records the availability that `items` state or clear, and their removal; returns False where nothing changes.

    Raises:
        Conflict: when other requests kept changing the object.
        StoreUnavailable: when the object cannot be read.
    """
    updates = list(items)
    return swap(objects, availability_key(catalog), lambda data: _noted(data, updates))


def read(objects: Objects, catalog: str) -> dict[str, bool]:
    """Returns the availability of each item that has changed since the last training.

    Raises:
        StoreUnavailable: when the object cannot be read.
    """
    try:
        return from_bytes(objects.get(availability_key(catalog)).data)
    except ObjectMissing:
        return {}


def from_bytes(data: bytes) -> dict[str, bool]:
    """Returns the availability of each item in the object.

    Raises:
        StoreUnavailable: when the bytes are no such object.
    """
    return {item_id: state is True for item_id, state in _states(data).items()}


def _states(data: bytes | None) -> dict[str, State]:
    if data is None:
        return {}
    try:
        states = json.loads(data)["items"].items()
        return {str(item_id): None if state is None else bool(state) for item_id, state in states}
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise StoreUnavailable("the availability of the items cannot be read") from wrong


def _noted(data: bytes | None, updates: Sequence[Item]) -> bytes | None:
    before = _states(data)
    changes: dict[str, State] = {}
    for item in updates:
        changes |= _change(item, changes if item.item_id in changes else before)
    changes = {item_id: state for item_id, state in changes.items() if before.get(item_id, NOTHING) is not state}
    if not changes:
        return None
    unchanged = {item_id: state for item_id, state in before.items() if item_id not in changes}
    return json.dumps({"items": _kept({**unchanged, **changes})}, ensure_ascii=False, separators=(",", ":")).encode()


def _change(item: Item, before: Mapping[str, State]) -> dict[str, State]:
    """Returns the state that an update gives its item, or nothing where it says none."""
    if item.removed:
        return {item.item_id: None}
    if item.available is not None:
        return {item.item_id: item.available}
    comes_back = before.get(item.item_id, NOTHING) is None
    return {item.item_id: True} if comes_back or "available" in item.cleared else {}


def _kept(items: dict[str, State]) -> dict[str, State]:
    """Returns at most `MOST_IDS` of the items."""
    surplus = max(0, len(items) - MOST_IDS)
    order = sorted(items, key=lambda item_id: not items[item_id])  # available first, then by age
    going = set(order[:surplus]) if surplus else set()
    return {item_id: available for item_id, available in items.items() if item_id not in going}
