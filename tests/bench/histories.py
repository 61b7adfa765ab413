"""Histories: read units of 5,000 items, and how long a handler reads a million events on 300 items.

One JSON object a line. Read units are those of a consistent read in DynamoDB, 4 KB each, of all rows that one query
reads: the page and a tail of mean length.
"""

import itertools
import json
import random
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

from doublebill.concurrency.clock import SYSTEM
from doublebill.concurrency.deadline import Deadline
from doublebill.events import Event
from doublebill.history.folding import fold
from doublebill.history.page import Page, from_bytes, to_bytes
from doublebill.history.reading import LIVE
from doublebill.service.ingesting.fold_tail import FOLD_EVERY, FOLDED_AT_ONCE
from doublebill.service.recommending.history import UserHistories
from doublebill.stores.histories import SqliteHistories, StoredPage, TailEvent, sort_key
from doublebill.values.event_kinds import DEFAULT_KINDS

NOW = 1_800_000_000
LATER = NOW + 1000
UNIT_BYTES = 4096
ROW_BYTES = 120
"""Keys and names of attributes of an event's row, beside item id and identity."""
ROUNDS = 300


def line(name: str, ours: float, unit: str, target: float) -> None:
    print(json.dumps({"bench": "histories", "name": name, "ours": round(ours, 3), "unit": unit, "target": target,
                      "holds": ours <= target}))  # fmt: skip


def tail(events: Sequence[Event]) -> list[TailEvent]:
    return [TailEvent(event, sort_key(event), event.timestamp // 1000 + 4000 * 86_400) for event in events]


def met_once(ids: Sequence[str]) -> list[Event]:
    """One event for each item, at any millisecond within six years."""
    dice = random.Random(1)
    times = sorted(dice.randrange(1_600_000_000_000, 1_790_000_000_000) for _ in ids)
    kinds = dice.choices(["play", "like", "dislike", "rate"], [80, 10, 5, 5], k=len(ids))
    rows = zip(ids, kinds, times, strict=True)
    return [Event("u" * 22, item, kind, 3.5 if kind == "rate" else 1.0, time_ms) for item, kind, time_ms in rows]


def folded(events: Sequence[Event], at_once: int) -> Page:
    page = None
    for some in itertools.batched(tail(events), at_once):
        page = fold(page, some, DEFAULT_KINDS)
    assert page is not None
    return page


def read_units() -> Iterator[tuple[str, float]]:
    """Read units of 5,000 items, by the form of their ids."""
    dice = random.Random(2)
    ids = {
        "numeric ids": [str(7 * n) for n in range(5000)],
        "uuid ids": [str(uuid.UUID(int=dice.getrandbits(128))) for _ in range(5000)],
    }
    for name, some in ids.items():
        page = to_bytes(folded(met_once(some), FOLDED_AT_ONCE))
        events = FOLD_EVERY * (ROW_BYTES + len(some[0]) + 30)
        yield name, (len(page) + events) / UNIT_BYTES


def read_seconds(histories: UserHistories, user: str) -> float:
    """Fastest time of reading and merging the history of a user, as a handler does."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        stored = histories.of_names("music", [user], NOW * 1000, Deadline(SYSTEM, SYSTEM() + 60))
        assert len(stored.entries(DEFAULT_KINDS)[0]) == 300
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    for name, units in read_units():
        line(f"5,000 items, {name}", units, "read units", 20)
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteHistories(Path(folder) / "histories.sqlite")
        events = {"few": 300, "many": 1_000_000}
        for user, count in events.items():
            plays = [Event(user, f"item-{n % 300}", "play", 1.0, 1_700_000_000_000 + 1000 * n) for n in range(count)]
            page = from_bytes(to_bytes(folded(plays, FOLDED_AT_ONCE)))
            store.put_pages("music", [StoredPage(user, LIVE, to_bytes(page), LATER)])
        histories = UserHistories(store, lambda _, user: [user])
        few, many = read_seconds(histories, "few"), read_seconds(histories, "many")
    line("300 items, reading", 1000 * few, "ms", 10)
    line("1,000,000 events on 300 items against 300 events", many / few, "ratio", 1.2)


if __name__ == "__main__":
    main()
