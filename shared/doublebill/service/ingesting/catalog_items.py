"""The items of a catalog, as hashes of their ids, by which events of other items are counted.

They are the items that the champion has and those whose metadata came since its training began, without the removed
ones. They are read in the background and again after `REFRESH_SECONDS`; a request waits for the first reading only. Of
four billion ids one shares its CRC-32 with a given other one, so a count may miss an item, and never has one too many.
"""

import contextlib
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np
import numpy.typing as npt

from doublebill.concurrency.background import BackgroundCall
from doublebill.concurrency.clock import Clock
from doublebill.errors import DoublebillError, ObjectDamaged, ObjectMissing
from doublebill.model.bundle import MANIFEST, file_of, read_array
from doublebill.model.catalog import check_catalog_name
from doublebill.service.catalog import item_updates
from doublebill.service.catalog.item_updates import ItemUpdates
from doublebill.stores.objects import Objects

REFRESH_SECONDS = 30.0

FIRST_SECONDS = 1.0
"""A request waits so long for the first reading."""

MOST_OBJECTS = 1_000
"""Objects of metadata that are read; where there are more, nothing is counted until they are compacted."""

LATE_MS = 60_000
"""Metadata may land so long after the time in their key."""

HASHES = "item_ids_hashes"
"""The array of a model that holds the CRC-32 of its item ids, ascending."""

UNREADABLE = (DoublebillError, ValueError, KeyError, TypeError, EOFError, OSError, zlib.error)


@dataclass
class ItemHashes:
    """The hashes of the items of one catalog."""

    trained: npt.NDArray[np.uint32] = field(default_factory=lambda: np.zeros(0, np.uint32))
    """Of the champion's items, ascending."""
    described: set[int] = field(default_factory=set)
    """Of the items whose metadata came since."""
    removed: set[int] = field(default_factory=set)

    def unknown(self, item_ids: Iterable[str]) -> int:
        """Returns how many of the ids are no item of the catalog."""
        hashes = np.array([crc32(item_id.encode()) for item_id in item_ids], np.uint32)
        places = np.minimum(np.searchsorted(self.trained, hashes), max(len(self.trained) - 1, 0))
        trained = self.trained[places] == hashes if len(self.trained) else np.zeros(len(hashes), np.bool_)
        pairs = zip(hashes.tolist(), trained.tolist(), strict=True)
        return sum(one not in self.described and (one in self.removed or not there) for one, there in pairs)


class CatalogItems:
    """The items of every catalog that this environment takes events for."""

    def __init__(self, objects: Objects, clock: Clock) -> None:
        self._objects = objects
        self._clock = clock
        self._read: dict[str, ItemHashes | None] = {}
        self._reading: dict[str, BackgroundCall[ItemHashes | None]] = {}
        self._began: dict[str, float] = {}

    def unknown(self, catalog: str, item_ids: Iterable[str]) -> int | None:
        """Returns how many of the ids are no item of the catalog; None where that is unknown."""
        if catalog not in self._began or self._clock() - self._began[catalog] >= REFRESH_SECONDS:
            self._began[catalog] = self._clock()
            with contextlib.suppress(RuntimeError):  # the process can have no further thread now
                self._reading[catalog] = BackgroundCall(lambda: _read(self._objects, catalog), self._clock)
        reading = self._reading.get(catalog)
        if reading is not None and reading.wait(0.0 if catalog in self._read else FIRST_SECONDS):
            self._read[catalog] = reading.result()
            self._reading.pop(catalog, None)
        items = self._read.get(catalog)
        return None if items is None else items.unknown(item_ids)


def _read(objects: Objects, catalog: str) -> ItemHashes | None:
    """Returns the items of a catalog; None where it has no metadata, or they cannot be read."""
    try:
        if not any(True for _ in objects.keys(item_updates.prefix(check_catalog_name(catalog)))):
            return None
        items, since_ms = _of_champion(objects, catalog)
        updates, damaged = ItemUpdates.of_now(objects, catalog, since_ms=since_ms), list[ObjectDamaged]()
        if len(updates.loose) > MOST_OBJECTS:
            return None
        for line in updates.lines(objects, damaged):
            _note(items, json.loads(line))
        if damaged:
            return None
    except UNREADABLE:
        return None
    return items


def _of_champion(objects: Objects, catalog: str) -> tuple[ItemHashes, int]:
    """Returns the champion's items, and the time from which metadata may be missing in them."""
    try:
        pointer = json.loads(objects.get(f"champions/{catalog}.json").data)
        folder = f"artifacts/{catalog}/{pointer['version']}"
        arrays = json.loads(objects.get(f"{folder}/{MANIFEST}").data)["arrays"]
        hashes = read_array(HASHES, objects.get(f"{folder}/{file_of(HASHES)}").data, arrays[HASHES])
    except ObjectMissing:
        return ItemHashes(), 0
    # a person may have promoted a version of any age
    since_ms = int(pointer["started_ms"]) - LATE_MS if pointer.get("run") else 0
    return ItemHashes(hashes.view(np.uint32)), since_ms


def _note(items: ItemHashes, line: dict[str, object]) -> None:
    one = crc32(str(line["item_id"]).encode())
    if line.get("removed"):
        items.described.discard(one)
        items.removed.add(one)
    else:
        items.removed.discard(one)
        items.described.add(one)
