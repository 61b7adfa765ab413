"""Item look-ups: the metadata that are stored of some items, and whether the champion has them.

Metadata are a sequence of updates, so a look-up reads the blocks that may have its items, and every request since: some
10 ms for each 100 of these.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Annotated, NotRequired, TypedDict

import numpy as np
from msgspec import Meta

from doublebill.errors import ArtifactCorrupt, NotFound, ObjectDamaged, ObjectMissing
from doublebill.events import ID_LENGTH
from doublebill.model import artifact
from doublebill.model.bundle import file_of, read_array
from doublebill.model.items import Item, Value
from doublebill.model.metadata.dates import iso
from doublebill.model.metadata.item_lines import item_from_line, merged
from doublebill.model.string_table import Ids
from doublebill.schema import Input
from doublebill.service.catalog import availability, catalogs
from doublebill.service.catalog.item_updates import ItemUpdates
from doublebill.service.registry import champions
from doublebill.service.registry.versions import artifact_key
from doublebill.stores.objects import Objects

IDS = ("item_ids_blob", "item_ids_offsets", "item_ids_hashes", "item_ids_hashed")
"""The arrays of a model that hold its item ids."""


ID_AT_START = re.compile(r'\{"item_id":"(?:[^"\\]|\\.)*"')
"""The beginning of an item line; it tells the item without reading the rest."""


class LookupRequest(Input, frozen=True):
    """The items to look up."""

    item_ids: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=ID_LENGTH)], ...], Meta(min_length=1, max_length=1000)
    ]


class StoredItem(TypedDict):
    """One item as it is stored."""

    item_id: str
    title: NotRequired[str]
    tags: NotRequired[Sequence[str]]
    year: NotRequired[int]
    attributes: NotRequired[Mapping[str, Value]]
    available: bool
    """Whether it may be recommended, within its window if it has one."""
    available_from: NotRequired[str]
    available_until: NotRequired[str]
    described: bool
    """Whether there are metadata of it."""
    in_champion: bool
    """Whether the champion knows it; metadata and events alone count from the next training on."""


class ItemList(TypedDict):
    """The items that were found, and the ids of those that were not."""

    catalog: str
    items: Sequence[StoredItem]
    unknown_items: Sequence[str]
    skipped: NotRequired[Sequence[Mapping[str, str]]]
    """Damaged objects of metadata that could not be read, each with its problem."""


class ItemRemoved(TypedDict):
    """The item that was removed; it goes from answers within seconds, from the model with the next training."""

    catalog: str
    item_id: str
    removed: bool


class ItemsRemoved(TypedDict):
    """The items that were removed, and the ids that no item has."""

    catalog: str
    removed: Sequence[str]
    unknown_items: Sequence[str]


def look_up(objects: Objects, catalog: str, item_ids: Iterable[str]) -> ItemList:
    """Returns the named items as they are stored; those that were removed are unknown.

    Raises:
        NotFound: when there is no such catalog.
    """
    catalogs.settings(objects, catalog)
    wanted = list(dict.fromkeys(item_ids))
    damaged: list[ObjectDamaged] = []
    stored = _stored(objects, catalog, wanted, damaged)
    states = availability.read(objects, catalog).items
    found = _in_champion(objects, catalog, wanted)
    items: list[StoredItem] = []
    unknown: list[str] = []
    for item_id in wanted:
        item = stored.get(item_id)
        if (item is None and item_id not in found) or (item is not None and item.removed):
            unknown.append(item_id)
        else:
            items.append(_shown(item, item_id, states.get(item_id), item_id in found))
    answer = ItemList(catalog=catalog, items=items, unknown_items=unknown)
    if damaged:
        answer["skipped"] = [{"name": one.name, "problem": one.problem} for one in damaged]
    return answer


def remove(objects: Objects, catalog: str, item_id: str, now_ms: int) -> ItemRemoved:
    """Removes an item: from answers within the refresh interval, from the model with the next training.

    Raises:
        NotFound: when there is no such catalog, or it has no such item.
    """
    if not remove_all(objects, catalog, [item_id], now_ms)["removed"]:
        raise NotFound(f"catalog {catalog!r} has no item {item_id!r}")
    return ItemRemoved(catalog=catalog, item_id=item_id, removed=True)


def remove_all(objects: Objects, catalog: str, item_ids: Iterable[str], now_ms: int) -> ItemsRemoved:
    """Removes those of the items that the catalog has.

    Raises:
        NotFound: when there is no such catalog.
    """
    found = look_up(objects, catalog, item_ids)
    removed = [item["item_id"] for item in found["items"]]
    if removed:
        catalogs.put_items(objects, catalog, [Item(item_id, removed=True) for item_id in removed], now_ms)
    return ItemsRemoved(catalog=catalog, removed=removed, unknown_items=found["unknown_items"])


def look_up_one(objects: Objects, catalog: str, item_id: str) -> StoredItem:
    """Returns one item as it is stored.

    Raises:
        NotFound: when there is no such catalog, or it has no such item.
    """
    found = look_up(objects, catalog, [item_id])["items"]
    if not found:
        raise NotFound(f"catalog {catalog!r} has no item {item_id!r}")
    return found[0]


def _shown(item: Item | None, item_id: str, state: bool | None, in_champion: bool) -> StoredItem:
    """Returns an item as an answer shows it; `state` is the availability that changed last, if any did."""
    as_stored = item is None or item.available is not False
    shown = StoredItem(
        item_id=item_id,
        available=as_stored if state is None else state,
        described=item is not None,
        in_champion=in_champion,
    )
    if item is None:
        return shown
    if item.title:
        shown["title"] = item.title
    if item.tags:
        shown["tags"] = item.tags
    if item.year is not None:
        shown["year"] = item.year
    if item.attributes:
        shown["attributes"] = item.attributes
    if item.available_from is not None:
        shown["available_from"] = iso(item.available_from)
    if item.available_until is not None:
        shown["available_until"] = iso(item.available_until)
    return shown


def _stored(objects: Objects, catalog: str, item_ids: Sequence[str], damaged: list[ObjectDamaged]) -> dict[str, Item]:
    """Returns the metadata of those of the items that have any, removals included; skips damaged objects."""
    starts = {json.dumps({"item_id": one}, ensure_ascii=False, separators=(",", ":"))[:-1] for one in item_ids}
    items: dict[str, Item] = {}
    for line in ItemUpdates.of_now(objects, catalog, item_ids).lines(objects, damaged):
        start = ID_AT_START.match(line)
        if start and start[0] in starts:
            item = item_from_line(line)
            items[item.item_id] = merged(items.get(item.item_id), item)
    return items


def _in_champion(objects: Objects, catalog: str, item_ids: Sequence[str]) -> set[str]:
    """Returns those of the items that the champion has; none where it has no champion that can be read."""
    champion = champions.read_champion(objects, catalog)
    if champion is None:
        return set()
    try:
        champion_ids = _ids_of(objects, catalog, champion.version)  # type: ignore[arg-type]  # stores hash by identity
    except (ObjectMissing, ArtifactCorrupt):
        return set()
    return {item_ids[place] for place in np.flatnonzero(champion_ids.find_all(item_ids) >= 0).tolist()}


@lru_cache(maxsize=4)
def _ids_of(objects: Objects, catalog: str, version: str) -> Ids:
    """Returns the item ids of a version, which never change."""
    manifest = artifact.read_manifest(objects.get(artifact_key(catalog, version, artifact.MANIFEST)).data, version)
    arrays = {
        name: read_array(
            name, objects.get(artifact_key(catalog, version, file_of(name))).data, manifest["arrays"][name]
        )
        for name in IDS
    }
    return Ids.from_arrays("item_ids", arrays)
