"""The histories that an import adds: its events as columns until all are there, then one page a user."""

from collections.abc import Iterator, Sequence

import numpy as np

from doublebill.arrays import Array, Integers, Ints, Ints32, Places
from doublebill.columns.text_column import Texts
from doublebill.event_table import EventTable
from doublebill.history import bulk
from doublebill.history.bulk import NumberedEvents
from doublebill.history.page import to_bytes
from doublebill.imports.files.blocks import MIXED
from doublebill.stores.histories import StoredPage
from doublebill.values.event_kinds import EventKinds

NAMED = ("users", "items", "kinds", "event_ids")
COLUMNS = (*NAMED, "values", "timestamps")

EVENTS_AT_ONCE = 500_000
"""Events, or those of one user, that are folded at a time."""

NO_EVENT_ID = -1


class ImportedHistories:
    """Takes the events of an import, block by block."""

    def __init__(self) -> None:
        self._numbers: dict[str, dict[str, int]] = {name: {} for name in NAMED}
        self._blocks: dict[str, list[Array]] = {name: [] for name in COLUMNS}
        self.pairs = 0
        """Different pairs of user and item, when the pages have been made."""
        self.distinct = 0
        """Different events, when the pages have been made."""

    @property
    def users(self) -> int:
        """Returns the number of users so far."""
        return len(self._numbers["users"])

    @property
    def items(self) -> int:
        """Returns the number of items so far."""
        return len(self._numbers["items"])

    @property
    def pseudonyms(self) -> Sequence[str]:
        """Returns the users so far."""
        return list(self._numbers["users"])

    def note(self, table: EventTable) -> None:
        """Takes the events of one block."""
        for name in NAMED:
            numbers = _numbered(getattr(table, name), self._numbers[name])
            self._blocks[name].append(numbers.astype(np.min_scalar_type(len(self._numbers[name]))))
        narrow = table.values.astype(np.float32)
        self._blocks["values"].append(narrow if (narrow == table.values).all() else table.values)
        self._blocks["timestamps"].append(table.timestamps)

    def pages(self, import_id: str, kinds: EventKinds, expires: int) -> Iterator[StoredPage]:
        """Yields the page of each user, to expire at `expires` (Unix seconds); the events are used up by it."""
        columns = {name: self._joined(name) for name in COLUMNS}
        users = list(self._numbers["users"])
        for rows in _by_user(columns["users"].astype(np.int64), len(users)):
            events = self._events(columns, rows)
            self.pairs += _distinct(events.users, events.items)
            self.distinct += _distinct_events(events)
            for user, page in bulk.pages(events, kinds, np.full(len(rows), expires, np.int64)):
                yield StoredPage(users[user], import_id, to_bytes(page), page.expires)

    def _joined(self, name: str) -> Array:
        """Returns a column of all blocks, and lets go of the blocks."""
        blocks = self._blocks[name]
        joined = np.concatenate(blocks) if blocks else np.zeros(0, np.int64)
        blocks.clear()
        return joined

    def _events(self, columns: dict[str, Array], rows: Places) -> NumberedEvents:
        event_ids = columns["event_ids"][rows].astype(np.int64)
        nameless = self._numbers["event_ids"].get("", NO_EVENT_ID)
        return NumberedEvents(
            users=columns["users"][rows].astype(np.int64),
            items=columns["items"][rows].astype(np.int64),
            kinds=columns["kinds"][rows].astype(np.int64),
            values=columns["values"][rows].astype(np.float64),
            timestamps=columns["timestamps"][rows].astype(np.int64),
            event_ids=np.where(event_ids == nameless, NO_EVENT_ID, event_ids),
            item_ids=list(self._numbers["items"]),
            kind_names=list(self._numbers["kinds"]),
        )


def _numbered(texts: Texts, numbers: dict[str, int]) -> Ints32:
    """Returns a column with the numbers that its texts have in all blocks."""
    own = np.array([numbers.setdefault(text, len(numbers)) for text in texts.names()], np.int32)
    return own[texts.codes]


def _distinct_events(events: NumberedEvents) -> int:
    """Returns the number of different events: those of one event id are one, and so are those of equal contents."""
    named = events.event_ids >= 0
    contents = (events.users, events.items, events.kinds, events.values.view(np.int64), events.timestamps)
    unnamed = _distinct(*(column[~named] for column in contents))
    return unnamed + (_distinct(events.users[named], events.event_ids[named]) if named.any() else 0)


def _distinct(*columns: Integers) -> int:
    """Returns the number of different rows by a hash of 64 bits: ten million are one too few once in 400,000 times."""
    hashes = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        hashes = (hashes ^ (hashes >> np.uint64(29))) * MIXED ^ (column.astype(np.int64).view(np.uint64) * MIXED)
        hashes ^= hashes >> np.uint64(32)
    ordered = np.sort(hashes)
    return int((ordered[1:] != ordered[:-1]).sum()) + 1 if len(ordered) else 0


def _by_user(users: Ints, count: int) -> Iterator[Places]:
    """Yields the rows of some whole users after the other, in the order of their numbers."""
    order = np.argsort(users, kind="stable")
    ends = np.cumsum(np.bincount(users, minlength=count))
    start = 0
    while start < len(order):
        place = np.searchsorted(ends, start + EVENTS_AT_ONCE, "right")
        first_end = int(ends[np.searchsorted(ends, start, "right")])
        end = max(int(ends[place - 1]) if place else 0, first_end)
        yield order[start:end]
        start = end
