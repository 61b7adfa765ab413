"""Trending: the items that users turn to now, by counts that fade.

trending/<catalog>.json   {"newest_ms": milliseconds, "items": [[item id, score], …]}, the highest score first

An item's score is the number of users who turned to it, each counted by the newest of their events with it: one at the
time of the newest event of all, half of that `HALF_LIFE_MS` before. Skips, dislikes and what is older than `WINDOW_MS`
count nothing, and neither do events without a time. The newest event is the anchor, never the clock, so the same events
have the same scores whenever they are read.

Trainings count all events that they read. Between trainings, a scheduled job counts the newest requests of the event
log, without imports and without user aliases.
"""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypedDict

from doublebill.errors import Conflict, StoreUnavailable
from doublebill.events import CLOCK_SKEW_SECONDS, Event, from_line
from doublebill.model.catalog import check_catalog_name
from doublebill.service.catalog import catalog_record, catalogs, event_log
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.jsonl_gz import unpack
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order
from doublebill.values.event_kinds import DEFAULT_KINDS, EventKinds

DAY_MS = 86_400_000
HALF_LIFE_MS = 3 * DAY_MS
WINDOW_MS = 14 * DAY_MS
LENGTH = 500

MOST_PAIRS = 1_000_000
"""Most pairs of a user and an item in memory, some 200 MB; where there are more, the window is shortened."""

MOST_REQUESTS = 5_000
"""Most objects of the event log that one refresh reads: about ten seconds of S3."""

MOST_EVENTS = 500_000
"""A refresh reads no further object after so many events."""


class TrendingRefresh(TypedDict):
    """The catalogs by name, and whether their trending items were refreshed."""

    refreshed: list[str]
    kept: list[str]
    """Those whose log has nothing newer."""
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


class Trend:
    """Counts events in any order; those with a time after `latest_ms` are errors and not counted."""

    def __init__(self, latest_ms: float = math.inf, kinds: EventKinds = DEFAULT_KINDS) -> None:
        self._latest_ms = latest_ms
        self._kinds = kinds
        self._since = 0
        self._newest_ms = 0
        self._pairs: dict[tuple[str, str], int] = {}
        """Time of the newest event of an item and a user, in milliseconds."""
        self._full = MOST_PAIRS

    def __len__(self) -> int:
        """Returns of how many pairs of an item and a user the newest event is kept."""
        return len(self._pairs)

    def watching(self, events: Iterable[Event]) -> Iterator[Event]:
        """Yields the same events, counting each."""
        for event in events:
            self.note(event)
            yield event

    def note(self, event: Event) -> None:
        """Counts one event."""
        time = event.timestamp
        if not self._since < time <= self._latest_ms or self._kinds.weight(event) <= 0:
            return
        self._newest_ms = max(self._newest_ms, time)
        self._since = max(self._since, self._newest_ms - WINDOW_MS - 1)
        pair = event.item_id, event.user
        self._pairs[pair] = max(self._pairs.get(pair, 0), time)
        if len(self._pairs) > self._full:
            self._forget_the_oldest()

    def _forget_the_oldest(self) -> None:
        times = sorted(self._pairs.values())
        self._since = max(self._since, min(times[len(times) // 2], self._newest_ms - 1))
        self._pairs = {pair: time for pair, time in self._pairs.items() if time > self._since}
        self._full = max(MOST_PAIRS, 2 * len(self._pairs))

    def trending(self) -> TrendingItems:
        """Returns the trending items among the events counted so far."""
        parts: dict[str, list[float]] = {}
        for (item_id, _), time in self._pairs.items():
            if time > self._since:
                parts.setdefault(item_id, []).append(2.0 ** ((time - self._newest_ms) / HALF_LIFE_MS))
        scores = {item_id: math.fsum(of_users) for item_id, of_users in parts.items()}  # the same in any order
        order = sorted(scores, key=lambda item_id: (-scores[item_id], item_id.encode()))
        return TrendingItems(self._newest_ms, tuple((item_id, scores[item_id]) for item_id in order[:LENGTH]))


def trending_key(catalog: str) -> str:
    """Returns the key of the object of a catalog."""
    return f"trending/{check_catalog_name(catalog)}.json"


def write(objects: Objects, catalog: str, trending: TrendingItems) -> bool:
    """Stores the trending items; returns False where there are none, or where those stored have newer events.

    Raises:
        Conflict, StoreUnavailable: as `swap`.
    """
    return _write(objects, catalog, trending, newest_kept_ms=trending.newest_ms + 1)


def refresh(objects: Objects, catalog: str) -> bool:
    """Counts the newest requests of the event log; returns False where none is newer than the stored items.

    Items that a training counted, imports among them, stay until the log has newer events.

    Raises:
        Conflict, StoreUnavailable: as `swap`.
    """
    trend, read = Trend(kinds=catalog_record.find(objects, catalog).kinds), 0
    keys = event_log.newest_requests(objects, catalog, days=1 + WINDOW_MS // DAY_MS, most=MOST_REQUESTS)
    for data in in_order(objects, keys):
        events = [from_line(line) for line in unpack(data)]
        for event in events:
            trend.note(event)
        read += len(events)
        if read >= MOST_EVENTS:
            break
    found = trend.trending()
    return _write(objects, catalog, found, newest_kept_ms=found.newest_ms)


def refresh_all(objects: Objects) -> TrendingRefresh:
    """Refreshes every catalog, also after one that fails."""
    report = TrendingRefresh(refreshed=[], kept=[], failed={})
    for catalog in catalogs.names(objects):
        try:
            report["refreshed" if refresh(objects, catalog) else "kept"].append(catalog)
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
        return None if kept or not trending.items else trending.to_bytes()

    return swap(objects, trending_key(catalog), changed)


def _newest_ms(data: bytes) -> int:
    """Returns the time of the newest event of a stored object; 0 where it cannot be read, so that it is replaced."""
    try:
        return TrendingItems.from_bytes(data).newest_ms
    except StoreUnavailable:
        return 0
