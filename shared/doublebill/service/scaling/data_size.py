"""Data sizes: how much a training will read, by what indexes and records say, without reading any event."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from doublebill.errors import ObjectDamaged
from doublebill.service.catalog import event_log
from doublebill.service.catalog.blocks.log_blocks import read_index
from doublebill.service.training.earlier.data_changes import EarlierRuns, rows
from doublebill.stores.objects import Objects
from doublebill.times.retention import has_expired

REQUEST_EVENTS = 10
"""Events of a request that has not been joined into a block, as an estimate; a training joins them before it reads."""

UNKNOWN_ROWS = 1_000_000
"""Events of an import whose record does not say their number, as those of the earliest versions do not."""


@dataclass(frozen=True)
class DataSize:
    """The size of what is stored of a catalog."""

    rows: int
    """Events, with repetitions."""
    size_bytes: int
    """Bytes of the blocks and parts of imports that have them, compressed as they are stored."""
    items: int | None = None
    """Items, as many as the latest training found; before the first one those of the largest import, None without."""

    @classmethod
    def of_now(cls, objects: Objects, catalog: str, run: str, since_ms: int = 0) -> "DataSize":
        """Returns the size of everything that counts now, for a run that is about to begin."""
        stored, size = _blocks(objects, catalog, since_ms)
        imported = 0
        stored += REQUEST_EVENTS * sum(1 for _ in objects.keys(f"events/{catalog}/"))
        for one in event_log.committed_imports(objects, catalog, []):
            if not has_expired(one.imported_ms, since_ms):
                counts = [part.rows for part in one.parts if part.rows is not None]
                stored += sum(counts) if len(counts) == len(one.parts) else one.rows or UNKNOWN_ROWS
                size += sum(part.size_bytes or 0 for part in one.parts)
                imported = max(imported, one.items)
        latest = EarlierRuns.of(objects, catalog, run).latest
        return cls(stored, size, _items(latest["data"], stored) if latest else imported or None)


def _blocks(objects: Objects, catalog: str, since_ms: int) -> tuple[int, int]:
    """Returns the events and the bytes of blocks; none where their index is damaged, which the training will name."""
    try:
        index, _ = read_index(objects, catalog)
    except ObjectDamaged:
        return 0, 0
    fresh = [block for block in index.blocks if not has_expired(block.until_ms, since_ms)]
    return sum(block.rows for block in fresh), sum(block.stored.size_bytes or 0 for block in fresh)


def _items(data: Mapping[str, Any], stored: int) -> int:
    """Returns the items of a run, more where there are more events now, as if items came with events."""
    return round(int(data["items"]) * max(1.0, stored / max(rows(data), 1)))
