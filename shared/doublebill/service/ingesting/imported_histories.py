"""The histories that an import adds: its events as columns until all are there, then one page a user."""

from collections.abc import Iterable, Iterator

import numpy as np

from doublebill.events import Event
from doublebill.history import bulk
from doublebill.history.bulk import NumberedEvents
from doublebill.history.page import to_bytes
from doublebill.stores.histories import StoredPage
from doublebill.values.event_kinds import EventKinds


class ImportedHistories:
    """Takes the events of an import, block by block."""

    def __init__(self) -> None:
        self._numbers: dict[str, dict[str, int]] = {name: {} for name in ("users", "items", "kinds", "event_ids")}
        self._blocks: list[np.ndarray] = []
        self._values: list[np.ndarray] = []

    @property
    def users(self) -> int:
        """Returns the number of users so far."""
        return len(self._numbers["users"])

    def note(self, events: Iterable[Event]) -> None:
        """Takes the events of one block."""
        users, items, kinds, ids = self._numbers.values()
        rows = [
            (
                users.setdefault(event.user, len(users)),
                items.setdefault(event.item_id, len(items)),
                kinds.setdefault(event.kind, len(kinds)),
                ids.setdefault(event.event_id, len(ids)) if event.event_id else -1,
                event.timestamp,
                event.value,
            )
            for event in events
        ]
        *numbers, values = zip(*rows, strict=True) if rows else ((),) * 6
        self._blocks.append(np.array(numbers, np.int64).reshape(5, -1))
        self._values.append(np.array(values, np.float64))

    def pages(self, import_id: str, kinds: EventKinds, expires: int) -> Iterator[StoredPage]:
        """Yields the page of each user, to expire at `expires` (Unix seconds)."""
        if not self._blocks:
            return
        numbers = np.concatenate(self._blocks, axis=1)
        events = NumberedEvents(
            users=numbers[0],
            items=numbers[1],
            kinds=numbers[2],
            values=np.concatenate(self._values),
            timestamps=numbers[4],
            event_ids=numbers[3],
            item_ids=list(self._numbers["items"]),
            kind_names=list(self._numbers["kinds"]),
        )
        users = list(self._numbers["users"])
        ends = np.full(len(events.users), expires, np.int64)
        for user, page in bulk.pages(events, kinds, ends):
            yield StoredPage(users[user], import_id, to_bytes(page), page.expires)
