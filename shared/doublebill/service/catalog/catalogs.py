"""Catalogs: which there are, and the metadata of their items.

catalogs/<catalog>.json   made with the first thing stored; see `catalog_record`
items/<catalog>/…         metadata, see `item_updates`; later updates win, field by field
"""

import contextlib
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, TypedDict

from msgspec import Meta

from doublebill.errors import Complaint, Conflict, InvalidInput, NotFound, ObjectDamaged, StoreUnavailable
from doublebill.model.items import Item, parse_item
from doublebill.model.metadata.item_lines import item_to_line
from doublebill.schema import Input, described_by
from doublebill.service.catalog import availability, catalog_record, item_updates
from doublebill.service.catalog.blocks import compaction
from doublebill.service.catalog.blocks.item_blocks import ITEMS, LARGE_BYTES
from doublebill.service.catalog.catalog_record import PREFIX
from doublebill.service.catalog.item_updates import ItemUpdates
from doublebill.stores.jsonl_gz import pack
from doublebill.stores.objects import Objects

COMPACTED_ONCE_IN = 64
"""One in so many requests with metadata, by its digest, joins those before it into blocks where many wait."""

MOST_COMPACTED = 1_000
"""Requests that it joins at most: some seconds of S3."""


class ItemsRequest(Input, frozen=True):
    """Up to 1,000 items; a field that is left out keeps its value, null clears it."""

    items: Annotated[tuple[Annotated[Any, described_by("Item")], ...], Meta(min_length=1, max_length=1000)]


class ItemsStored(TypedDict):
    """The number of items whose metadata were stored."""

    catalog: str
    stored: int


def ensure(objects: Objects, catalog: str, exclude_seen: bool | None = None) -> None:
    """Makes the catalog where it is missing; `exclude_seen`, unless None, becomes its default."""
    changes = {} if exclude_seen is None else {"exclude_seen": exclude_seen}
    catalog_record.change(objects, catalog, **changes)


def settings(objects: Objects, catalog: str) -> dict[str, object]:
    """Returns the fields of the record of the catalog, as stored.

    Raises:
        NotFound: when there is no such catalog.
        StoreUnavailable: when its record cannot be read.
    """
    return dict(catalog_record.read(objects, catalog).fields)


def names(objects: Objects) -> list[str]:
    """Returns the name of every catalog, sorted."""
    return [key.removeprefix(PREFIX).removesuffix(".json") for key in objects.keys(PREFIX)]


def check_items(raw_items: Sequence[object]) -> list[Item]:
    """Returns the items that a caller describes.

    Raises:
        InvalidInput: with the complaints about all of them, each with its index.
    """
    items: list[Item] = []
    complaints: list[Complaint] = []
    for index, raw in enumerate(raw_items):
        try:
            if not isinstance(raw, Mapping):
                raise InvalidInput.of_value("item_id", raw, "an object with an item_id")
            items.append(parse_item(raw, clears=True))
        except InvalidInput as wrong:
            complaints += [replace(one, field=f"items[{index}].{one.field}") for one in wrong.complaints]
    if complaints:
        raise InvalidInput(complaints)
    return items


def put_items(objects: Objects, catalog: str, items: Sequence[Item], now_ms: int) -> None:
    """Stores metadata; a field that an item leaves out keeps its value. Availability and removals count at once."""
    ensure(objects, catalog)
    data = pack(map(item_to_line, items))
    digest = _digest(data)
    objects.put(_items_key(catalog, data, now_ms), data)
    availability.note(objects, catalog, items)
    if int(digest, 16) % COMPACTED_ONCE_IN == 0:
        with contextlib.suppress(Conflict, NotFound, ObjectDamaged, StoreUnavailable):  # the metadata are stored
            compaction.compact_where_many(objects, catalog, now_ms, ITEMS, MOST_COMPACTED)


def described_items(objects: Objects, catalog: str) -> set[str]:
    """Returns the ids of all items that have metadata, or whose removal is noted; a damaged object has none."""
    lines = ItemUpdates.of_now(objects, catalog).lines(objects, damaged=[])
    found: set[str] = set()
    for line in lines:
        with contextlib.suppress(ValueError, TypeError, KeyError):
            found.add(str(json.loads(line)["item_id"]))
    return found


def items_key(catalog: str, items: Sequence[Item], now_ms: int) -> str:
    """Returns the key under which `put_items` writes these items."""
    return _items_key(catalog, pack(map(item_to_line, items)), now_ms)


def _items_key(catalog: str, data: bytes, now_ms: int) -> str:
    large = ".large" if len(data) > LARGE_BYTES else ""
    return f"{item_updates.prefix(catalog)}{now_ms:013d}-{_digest(data)}{large}.jsonl.gz"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
