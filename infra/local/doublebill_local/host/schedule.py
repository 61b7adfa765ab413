"""The schedule: fires the template's timed events while the embedded run is up, as EventBridge Scheduler does."""

import json
import re
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from doublebill.concurrency.clock import SYSTEM, Clock
from doublebill.errors import SettingsIncomplete

UNIT_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}


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


class Schedule:
    """Calls `fire(function, event)` for every scheduled function, each time its interval has passed."""

    def __init__(
        self,
        schedules: dict[str, dict[str, str]],
        fire: Callable[[str, dict[str, Any]], object],
        clock: Clock = SYSTEM,
    ) -> None:
        self._stopping = threading.Event()
        self._fire = fire
        self._clock = clock
        self._runs = [
            partial(self._run, function, interval_seconds(schedule["expression"]), json.loads(schedule["input"]))
            for function, schedule in schedules.items()
        ]

    def start(self) -> None:
        """Begins to wait for the first interval."""
        for run in self._runs:
            self._clock.start(run)

    def stop(self) -> None:
        """Stops firing."""
        self._stopping.set()

    def _run(self, function: str, seconds: int, event: dict[str, Any]) -> None:
        while not self._clock.wait(self._stopping, seconds):
            try:
                self._fire(function, event)
            except Exception as failed:  # noqa: BLE001  # a failure does not end the schedule
                print(f"schedule: {function} failed: {failed!r}", file=sys.stderr, flush=True)
