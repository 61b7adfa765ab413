"""The schedule: fires the template's timed events while the embedded run is up, as EventBridge Scheduler does.

Training, which also compacts the log, and counting what is trending are due by the clock on the wall: what came due
while the service was down is fired once, soon after it is up again.
"""

import datetime
import json
import os
import re
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from doublebill.concurrency.clock import SYSTEM, Clock
from doublebill.edge.clock import now_ms
from doublebill.errors import SettingsIncomplete

UNIT_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}

OVERDUE_SECONDS = 60
"""Wait before what is overdue is fired; a service that has just started answers first."""


def interval_seconds(expression: str) -> int:
    """Returns the seconds between two firings of an expression `rate(n minutes|hours|days)`.

    Raises:
        SettingsIncomplete: for any other expression; cron is left to the cloud.
    """
    found = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression)
    if not found or not int(found[1]):
        raise SettingsIncomplete(
            f"schedule: {expression!r} is not valid; use rate(n minutes), rate(n hours) or rate(n days)"
        )
    return int(found[1]) * UNIT_SECONDS[found[2]]


SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"
"""Stands in the input of a schedule for the time of the firing."""


class FiringTimes:
    """Keeps, in a file of the state folder, the Unix time in milliseconds of the last firing by function.

    Before the first firing, of the first start.
    """

    def __init__(self, file: Path, now_ms: Callable[[], int] = now_ms) -> None:
        self._file = file
        self._now_ms = now_ms
        self._lock = threading.Lock()

    def seconds_since(self, function: str) -> float:
        """Returns the seconds since the function was fired; 0 where it never was, which begins its first interval."""
        last_ms = self._read().get(function)
        if last_ms is None:
            self.note(function)
            return 0.0
        return max(0.0, (self._now_ms() - last_ms) / 1000)

    def note(self, function: str) -> None:
        """Notes that the function is fired now."""
        with self._lock:
            times = {**self._read(), function: self._now_ms()}
            new = self._file.with_name(f"{self._file.name}.{os.getpid()}")
            new.write_text(json.dumps(times))
            new.replace(self._file)

    def _read(self) -> dict[str, int]:
        """Returns the times; none where the file is missing or damaged, which only begins the intervals anew."""
        try:
            times = json.loads(self._file.read_text())
        except (OSError, ValueError):
            return {}
        if not isinstance(times, dict):
            return {}
        return {function: at_ms for function, at_ms in times.items() if isinstance(at_ms, int)}


class Schedule:
    """Calls `fire(function, event)` for every scheduled function, each time its interval has passed."""

    def __init__(
        self,
        schedules: dict[str, dict[str, str]],
        fire: Callable[[str, dict[str, Any]], object],
        clock: Clock = SYSTEM,
        times: FiringTimes | None = None,
    ) -> None:
        self._stopping = threading.Event()
        self._fire = fire
        self._clock = clock
        self._times = times
        self._runs = [
            partial(self._run, function, interval_seconds(schedule["expression"]), schedule["input"])
            for function, schedule in schedules.items()
        ]

    def start(self) -> None:
        """Begins to wait for the first interval."""
        for run in self._runs:
            self._clock.start(run)

    def stop(self) -> None:
        """Stops firing."""
        self._stopping.set()

    def _run(self, function: str, seconds: int, text: str) -> None:
        since = self._times.seconds_since(function) if self._times else 0.0
        wait_seconds = max(seconds - since, min(seconds, OVERDUE_SECONDS))
        while not self._clock.wait(self._stopping, wait_seconds):
            wait_seconds = seconds
            try:
                if self._times:
                    self._times.note(function)
                fired = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
                self._fire(function, json.loads(text.replace(SCHEDULED_TIME, fired)))
            except Exception as failed:  # noqa: BLE001  # a failure does not end the schedule
                print(f"schedule: {function} failed: {failed!r}", file=sys.stderr, flush=True)
