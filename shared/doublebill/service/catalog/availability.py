"""Availability: items that were taken down or put back since the last training.

availability/<catalog>.json   {"items": {item id: true, false, or null where it was removed},
                               "windows": {item id: {"available_from": ms or null, "available_until": ms or null}}}

It has the latest availability of each item, the oldest changes first, and overlays that in the model. A bound of a
window that is absent is that in the model, one that is null there is none. A removed item is taken down
like others; metadata that arrive for it later put it back. It keeps `MOST_IDS` items
(some 4 MB of JSON); past them the oldest changes are dropped, available items first, since the next training has them
all. To take down more items than that at once, train again.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from doublebill.errors import NOTHING, ObjectMissing, StoreUnavailable
from doublebill.model.catalog import check_catalog_name
from doublebill.model.items import Item
from doublebill.model.metadata.windows import FIELDS, Change
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


@dataclass(frozen=True)
class Availability:
    """The availability that has changed since the last training, by item id."""

    states: Mapping[str, State] = field(default_factory=dict)
    windows: Mapping[str, Change] = field(default_factory=dict)
    """The bounds that changed."""

    @property
    def items(self) -> dict[str, bool]:
        """Whether each item is available; removed ones are not."""
        return {item_id: state is True for item_id, state in self.states.items()}

    def to_bytes(self) -> bytes:
        """Returns the object, with at most `MOST_IDS` items and as many windows."""
        fields: dict[str, object] = {"items": _kept(self.states)}
        if self.windows:
            fields["windows"] = dict(list(self.windows.items())[-MOST_IDS:])
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def read(objects: Objects, catalog: str) -> Availability:
    """Returns the availability of a catalog's items that has changed since the last training.

    Raises:
        StoreUnavailable: when the object cannot be read.
    """
    try:
        return from_bytes(objects.get(availability_key(catalog)).data)
    except ObjectMissing:
        return Availability()


def from_bytes(data: bytes) -> Availability:
    """Returns the availability that the object's bytes hold.

    Raises:
        StoreUnavailable: when the bytes are no such object.
    """
    try:
        fields = json.loads(data)
        states = {str(one): None if state is None else bool(state) for one, state in fields["items"].items()}
        windows = {str(one): _change_of_window(change) for one, change in fields.get("windows", {}).items()}
        return Availability(states, windows)
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise StoreUnavailable("the availability of the items cannot be read") from wrong


def _change_of_window(found: Mapping[str, int | None]) -> Change:
    return {name: None if found[name] is None else int(found[name] or 0) for name in FIELDS if name in found}


def _noted(data: bytes | None, updates: Sequence[Item]) -> bytes | None:
    before = Availability() if data is None else from_bytes(data)
    states: dict[str, State] = dict(before.states)
    windows: dict[str, Change] = dict(before.windows)
    for item in updates:
        _note(states, item.item_id, _change(item, states))
        change = _window_change(item)
        if change and {**windows.get(item.item_id, {}), **change} != windows.get(item.item_id):
            windows[item.item_id] = {**windows.pop(item.item_id, {}), **change}
    if (states, windows) == (before.states, before.windows):
        return None
    return Availability(states, windows).to_bytes()


def _note(states: dict[str, State], item_id: str, change: Mapping[str, State]) -> None:
    """Puts a state that differs behind all others, since the oldest are dropped first."""
    if item_id in change and states.get(item_id, NOTHING) is not change[item_id]:
        states.pop(item_id, None)
        states[item_id] = change[item_id]


def _window_change(item: Item) -> dict[str, int | None]:
    """Returns the bounds that an update states or clears; a removal clears both."""
    if item.removed:
        return dict.fromkeys(FIELDS)
    stated: dict[str, int | None] = {name: None for name in FIELDS if name in item.cleared}
    return stated | {name: bound for name in FIELDS if (bound := getattr(item, name)) is not None}


def _change(item: Item, before: Mapping[str, State]) -> dict[str, State]:
    """Returns the state that an update gives its item, or nothing where it says none."""
    if item.removed:
        return {item.item_id: None}
    if item.available is not None:
        return {item.item_id: item.available}
    comes_back = before.get(item.item_id, NOTHING) is None
    return {item.item_id: True} if comes_back or "available" in item.cleared else {}


def _kept(items: Mapping[str, State]) -> dict[str, State]:
    """Returns at most `MOST_IDS` of the items."""
    surplus = max(0, len(items) - MOST_IDS)
    order = sorted(items, key=lambda item_id: not items[item_id])  # available first, then by age
    going = set(order[:surplus]) if surplus else set()
    return {item_id: available for item_id, available in items.items() if item_id not in going}
