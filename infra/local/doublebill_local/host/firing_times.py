"""The times at which scheduled functions were fired last, kept in the state folder over restarts."""

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

from doublebill.edge.clock import now_ms


class FiringTimes:
    """Keeps, by function, the Unix time in milliseconds of its last firing; before the first, of its first start."""

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
