"""The log without erased users: their rows are counted, and dropped from requests, blocks and imports for good."""

from collections.abc import Collection

from doublebill.errors import ObjectDamaged, StoreUnavailable
from doublebill.service.catalog import removals
from doublebill.service.catalog.blocks import compaction
from doublebill.service.catalog.blocks.log_blocks import LOG
from doublebill.service.catalog.erased.import_parts import drop_from_imports
from doublebill.service.catalog.erased.tombstones import Tombstones
from doublebill.service.catalog.stored_events import received_ms
from doublebill.service.people.stored_rows import requests_of, touching
from doublebill.stores.objects import Objects

BACK = "put it back from a backup (in S3, an earlier version of the object), then go on with the erasure"


def account_for(objects: Objects, catalog: str, events: int, erased_ms: int, erasure_id: str) -> None:
    """Records once that so many events were taken away on purpose, so that later trainings do not miss them."""
    named = (one["name"] for one in removals.since(objects, catalog, erased_ms).values())
    if erasure_id not in named:
        removals.append(objects, catalog, "erasure", events, erased_ms, erasure_id)


def drop_rows(objects: Objects, catalog: str, pseudonyms: Collection[str]) -> None:
    """Drops the rows that the tombstones of some pseudonyms cover.

    Raises:
        StoreUnavailable: when an object is damaged, so that the users of its rows are unknown.
        Conflict: when others kept changing the log; call it again.
    """
    gone = Tombstones.of_now(objects, catalog).of(pseudonyms)

    def small() -> list[str]:
        damaged: list[ObjectDamaged] = []
        loose = requests_of(objects, catalog, gone.erased_ms, damaged)
        for wrong in damaged:
            if wrong.name in objects.keys(wrong.name):  # not compacted meanwhile
                raise wrong
        return [key for key, own in loose.items() if any(gone.covers(one.user, received_ms(key)) for one in own)]

    try:
        compaction.strip(objects, catalog, LOG, small, lambda block: touching(pseudonyms, block))
        drop_from_imports(objects, catalog, gone)
    except ObjectDamaged as wrong:
        raise StoreUnavailable(f"{wrong}; {BACK}") from wrong
