"""Trending: the items that users turn to now, by counts that fade.

trending/<catalog>.json   {"newest_ms": milliseconds, "items": [[item id, score], …]}, the highest score first

An item's score is the number of users who turned to it, each counted by the newest of their events with it: one at the
time of the newest event of all, half of that `HALF_LIFE_MS` before. Skips, dislikes and what is older than `WINDOW_MS`
count nothing, and neither do events without a time. Items with fewer users than the `minimum_users` of the catalog are
left out. The newest event is the anchor, never the clock, so the same events
have the same scores whenever they are read.

Trainings count all events that they read. Between trainings, a scheduled job counts the newest requests of the event
log, in objects of their own or in blocks, without imports and without user aliases.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypedDict

import numpy as np

from doublebill.arrays import Places
from doublebill.columns.text_column import Texts
from doublebill.errors import Conflict, StoreUnavailable
from doublebill.event_table import EventTable, concat, drained
from doublebill.events import CLOCK_SKEW_SECONDS
from doublebill.model.catalog import check_catalog_name
from doublebill.service.catalog import catalog_record, catalogs, event_log, stored_events
from doublebill.service.catalog.blocks import log_blocks
from doublebill.service.catalog.erased.tombstones import Tombstones
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.objects import Objects
from doublebill.times.retention import DAY_MS, has_expired
from doublebill.values.event_kinds import DEFAULT_KINDS, EventKinds

HALF_LIFE_MS = 3 * DAY_MS
WINDOW_MS = 14 * DAY_MS
LENGTH = 500

MOST_REQUESTS = 5_000
"""Most objects of the event log that one refresh reads: about ten seconds of S3."""

MOST_EVENTS = 500_000
"""A refresh reads no further object after so many events."""


RefreshPrior = Callable[[Objects, str, EventTable], bool]
"""Counts the newest events of a catalog for its prior; returns whether that changed it."""


class TrendingRefresh(TypedDict):
    """The catalogs by name, and whether their trending items were refreshed."""

    refreshed: list[str]
    kept: list[str]
    """Those whose log has nothing newer."""
    priors: list[str]
    """Those whose recent popularity, as part of every score, was counted again."""
    failed: dict[str, str]
    """Why, by name."""


@dataclass(frozen=True)
class TrendingItems:
    """The trending items of a catalog."""

    newest_ms: int
    """Time of the newest event that counts; 0 where none does."""
    items: tuple[tuple[str, float], ...]
    """Item ids with scores, the highest first; at equal scores by id."""

    @classmethod
    def from_bytes(cls, data: bytes) -> "TrendingItems":
        """Returns the trending items that `to_bytes` wrote.

        Raises:
            StoreUnavailable: when the bytes are no such object.
        """
        try:
            fields = json.loads(data)
            return cls(int(fields["newest_ms"]), tuple((str(item_id), float(n)) for item_id, n in fields["items"]))
        except (ValueError, TypeError, KeyError) as wrong:
            raise StoreUnavailable("the trending items cannot be read") from wrong

    def to_bytes(self) -> bytes:
        """Returns the trending items as JSON."""
        fields = {"newest_ms": self.newest_ms, "items": self.items}
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def count(
    table: EventTable, latest_ms: float = math.inf, kinds: EventKinds = DEFAULT_KINDS, minimum_users: int = 1
) -> TrendingItems:
    """Returns the trending items among some events; those with a time after `latest_ms` are errors, not counted.

    Items that fewer than `minimum_users` turned to within the window are not among them.
    """
    wanted = _counting(table, latest_ms, kinds)
    newest_ms = int(table.timestamps[wanted].max()) if len(wanted) else 0
    recent = wanted[table.timestamps[wanted] >= newest_ms - WINDOW_MS]
    scores = _scores(table, recent, newest_ms, minimum_users)
    order = sorted(scores, key=lambda item_id: (-scores[item_id], item_id.encode()))
    return TrendingItems(newest_ms, tuple((item_id, scores[item_id]) for item_id in order[:LENGTH]))


class TrendingCount:
    """Counts trending items table by table, where no user has events in two of them."""

    def __init__(self, latest_ms: float, kinds: EventKinds, minimum_users: int = 1) -> None:
        self._latest_ms, self._kinds, self._minimum_users = latest_ms, kinds, minimum_users
        self._tables: list[EventTable] = []

    def add(self, table: EventTable) -> None:
        """Takes the events of some users; of these it keeps the newest one with each item, as far as it may count."""
        wanted = _counting(table, self._latest_ms, self._kinds)
        newest_ms = int(table.timestamps[wanted].max(initial=0))
        recent = wanted[table.timestamps[wanted] >= newest_ms - WINDOW_MS]
        kept = table.take(recent[_newest_of_each(table, recent)])
        nothing = Texts.constant("", len(kept))
        self._tables.append(replace(kept, event_ids=nothing, recommendation_ids=nothing).compact())

    def items(self) -> TrendingItems:
        """Returns the trending items among all events, and forgets these."""
        return count(drained(self._tables), self._latest_ms, self._kinds, self._minimum_users)


def _counting(table: EventTable, latest_ms: float, kinds: EventKinds) -> Places:
    """Returns the places of the events that count, if they are new enough."""
    weights = np.array([kinds.weights.get(kind, 0.0) for kind in table.kinds.names()], np.float64)
    timed = (table.timestamps > 0) & (table.timestamps <= latest_ms)
    return np.flatnonzero(timed & (weights[table.kinds.codes] * table.values > 0))


def _newest_of_each(table: EventTable, rows: Places) -> Places:
    """Returns the places in `rows` of the newest event of each item and user, ordered by item."""
    items, users = table.items.codes[rows], table.users.codes[rows]
    order = np.lexsort((table.timestamps[rows], users, items))
    items, users = items[order], users[order]
    newest = np.ones(len(order), np.bool_)
    newest[:-1] = (items[1:] != items[:-1]) | (users[1:] != users[:-1])
    return order[newest]


def _scores(table: EventTable, recent: Places, newest_ms: int, minimum_users: int) -> dict[str, float]:
    """Returns the score of each item with enough users in the recent rows, from the newest event of each of them."""
    newest = recent[_newest_of_each(table, recent)]
    codes, starts = np.unique(table.items.codes[newest], return_index=True)
    of_items = np.split(table.timestamps[newest], starts[1:])
    return {
        table.items.distinct[item]: math.fsum(2.0 ** ((time - newest_ms) / HALF_LIFE_MS) for time in of_users.tolist())
        for item, of_users in zip(codes.tolist(), of_items, strict=False)  # of no items there is one empty part
        if len(of_users) >= minimum_users
    }


def trending_key(catalog: str) -> str:
    """Returns the key of the object of a catalog."""
    return f"trending/{check_catalog_name(catalog)}.json"


def write(objects: Objects, catalog: str, trending: TrendingItems) -> bool:
    """Stores the trending items; returns False where there are none, or where those stored have newer events.

    Raises:
        Conflict, StoreUnavailable: as `swap`.
    """
    return _write(objects, catalog, trending, newest_kept_ms=trending.newest_ms + 1)


def refresh(objects: Objects, catalog: str, events: EventTable | None = None) -> bool:
    """Counts the newest requests of the event log; returns False where none is newer than the stored items.

    `events` are those of the requests, where they were read already. Items that a training counted, imports among
    them, stay until the log has newer events. Nothing is counted of a catalog whose trainings are all private.

    Raises:
        Conflict, StoreUnavailable: as `swap`.
    """
    settings = catalog_record.find(objects, catalog)
    if settings.privacy.epsilon is not None:
        return False
    newest = newest_events(objects, catalog) if events is None else events
    found = count(newest, kinds=settings.kinds, minimum_users=settings.minimum_users)
    return _write(objects, catalog, found, newest_kept_ms=found.newest_ms)


def newest_events(objects: Objects, catalog: str, since_ms: int = 0) -> EventTable:
    """Returns the events of the newest requests, from their own objects and from blocks.

    Those received before `since_ms` have expired. Those of damaged objects are left out, since a training names the
    objects.
    """
    days = 1 + WINDOW_MS // DAY_MS
    newest = event_log.newest_requests(objects, catalog, days, most=MOST_REQUESTS)
    keys = [key for key in newest if not has_expired(stored_events.received_ms(key), since_ms)]
    blocks = log_blocks.newest_rows(objects, catalog, days * DAY_MS)
    batches = stored_events.request_tables(objects, keys, damaged=[], batch=MOST_EVENTS)
    found = concat([blocks.take(blocks.received >= since_ms), next(batches, EventTable.of([]))])
    return Tombstones.of_now(objects, catalog).left_of(found)


def refresh_all(objects: Objects, refresh_prior: RefreshPrior = lambda *_: False, since_ms: int = 0) -> TrendingRefresh:
    """Refreshes every catalog, also after one that fails, and then its prior by the same events since a time."""
    report = TrendingRefresh(refreshed=[], kept=[], priors=[], failed={})
    for catalog in catalogs.names(objects):
        try:
            events = newest_events(objects, catalog, since_ms)
            report["refreshed" if refresh(objects, catalog, events) else "kept"].append(catalog)
            if refresh_prior(objects, catalog, events):
                report["priors"].append(catalog)
        except (StoreUnavailable, Conflict) as failed:
            report["failed"][catalog] = str(failed)
    return report


def latest_ms(started_ms: int) -> int:
    """Returns the latest time that an event can have when a training begins."""
    return started_ms + CLOCK_SKEW_SECONDS * 1000


def _write(objects: Objects, catalog: str, trending: TrendingItems, newest_kept_ms: int) -> bool:
    """Writes the items unless those stored have their newest event at `newest_kept_ms` or later."""

    def changed(data: bytes | None) -> bytes | None:
        kept = data is not None and _newest_ms(data) >= newest_kept_ms
        return None if kept or not trending.newest_ms else trending.to_bytes()

    return swap(objects, trending_key(catalog), changed)


def _newest_ms(data: bytes) -> int:
    """Returns the time of the newest event of a stored object; 0 where it cannot be read, so that it is replaced."""
    try:
        return TrendingItems.from_bytes(data).newest_ms
    except StoreUnavailable:
        return 0
