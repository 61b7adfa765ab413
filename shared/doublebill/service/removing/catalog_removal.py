"""Removing a catalog: everything that is stored of it, in an order in which a crash does no harm.

First the record of the catalog says that it is removed: from then on it is not found, and takes in nothing. An object
that stays says so to environments that have a model in memory. Then go the champion, the copies for emergencies, the
histories of the users whom the log names, all other objects, and the record itself at last. All that is done twice,
for whatever was on its way meanwhile: events of functions that had yet to see the mark, a training that was ending. A
removal that died on the way is completed by the next one; until then the name stays taken.
"""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypedDict

from doublebill.errors import NotFound
from doublebill.service.catalog import availability, catalog_record, merged_names, trending
from doublebill.service.registry import recent_priors
from doublebill.service.registry.champions import champion_key
from doublebill.service.registry.leases.lease import lease_key
from doublebill.service.removing.logged_users import PREFIXES, users_in
from doublebill.service.serving import popularity_fallback
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.histories import Histories
from doublebill.stores.objects import Objects
from doublebill.stores.records import Records

FOLDERS = (
    "artifacts",
    "batches",
    "blocks",
    "erasures",
    "events",
    "imports",
    "items",
    "merges",
    "priors",
    "quarantine",
    "removals",
    "runs",
    "sums",
    "tombstones",
)
"""Prefixes under which each catalog has a folder of its own."""

LEAVINGS = ("quarantine", "removals")
"""Folders that a refused import may leave behind."""

AT_ONCE = 8
"""Objects, or histories, removed side by side."""


@dataclass(frozen=True)
class CatalogStores:
    """The stores that have something of a catalog."""

    objects: Objects
    histories: Histories
    records: Records


class CatalogContents(TypedDict):
    """The number of objects of a catalog, by what they are."""

    catalog: str
    objects: dict[str, int]


class CatalogRemoved(CatalogContents):
    """The objects of a catalog that were removed, and the number of users whose histories were."""

    histories: int
    removed: bool


def contents(objects: Objects, catalog: str) -> CatalogContents:
    """Returns the number of objects that a removal would delete, without those that every catalog has.

    Raises:
        NotFound: when there is no such catalog, nor one whose removal has not ended.
    """
    if not any(True for _ in objects.keys(catalog_record.record_key(catalog))):
        raise NotFound(f"there is no catalog {catalog!r}")
    counts = {folder: sum(1 for _ in objects.keys(f"{folder}/{catalog}/")) for folder in FOLDERS}
    return CatalogContents(catalog=catalog, objects={folder: count for folder, count in counts.items() if count})


def remove(stores: CatalogStores, catalog: str, now_ms: int) -> CatalogRemoved:
    """Removes a catalog with everything that is stored of it.

    Raises:
        NotFound: when there is no such catalog, nor one whose removal has not ended.
        Conflict, StoreUnavailable: as `swap`; call it again.
    """
    objects = stores.objects
    found = contents(objects, catalog)
    swap(objects, catalog_record.record_key(catalog), lambda data: _marked(data, catalog, now_ms))
    objects.put(catalog_record.tombstone_key(catalog), json.dumps({catalog_record.REMOVED: now_ms}).encode())
    users = _clear(stores, catalog) | _clear(stores, catalog)
    objects.delete(merged_names.key_of(catalog))
    objects.delete(catalog_record.record_key(catalog))
    return CatalogRemoved(catalog=catalog, objects=found["objects"], histories=len(users), removed=True)


def drop_empty(objects: Objects, catalog: str) -> bool:
    """Deletes the record of a catalog of which nothing else is stored but refused rows; returns whether it did."""
    key = catalog_record.record_key(catalog)

    def is_empty() -> bool:
        return not any(
            True for folder in FOLDERS if folder not in LEAVINGS for _ in objects.keys(f"{folder}/{catalog}/")
        )

    if not any(True for _ in objects.keys(key)) or not is_empty():
        return False
    objects.delete(key)
    if not is_empty():  # something was stored meanwhile
        catalog_record.change(objects, catalog)
        return False
    return True


def _clear(stores: CatalogStores, catalog: str) -> set[str]:
    """Removes everything but the record of the catalog; returns the users whose histories were removed."""
    objects = stores.objects
    objects.delete(champion_key(catalog))
    stores.records.put(popularity_fallback.record_key(catalog), b"")
    logged = [key for prefix in PREFIXES for key in objects.keys(f"{prefix}/{catalog}/")]
    users = users_in(objects, logged)
    _for_each(partial(stores.histories.forget, catalog), sorted(users))
    _for_each(objects.delete, logged)  # no more than those whose users were read
    for folder in FOLDERS:
        if folder not in PREFIXES:
            _for_each(objects.delete, objects.keys(f"{folder}/{catalog}/"))
    single = (
        availability.availability_key(catalog),
        trending.trending_key(catalog),
        recent_priors.pointer_key(catalog),
        lease_key(catalog),
    )
    _for_each(objects.delete, single)
    return users


def _marked(data: bytes | None, catalog: str, now_ms: int) -> bytes | None:
    """Returns the record of a catalog that is being removed; a damaged one is replaced, since it goes anyway."""
    fields = {"catalog": catalog, catalog_record.REMOVED: now_ms}
    try:
        marked = data is not None and catalog_record.REMOVED in json.loads(data)
    except (ValueError, TypeError):
        marked = False
    return None if marked else json.dumps(fields).encode()


def _for_each(act: Callable[[str], object], names: Iterable[str]) -> None:
    """Acts on each name, a few side by side."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in pool.map(act, list(names)):
            pass
