"""Catalogs: which there are, and the metadata of their items.

catalogs/<catalog>.json                           made with the first thing stored; see `catalog_record`
items/<catalog>/<milliseconds>-<digest>.jsonl.gz  metadata, one batch an object; later batches win, field by field
"""

import contextlib
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, TypedDict

from msgspec import Meta

from doublebill.errors import Complaint, InvalidInput
from doublebill.model.items import Item, parse_item
from doublebill.model.metadata.item_lines import item_to_line
from doublebill.schema import Input, described_by
from doublebill.service.catalog import availability, catalog_record
from doublebill.service.catalog.catalog_record import PREFIX
from doublebill.stores.jsonl_gz import pack, unpack
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order_or_missing


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
    objects.put(_items_key(catalog, data, now_ms), data)
    availability.note(objects, catalog, items)


def described_items(objects: Objects, catalog: str) -> set[str]:
    """Returns the ids of all items that have metadata, or whose removal is noted; a damaged object has none."""
    found: set[str] = set()
    for _, data in in_order_or_missing(objects, objects.keys(f"items/{catalog}/")):
        with contextlib.suppress(ValueError, TypeError, KeyError, EOFError, OSError, zlib.error):
            found.update(str(json.loads(line)["item_id"]) for line in unpack(data or b""))
    return found


def items_key(catalog: str, items: Sequence[Item], now_ms: int) -> str:
    """Returns the key under which `put_items` writes these items."""
    return _items_key(catalog, pack(map(item_to_line, items)), now_ms)


def _items_key(catalog: str, data: bytes, now_ms: int) -> str:
    return f"items/{catalog}/{now_ms:013d}-{hashlib.sha256(data).hexdigest()[:16]}.jsonl.gz"
