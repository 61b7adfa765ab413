"""Clocks: monotonic seconds, waits that end by them, and the threads that are waited for.

One object has all three, so that a test can let time pass exactly when every thread waits, and never by itself.
"""

import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Protocol

IDLE_WORKERS = 8
"""Threads that wait for the next call instead of ending, since starting one costs more than many calls."""


class Clock(Protocol):
    """Seconds, waits by them, and calls beside the caller's."""

    def __call__(self) -> float:
        """Returns monotonic seconds."""
        ...

    def wait(self, event: threading.Event, seconds: float | None = None) -> bool:
        """Waits for the event, at most so many seconds, and returns whether it is set."""
        ...

    def start(self, call: Callable[[], None]) -> None:
        """Runs `call`, which must not raise, in a thread of its own."""
        ...


class SystemClock:
    """The clock of the machine, and its threads; they end with the process at the latest."""

    def __init__(self) -> None:
        self.idle: list[SimpleQueue[Callable[[], None]]] = []
        """One entry for each thread that waits for a call."""
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return time.monotonic()

    def wait(self, event: threading.Event, seconds: float | None = None) -> bool:
        return event.wait(seconds)

    def start(self, call: Callable[[], None]) -> None:
        try:
            self.idle.pop().put(call)
        except IndexError:
            calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
            calls.put(call)
            threading.Thread(target=self._work, args=(calls,), daemon=True).start()

    def _work(self, calls: SimpleQueue[Callable[[], None]]) -> None:
        while True:
            calls.get()()
            with self._lock:
                if len(self.idle) >= IDLE_WORKERS:
                    return
                self.idle.append(calls)


SYSTEM = SystemClock()
"""The clock of this process."""
