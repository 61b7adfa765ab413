"""Metering: the requests of each caller, counted in memory and added to the records every few seconds.

Records under `_usage#<utc day>`: the name `<caller> <route>` with the counters requests, failed and milliseconds, and
`<caller> *` with the requests of all routes, whose total is compared with the quota. Records under
`_answers#<catalog>`: how many responses each version gave (see `click_through`).

A quota counts a UTC day. One environment never admits more, however many threads it has. Environments learn from each
other when they write: every `flush_seconds`, at a caller's first request of the day, and with every request from nine
tenths of a quota on, or while `FEW` requests are left. So a quota is exceeded by one request of each environment at
most, as long as its last tenth is not used up within `flush_seconds`; otherwise by what is asked in that time. Counts
that a store does not take are kept and added later; those that it took without saying so count twice then.

Each write costs as much as several reads of a history. So counts of callers without a quota, which bound nothing, wait
`UNHURRIED` times as long, unless they are a tenth of all that the environment counted. An environment that ends loses
what it counted since it last wrote. No user id, principal or path is ever counted under.
"""

import datetime
import functools
import threading
from collections.abc import Callable, Mapping

from doublebill.access.callers import Caller
from doublebill.concurrency.background import BackgroundCall
from doublebill.concurrency.clock import Clock
from doublebill.errors import QuotaExceeded, StoreUnavailable
from doublebill.service.registry.click_through import KEPT_SECONDS, answers_key
from doublebill.stores.records import Records

DAY_SECONDS = 86_400

NEAR = 0.9
"""From this share of a quota on, every request is written at once."""

FEW = 10
"""While a caller has only so many requests left, every request is written at once too."""

UNHURRIED = 6
"""Counts that bound nothing wait so many times `flush_seconds`."""

WAITING_SHARE = 0.1
"""Most of the counts of an environment that may wait for longer."""

PATIENCE_SECONDS = 0.25
"""A request waits so long for its counts to be written; they are written all the same."""

MOST_NAMES = 10_000
"""Most names in memory; while a store is down for long, further names are not counted."""

ALL_ROUTES = "*"

type Place = tuple[str, str]
"""A record's key and a name under it."""


@functools.lru_cache(maxsize=64)
def usage_key(day: int) -> str:
    """Returns the key of the usage of a day; days are counted from 1970-01-01, in UTC."""
    return f"_usage#{day_text(day)}"


def day_text(day: int) -> str:
    """Returns the day as 2026-11-23."""
    return (datetime.date(1970, 1, 1) + datetime.timedelta(days=day)).isoformat()


class Meter:
    """The counts of one environment. `now_ms` gives milliseconds of Unix time."""

    def __init__(self, records: Records, now_ms: Callable[[], int], clock: Clock, flush_seconds: float = 10.0) -> None:
        self._records = records
        self._now_ms = now_ms
        self._clock = clock
        self._flush_ms = flush_seconds * 1000
        self._tried_ms = float("-inf")
        self._counts: dict[Place, dict[str, float]] = {}
        self._writing: dict[Place, dict[str, float]] = {}
        """Counts on their way to the records, in no total yet."""
        self._totals: dict[Place, int] = {}
        self._admitted: dict[int, Place] = {}
        """Thread → the caller's place, for requests that were admitted and are not counted yet."""
        self._failing = False
        self._counted = 0
        """Requests since the environment began."""
        self._waiting = 0
        """Those of them since the counts were last on their way."""
        self._bounded = False
        """Whether some of those are of a caller with a quota."""
        self._flushing: BackgroundCall[None] | None = None
        self._lock = threading.Lock()
        self._one_flush = threading.Lock()

    def check(self, caller: Caller) -> None:
        """Checks that the caller may make another request today.

        Raises:
            QuotaExceeded: with the seconds until it may again.
        """
        if caller.requests_per_day is None:
            return
        place, thread = self._place(caller), threading.get_ident()
        with self._lock:
            self._admitted.pop(thread, None)
            used = self._used(caller) + list(self._admitted.values()).count(place)
            if used < caller.requests_per_day:
                self._admitted[thread] = place
        if used >= caller.requests_per_day:
            raise QuotaExceeded(DAY_SECONDS - self._now_ms() // 1000 % DAY_SECONDS)

    def count(self, caller: Caller, route: str, failed: bool, milliseconds: float) -> None:
        """Counts one request, and writes the counts where it is time to."""
        key = usage_key(self._day())
        with self._lock:
            self._admitted.pop(threading.get_ident(), None)
            self._counted, self._waiting = self._counted + 1, self._waiting + 1
            self._bounded |= caller.requests_per_day is not None
            self._add((key, f"{caller.name} {ALL_ROUTES}"), {"requests": 1})
            self._add((key, f"{caller.name} {route}"), _counters(failed, milliseconds))
            flushing = self._begin_flush() if self._due(caller) else None
        if flushing and flushing.wait(PATIENCE_SECONDS):
            flushing.result()  # raises a defect

    def count_response(self, catalog: str, version: str) -> None:
        """Counts one response that a version gave."""
        with self._lock:
            self._add((answers_key(catalog), version), {"answers": 1})

    def flush(self) -> None:
        """Writes the counts; those that the store does not take are kept for the next time."""
        with self._one_flush:
            with self._lock:
                self._writing, self._counts = self._counts, {}
                self._waiting, self._bounded = 0, False
                self._failing = False
            try:
                for place, numbers in list(self._writing.items()):
                    self._write(place, numbers)
            except StoreUnavailable:
                self._failing = True
            finally:
                with self._lock:
                    unwritten, self._writing = self._writing, {}
                    for place, numbers in unwritten.items():
                        self._add(place, numbers)

    def _begin_flush(self) -> BackgroundCall[None]:
        self._tried_ms = self._now_ms()
        self._flushing = BackgroundCall(self.flush, self._clock)
        return self._flushing

    def _write(self, place: Place, numbers: Mapping[str, float]) -> None:
        key, name = place
        counts = {counter: round(number) for counter, number in numbers.items()}
        totals = self._records.add(key, name, counts, self._now_ms() // 1000 + KEPT_SECONDS)
        with self._lock:
            del self._writing[place]
            if name.endswith(f" {ALL_ROUTES}"):
                self._totals = {at: total for at, total in self._totals.items() if at[0] >= key}  # forgets past days
                self._totals[place] = totals["requests"]

    def _add(self, place: Place, numbers: Mapping[str, float]) -> None:
        if place in self._counts or len(self._counts) < MOST_NAMES:
            counts = self._counts.setdefault(place, {})
            for counter, number in numbers.items():
                counts[counter] = counts.get(counter, 0) + number

    def _due(self, caller: Caller) -> bool:
        """Checks whether to write now: it is time, a quota is near, or today's total was never read."""
        if self._flushing is not None and not self._flushing.ended:
            return False
        hurried = self._bounded or self._waiting > WAITING_SHARE * self._counted
        late = abs(self._now_ms() - self._tried_ms) >= self._flush_ms * (1 if hurried else UNHURRIED)
        quota = caller.requests_per_day
        if late or quota is None or self._failing:
            return late
        used = self._used(caller)
        near = NEAR * quota <= used <= quota or 0 <= quota - used <= FEW
        return self._place(caller) not in self._totals or near

    def _used(self, caller: Caller) -> int:
        """Returns the requests of today that this environment has counted or read."""
        place = self._place(caller)
        here = sum(counts.get(place, {}).get("requests", 0) for counts in (self._counts, self._writing))
        return self._totals.get(place, 0) + round(here)

    def _place(self, caller: Caller) -> Place:
        return usage_key(self._day()), f"{caller.name} {ALL_ROUTES}"

    def _day(self) -> int:
        return self._now_ms() // 1000 // DAY_SECONDS


def _counters(failed: bool, milliseconds: float) -> dict[str, float]:
    return {"requests": 1, "failed": int(failed), "milliseconds": milliseconds}
