"""Trending: what people turn to now, by counts that fade.

trending/<catalog>.json   {"newest_ms": milliseconds, "items": [[item id, score], …]}, the highest score first

An item's score is the number of users who turned to it, each counted by the newest of their events with it: one at the
time of the newest event of all, half of that `HALF_LIFE_MS` before. Skips, dislikes and what is older than `WINDOW_MS`
count nothing, and neither do events without a time. The newest event is the anchor, never the clock, so the same events
have the same scores whenever they are read.

Trainings count all events that they read. Between them a scheduled job counts the newest requests of the event log
(imports are not among them) and knows of no merging.
"""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypedDict

from doublebill.errors import Conflict, StoreUnavailable
from doublebill.events import CLOCK_SKEW_SECONDS, Event, from_line
from doublebill.model.catalog import check_catalog_name
from doublebill.service.catalog import catalogs, event_log
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.jsonl_gz import unpack
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order

DAY_MS = 86_400_000
HALF_LIFE_MS = 3 * DAY_MS
WINDOW_MS = 14 * DAY_MS
LENGTH = 500

MOST_PAIRS = 1_000_000
"""Users with an item that are held at once, some 200 MB; where there are more, the window is shortened."""

MOST_REQUESTS = 5_000
"""Objects of the event log that one refreshing reads: about ten seconds of S3."""

MOST_EVENTS = 500_000
"""Events after which it reads no further object."""


class Refreshed(TypedDict):
    """What became of the catalogs, each by name."""

    refreshed: list[str]
    kept: list[str]
    """Those of which the log tells nothing newer."""
    failed: dict[str, str]
    """Why, by name."""


@dataclass(frozen=True)
class Trending:
    """The trending items of a catalog."""

    newest_ms: int
    """When the newest event that counts happened; 0 where none does."""
    items: tuple[tuple[str, float], ...]
    """Item ids with scores, the highest first; at equal scores by id."""

    @classmethod
    def from_bytes(cls, data: bytes) -> "Trending":
        """What `to_bytes` wrote.

        Raises:
            StoreUnavailable: when it wrote nothing like that.
        """
        try:
            fields = json.loads(data)
            return cls(int(fields["newest_ms"]), tuple((str(item_id), float(n)) for item_id, n in fields["items"]))
        except (ValueError, TypeError, KeyError) as wrong:
            raise StoreUnavailable("the trending items cannot be read") from wrong

    def to_bytes(self) -> bytes:
        """The trending items as JSON."""
        told = {"newest_ms": self.newest_ms, "items": self.items}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


class Trend:
    """Counts events in any order; those that would have happened after `latest_ms` are errors and not counted."""

    def __init__(self, latest_ms: float = math.inf) -> None:
        self._latest_ms = latest_ms
        self._since = 0
        self._newest_ms = 0
        self._pairs: dict[tuple[str, str], int] = {}
        """Milliseconds of the newest event of an item and a user."""
        self._full = MOST_PAIRS

    def watching(self, events: Iterable[Event]) -> Iterator[Event]:
        """The same events, each counted as it passes."""
        for event in events:
            self.note(event)
            yield event

    def note(self, event: Event) -> None:
        """Counts one event."""
        time = event.timestamp
        if not self._since < time <= self._latest_ms or event.weight <= 0:
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

    def trending(self) -> Trending:
        """What trends among the events counted so far."""
        parts: dict[str, list[float]] = {}
        for (item_id, _), time in self._pairs.items():
            if time > self._since:
                parts.setdefault(item_id, []).append(2.0 ** ((time - self._newest_ms) / HALF_LIFE_MS))
        scores = {item_id: math.fsum(of_users) for item_id, of_users in parts.items()}  # the same in any order
        order = sorted(scores, key=lambda item_id: (-scores[item_id], item_id.encode()))
        return Trending(self._newest_ms, tuple((item_id, scores[item_id]) for item_id in order[:LENGTH]))


def trending_key(catalog: str) -> str:
    """Where the object of a catalog stands."""
    return f"trending/{check_catalog_name(catalog)}.json"


def write(objects: Objects, catalog: str, trending: Trending) -> bool:
    """Makes this what trends; False where nothing does, or where what is stored knows of newer events.

    Raises:
        Conflict, StoreUnavailable: as `swap`.
    """
    return _write(objects, catalog, trending, newest_kept_ms=trending.newest_ms + 1)


def refresh(objects: Objects, catalog: str) -> bool:
    """Counts the newest requests of the event log; False where they tell nothing newer than what is stored.

    What a training counted, imports among it, stays until the log has something newer.

    Raises:
        Conflict, StoreUnavailable: as `swap`.
    """
    trend, read = Trend(), 0
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


def refresh_all(objects: Objects) -> Refreshed:
    """Refreshes every catalog; one that fails keeps no other from it."""
    told = Refreshed(refreshed=[], kept=[], failed={})
    for catalog in catalogs.names(objects):
        try:
            told["refreshed" if refresh(objects, catalog) else "kept"].append(catalog)
        except (StoreUnavailable, Conflict) as failed:
            told["failed"][catalog] = str(failed)
    return told


def latest_ms(started_ms: int) -> int:
    """Events later than this cannot have happened yet when a training began."""
    return started_ms + CLOCK_SKEW_SECONDS * 1000


def _write(objects: Objects, catalog: str, trending: Trending, newest_kept_ms: int) -> bool:
    """Writes unless what is stored has its newest event at `newest_kept_ms` or later."""

    def changed(data: bytes | None) -> bytes | None:
        kept = data is not None and _newest_ms(data) >= newest_kept_ms
        return None if kept or not trending.items else trending.to_bytes()

    return swap(objects, trending_key(catalog), changed)


def _newest_ms(data: bytes) -> int:
    """When the newest event of a stored object happened; 0 where it cannot be read, so that it is written over."""
    try:
        return Trending.from_bytes(data).newest_ms
    except StoreUnavailable:
        return 0
