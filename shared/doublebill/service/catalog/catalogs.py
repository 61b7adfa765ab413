"""Catalogs as the service keeps them: which there are, and the metadata of their items.

catalogs/<catalog>.json                           made with the first thing stored for the catalog
items/<catalog>/<milliseconds>-<digest>.jsonl.gz  metadata, one batch an object; later batches win, field by field
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypedDict

from doublebill.errors import Complaint, Conflict, InvalidInput, NotFound, ObjectMissing
from doublebill.model.catalog import check_catalog_name
from doublebill.model.items import ATTRIBUTE_COUNT, Item, Value, item_to_line, parse_item
from doublebill.schema import Bounds
from doublebill.service.catalog import availability
from doublebill.stores.jsonl_gz import pack
from doublebill.stores.objects import Objects

PREFIX = "catalogs/"


@dataclass(frozen=True)
class ItemsRequest:
    """Up to 1,000 items; a field that is left out keeps what was known."""

    items: Annotated[tuple[Annotated[Any, Bounds(ref="Item")], ...], Bounds(min_length=1, max_length=1000)]


class Stored(TypedDict):
    """How many items were described."""

    catalog: str
    stored: int


def ensure(objects: Objects, catalog: str, exclude_seen: bool | None = None) -> None:
    """Makes the catalog where it is not there yet; `exclude_seen`, when told, becomes its default."""
    key = _key(catalog)
    record = json.dumps({"catalog": catalog, "exclude_seen": exclude_seen}).encode()
    try:
        objects.create(key, record)
    except Conflict:
        if exclude_seen is not None:
            objects.put(key, record)


def settings(objects: Objects, catalog: str) -> dict[str, object]:
    """What is kept about the catalog.

    Raises:
        NotFound: when there is no such catalog.
    """
    try:
        record: dict[str, object] = json.loads(objects.get(_key(catalog)).data)
    except ObjectMissing as missing:
        raise NotFound(f"there is no catalog {catalog!r}") from missing
    return record


def names(objects: Objects) -> list[str]:
    """Every catalog, by name."""
    return [key.removeprefix(PREFIX).removesuffix(".json") for key in objects.keys(PREFIX)]


def check_items(raw_items: Sequence[object]) -> list[Item]:
    """The items that a caller describes.

    Raises:
        InvalidInput: with the complaints of all of them, each with its place.
    """
    items: list[Item] = []
    complaints: list[Complaint] = []
    for index, raw in enumerate(raw_items):
        try:
            if not isinstance(raw, Mapping):
                raise InvalidInput.of_value("item_id", raw, "an object with an item_id")
            items.append(parse_item(raw))
        except InvalidInput as wrong:
            complaints += [replace(one, field=f"items[{index}].{one.field}") for one in wrong.complaints]
    if complaints:
        raise InvalidInput(complaints)
    return items


def put_items(objects: Objects, catalog: str, items: Sequence[Item], now_ms: int) -> None:
    """Stores metadata; a field that an item leaves out keeps what was known. What takes an item down tells at once."""
    ensure(objects, catalog)
    data = pack(map(item_to_line, items))
    objects.put(f"items/{catalog}/{now_ms:013d}-{hashlib.sha256(data).hexdigest()[:16]}.jsonl.gz", data)
    availability.note(objects, catalog, items)


def merged(known: Item | None, told: Item) -> Item:
    """What is known of an item after it was `told` again: a field that is left out keeps what was known."""
    if known is None:
        return told
    return Item(
        told.item_id,
        title=told.title or known.title,
        tags=told.tags or known.tags,
        year=known.year if told.year is None else told.year,
        available=known.available if told.available is None else told.available,
        attributes=_told_last(known.attributes, told.attributes),
    )


def _told_last(known: Mapping[str, Value], told: Mapping[str, Value]) -> Mapping[str, Value]:
    """Both, where `told` wins; past the most an item may have, the names told longest ago are forgotten."""
    if not known or not told:
        return told or known
    kept = {name: value for name, value in known.items() if name not in told}
    return dict(list({**kept, **told}.items())[-ATTRIBUTE_COUNT:])


def _key(catalog: str) -> str:
    return f"{PREFIX}{check_catalog_name(catalog)}.json"
