"""Parts of imports without the rows of erased users: what counts changes in one step for each import.

    1. parts without the rows are written, under names that their bytes give
    2. the record of the import lists them in place of the old ones, by compare-and-swap
    3. the old parts are deleted, and parts that nothing lists and that have rows of erased users

Killed anywhere, call it again: what was written is written again under the same names, or is a part that nothing lists.
An import that is under way, and whose parts were deleted, says so at its end and counts for nothing.
"""

from doublebill.errors import ObjectDamaged
from doublebill.event_table import EventTable, distinct_users
from doublebill.service.catalog import event_log
from doublebill.service.catalog.blocks.block_index import may_hold
from doublebill.service.catalog.erased.tombstones import Tombstones, numbers_of
from doublebill.service.catalog.event_log import Replaced
from doublebill.service.catalog.stored_events import CommittedImport, StoredEvents, check_bytes
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order_or_missing


def drop_from_imports(objects: Objects, catalog: str, gone: Tombstones) -> None:
    """Drops the rows of erased users from all imports.

    Raises:
        ObjectDamaged: when a part or a record is damaged, so that the users of its rows are unknown.
        Conflict, StoreUnavailable: as `swap`; call it again.
    """
    damaged: list[ObjectDamaged] = []
    stored = event_log.stored_imports(objects, catalog, damaged)
    for wrong in damaged:
        raise wrong
    listed: set[str] = set()
    for one in stored:
        replaced = _replaced(objects, one, gone)
        if replaced:
            event_log.replace_parts(objects, one, replaced)
        for key in replaced:
            objects.delete(key)
        listed |= {part.key for part in one.parts} | {new.key for new in replaced.values() if new}
    _delete_strays(objects, catalog, gone, listed)


def _replaced(objects: Objects, one: CommittedImport, gone: Tombstones) -> Replaced:
    """Writes the parts of an import that have rows of erased users without these, and returns the new ones."""
    replaced: dict[str, StoredEvents | None] = {}
    parts = [part for part in one.parts if may_hold(part.shard, gone.erased_ms)]
    read = in_order_or_missing(objects, (part.key for part in parts))
    for part, (key, found) in zip(parts, read, strict=True):
        data = check_bytes(part, found)
        if not key.endswith(".npz") or _names_none(key, data, gone):
            continue
        table = EventTable.from_bytes(data, key)
        left = gone.left_of(table, one.imported_ms)
        if len(left) < len(table):
            replaced[key] = event_log.put_rewritten(objects, part, left) if len(left) else None
    return replaced


def _names_none(key: str, data: bytes, gone: Tombstones) -> bool:
    """Checks whether a part names none of the erased users, without reading its other columns."""
    return next(numbers_of(distinct_users(data, key), gone.erased_ms), None) is None


def _delete_strays(objects: Objects, catalog: str, gone: Tombstones, listed: set[str]) -> None:
    """Deletes parts that no record lists and that name erased users, or that cannot be read."""
    parts = [key for key in objects.keys(f"imports/{catalog}/") if key.endswith(".npz") and key not in listed]
    for key, data in in_order_or_missing(objects, parts):
        try:
            kept = data is None or _names_none(key, data, gone)
        except ObjectDamaged:
            kept = False
        if not kept:
            objects.delete(key)
