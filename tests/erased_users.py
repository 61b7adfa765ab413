"""A small catalog with something of a user in every place, and the places that still name somebody."""

import json
from collections.abc import Iterable
from functools import partial
from typing import cast

from doublebill.event_table import EventTable
from doublebill.events import Event
from doublebill.pseudonyms import Pseudonyms
from doublebill.service.catalog.blocks import compaction
from doublebill.service.catalog.blocks.log_blocks import LOG
from doublebill.service.ingesting import merging
from doublebill.service.ingesting.imported_histories import ImportedHistories
from doublebill.service.ingesting.ingest import Intake, ingest
from doublebill.service.people.erase import ErasingStores
from doublebill.service.people.receipt import CopiesKept
from doublebill.service.removing.logged_users import users_of
from doublebill.stores.histories import Histories
from doublebill.stores.jsonl_gz import pack, unpack
from doublebill.stores.objects import Objects
from doublebill.values.event_kinds import DEFAULT_KINDS
from fakes import MemoryHistories, MemoryObjects, StoppingHistories, StoppingObjects
from trainings import fill_import
from worlds import FIRST_MS

NOW_MS = FIRST_MS + 10**9
BATCH = "batches/films/0000000000001-x/"
PSEUDONYMS = Pseudonyms.under(b"k" * 32)


class QueuedJobs:
    """Jobs that are noted and never run."""

    def __init__(self) -> None:
        self.payloads: list[object] = []

    def start(self, payload: object) -> None:
        self.payloads.append(payload)


def copied(stores: ErasingStores) -> ErasingStores:
    """The same stores in memory, to go a way of their own."""
    objects, histories = cast(MemoryObjects, stores.objects), cast(MemoryHistories, stores.intake.histories)
    return stores_of(objects.copy(), histories.copy())


def dying_stores(stores: ErasingStores, stopping: StoppingObjects) -> ErasingStores:
    """The same stores in a process that dies when `stopping` does."""
    return stores_of(stopping, cast(Histories, StoppingHistories(stores.intake.histories, stopping)))


def stores_of(objects: Objects | None = None, histories: Histories | None = None) -> ErasingStores:
    """Stores in memory, or these."""
    intake = Intake(objects or MemoryObjects(), histories or MemoryHistories(), PSEUDONYMS, 10**9)
    return ErasingStores(intake, QueuedJobs(), CopiesKept(7, versioned=True))


def post(stores: ErasingStores, user: str, *items: str, now_ms: int = NOW_MS) -> None:
    """Posts plays of a user, given by user id."""
    ingest(stores.intake, "films", [{"user_id": user, "item_id": item, "kind": "play"} for item in items], now_ms)


def world() -> ErasingStores:
    """Ann in a block, a loose request, an import, a batch and a merge; Bob, with whom she shares all of them."""
    stores = stores_of()
    ann, bob = map(partial(PSEUDONYMS.of, "films"), ("ann", "bob"))
    post(stores, "ann", "a", "b", now_ms=NOW_MS - 10**6)
    post(stores, "bob", "a", now_ms=NOW_MS - 10**6)
    compaction.compact(stores.objects, "films", NOW_MS, LOG)
    shared = [{"user_id": user, "item_id": "c", "kind": "play"} for user in ("ann", "bob")]
    ingest(stores.intake, "films", shared, NOW_MS - 5)
    post(stores, "visitor", "v", now_ms=NOW_MS - 10**6)
    merging.merge(stores.intake, "films", "ann", "visitor", NOW_MS - 10**5)
    rows = [Event(user, item, "rate", 4.0, FIRST_MS) for user in (ann, bob) for item in "de"]
    fill_import(stores.objects, rows, [Event(ann, "f", "play")], [Event(bob, "g", "play")])
    imported = ImportedHistories()
    imported.note(EventTable.of(rows))
    stores.intake.remember_import("films", "an-import", imported, DEFAULT_KINDS, NOW_MS - 2)
    stores.objects.put(f"{BATCH}users.txt.gz", pack([bob, ann]))
    stores.objects.put(f"{BATCH}part-00000.jsonl.gz", pack(json.dumps({"index": n, "who": n}) for n in range(2)))
    return stores


def named(stores: ErasingStores, users: Iterable[str]) -> dict[str, list[str]]:
    """Which of these users, given by user id, are named where; places that name none are left out."""
    objects, found = stores.objects, {user: PSEUDONYMS.of("films", user) for user in users}
    logged = users_of(objects, "films")
    batches = {
        line
        for key in objects.keys("batches/")
        if key.endswith("users.txt.gz")
        for line in unpack(objects.get(key).data)
    }
    merges = "".join(objects.get(key).data.decode() for key in objects.keys("merges/"))
    histories = {
        one
        for one in found.values()
        if (stored := stores.intake.histories.read("films", one, 9, 0, consistent=True)).pages or stored.tail
    }
    places = {"log": logged, "batches": batches, "merges": merges, "histories": histories}
    where = {user: [place for place, content in places.items() if one in content] for user, one in found.items()}
    return {user: sorted(places) for user, places in where.items() if places}
