"""The popularity fallback: a record of popular items, in the table of the histories, for when no model can be reached.

Under `_popular#<catalog>`, gzipped lines of JSON: first {"version", "exclude_seen", "popularity": [share of users, …]},
then the items that these are the shares of, as item lines (see `doublebill.model.items`), most popular first.
"""

import hashlib
import io
import json
import zlib
from dataclasses import replace
from typing import Any

import numpy as np

from doublebill.arrays import Floats32, Mask
from doublebill.errors import ArtifactCorrupt, ObjectMissing, StoreUnavailable
from doublebill.model import artifact
from doublebill.model.artifact import MANIFEST
from doublebill.model.catalog import NO_YEAR, Catalog, check_catalog_name
from doublebill.model.config import Config
from doublebill.model.items import Item
from doublebill.model.metadata.item_lines import item_from_line, item_to_line
from doublebill.model.neighbours import Neighbours
from doublebill.model.recommender import Recommender
from doublebill.service.catalog import availability
from doublebill.service.registry.versions import artifact_key
from doublebill.service.serving import live_facts
from doublebill.stores.jsonl_gz import pack, unpack
from doublebill.stores.objects import Objects
from doublebill.stores.records import MAX_RECORD_BYTES, Records

MOST_ITEMS = 500
"""The largest `n` of a request."""

EDGES = ("indptr", "targets", "values", "scales")
"""Arrays of a version that the record does not need, and that are most of its bytes."""


def record_key(catalog: str) -> str:
    """Returns the key of a catalog's record."""
    return f"_popular#{check_catalog_name(catalog)}"


def remember(objects: Objects, records: Records, catalog: str, version: str) -> None:
    """Records the popular items of a version; called when it was promoted.

    Raises:
        StoreUnavailable: when a store does not answer, or the version cannot be read.
    """
    try:
        manifest = artifact.read_manifest(objects.get(artifact_key(catalog, version, MANIFEST)).data, version)
        arrays = {
            name: _array(objects.get(artifact_key(catalog, version, f"{name}.npy")).data, wanted)
            for name, wanted in manifest["arrays"].items()
            if name not in EDGES and not name.startswith("rating")
        }
        items_of_model, popularity = Catalog.from_arrays(arrays), arrays["popularity"].view(np.float32)
    except (ObjectMissing, ArtifactCorrupt, KeyError) as wrong:
        raise StoreUnavailable(f"version {version} cannot be read") from wrong
    available, windows = live_facts.overlaid(items_of_model, availability.read(objects, catalog))
    items_of_model = replace(items_of_model, windows=windows)
    items = _most_popular(popularity, available)
    exclude_seen = bool(manifest["config"]["exclude_seen"])
    records.put(record_key(catalog), _packed(version, exclude_seen, items_of_model, popularity, items))


def read(records: Records, catalog: str) -> tuple[str, Recommender] | None:
    """Returns the recorded version and a recommender of its popular items, or None where there is no record.

    Raises:
        StoreUnavailable: when the record cannot be read.
    """
    data = records.get(record_key(catalog))
    return None if data is None else recommender(data)


def recommender(data: bytes) -> tuple[str, Recommender]:
    """Returns the recorded version, and a recommender of its popular items that has no neighbours.

    Raises:
        StoreUnavailable: when this is no such record.
    """
    try:
        first, *lines = unpack(data)
        head = json.loads(first)
        items = [item_from_line(line) for line in lines]
        shares = dict(zip((item.item_id for item in items), head["popularity"], strict=True))
        catalog = Catalog.of([], {item.item_id: item for item in items})
        popularity = np.array([shares[catalog.item_ids[n]] for n in range(len(catalog))], np.float32)
        config = Config(exclude_seen=bool(head["exclude_seen"]))
        return str(head["version"]), Recommender(catalog, _no_edges(len(catalog)), popularity, config)
    except (ValueError, TypeError, KeyError, EOFError, OSError, zlib.error) as wrong:
        raise StoreUnavailable("the popularity record cannot be read") from wrong


def _no_edges(n_items: int) -> Neighbours:
    return Neighbours(
        np.zeros(n_items + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int8), np.ones(n_items, np.float32)
    )


def _most_popular(popularity: Floats32, available: Mask) -> list[int]:
    """Returns item numbers; ties by item number."""
    numbers = np.flatnonzero(available)
    first = np.lexsort((numbers, -popularity[numbers]))[:MOST_ITEMS]
    return [int(item) for item in numbers[first]]


def _packed(version: str, exclude_seen: bool, catalog: Catalog, popularity: Floats32, items: list[int]) -> bytes:
    """Returns the record, with as many of the items as fit."""
    shares = [round(float(popularity[item]), 6) for item in items]
    head = json.dumps({"version": version, "exclude_seen": exclude_seen, "popularity": shares})
    data = pack([head, *(item_to_line(item_of(catalog, item)) for item in items)])
    if len(data) <= MAX_RECORD_BYTES:
        return data
    return _packed(version, exclude_seen, catalog, popularity, items[: len(items) // 2])


def item_of(catalog: Catalog, item: int) -> Item:
    """Returns an item with all that the catalog knows of it."""
    year = int(catalog.years[item])
    return Item(
        catalog.item_ids[item],
        catalog.titles[item],
        tuple(catalog.tags(item)),
        None if year == NO_YEAR else year,
        None,
        _attributes_of(catalog, item),
        *catalog.windows.bounds_of(item),
    )


def _attributes_of(catalog: Catalog, item: int) -> dict[str, bool | float | str]:
    attributes: dict[str, bool | float | str] = {}
    for name in (catalog.attributes.names[n] for n in range(len(catalog.attributes.names))):
        for kind in (bool, float, str):
            items, values = catalog.attributes.column(name, kind)
            place = int(np.searchsorted(items, item))
            if place < len(items) and items[place] == item:
                value = float(values[place])
                attributes[name] = catalog.attributes.texts[int(value)] if kind is str else kind(value)
    return attributes


def _array(data: bytes, wanted: dict[str, Any]) -> Any:
    """Returns an array from the bytes of its file."""
    if hashlib.sha256(data).hexdigest() != wanted["sha256"]:
        raise ArtifactCorrupt("an array is not what its manifest says")
    return np.load(io.BytesIO(data), allow_pickle=False)
