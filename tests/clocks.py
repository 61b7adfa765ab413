"""A clock for tests: no second passes on it but those that a test lets pass, or that everybody waits for."""

import contextlib
import itertools
import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from processes import PATIENCE_SECONDS

NOON_MS = 1_767_268_800_000
"""Noon of a day, in milliseconds of Unix time."""

LOOK_SECONDS = 0.001
"""How often a thread that waits looks whether all others wait too."""


@dataclass(frozen=True, eq=False)
class Wait:
    """A thread that waits for `event`, until `end` at the latest."""

    event: threading.Event
    end: float

    def over(self, now: float) -> bool:
        """Returns whether the thread may go on."""
        return self.event.is_set() or now >= self.end


class Clock:
    """Keeps its own seconds. They pass when a test moves them, and when nothing that was started here is at work.

    Then, and only then, the clock jumps to the end of the wait that ends first. So a call that is slow, since the
    machine is busy, is waited for however long it takes; and a call that hangs, by `wait` without an end, costs exactly
    the seconds that the code under test has for it, and no real time.
    """

    def __init__(self, seconds: float = 0.0) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._at_work = 0
        self._waits: list[Wait] = []
        self._thread = threading.local()
        self._times_asked = itertools.count()

    def __call__(self) -> float:
        return self._seconds

    def now_ms(self) -> int:
        """Milliseconds of Unix time: noon when the clock is at zero, and one later each time it is asked."""
        return NOON_MS + round(self._seconds * 1000) + next(self._times_asked)

    @property
    def seconds(self) -> float:
        """What the clock says."""
        return self._seconds

    @seconds.setter
    def seconds(self, seconds: float) -> None:
        with self._lock:
            self._seconds = seconds

    def wait(self, event: threading.Event, seconds: float | None = None) -> bool:
        """Waits for the event, at most so many seconds of this clock, and returns whether it is set."""
        counted = getattr(self._thread, "counted", 0)
        with self._lock:
            wait = Wait(event, math.inf if seconds is None else self._seconds + seconds)
            self._at_work -= counted
            self._waits.append(wait)
        try:
            self._until(lambda: wait.over(self._seconds), event)
        finally:
            with self._lock:
                self._waits.remove(wait)
                self._at_work += counted
        return event.is_set()

    def start(self, call: Callable[[], None]) -> None:
        """Runs `call` in a thread of its own, which is at work until it ends or waits."""

        def run() -> None:
            self._thread.counted = 1
            try:
                call()
            finally:
                with self._lock:
                    self._at_work -= 1

        with self._lock:
            self._at_work += 1
        threading.Thread(target=run, daemon=True).start()

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """Counts this thread as at work, unless it waits, for a while."""
        with self._lock:
            self._at_work += 1
        self._thread.counted = 1
        try:
            yield
        finally:
            self._thread.counted = 0
            with self._lock:
                self._at_work -= 1

    def settle(self) -> None:
        """Returns when everything that was started here has ended, or hangs; lets time pass for it."""
        self._until(self._settled, threading.Event())

    def _settled(self) -> bool:
        with self._lock:
            return not self._at_work and all(wait.end == math.inf and not wait.event.is_set() for wait in self._waits)

    def _until(self, over: Callable[[], bool], event: threading.Event) -> None:
        hangs = time.monotonic() + PATIENCE_SECONDS
        while not over():
            self._jump()
            event.wait(LOOK_SECONDS)
            assert time.monotonic() < hangs, "it hangs: nothing that could end this wait happens"

    def _jump(self) -> None:
        """Moves on to the end of the first wait where nobody can go on before."""
        with self._lock:
            if not self._at_work and not any(wait.over(self._seconds) for wait in self._waits):
                ends = [wait.end for wait in self._waits if wait.end < math.inf]
                self._seconds = min(ends, default=self._seconds)
