"""Everything that stores hold, to look for what must not be there, and the history of a user."""

import gzip
from pathlib import Path

from doublebill.history.reading import Met
from doublebill.service.recommending.history import StoredHistory
from doublebill.stores.histories import Histories
from doublebill.stores.objects import Objects
from doublebill.values.event_kinds import DEFAULT_KINDS


def every_byte(objects: Objects, folder: Path) -> bytes:
    """Keys and contents of all objects, gzip opened, and every file in `folder`."""
    parts = [b""]
    for key in objects.keys(""):
        data = objects.get(key).data
        parts += [key.encode(), data, gzip.decompress(data) if key.endswith(".gz") else b""]
    parts += [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    return b"\n".join(parts)


def items_of(histories: Histories, catalog: str, user: str, now: int) -> list[Met]:
    """The items of a history, that with the newest event first."""
    stored = histories.read(catalog, user, 10_000, now, consistent=True)
    return sorted(StoredHistory.of(stored, now).content(DEFAULT_KINDS).items, key=lambda met: -met.last)
