"""A limit of time for work that computes, in functions whose time-out is that of their jobs."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

API_SECONDS = 29.0
"""Time for one request; API Gateway gives up after 30 seconds."""


class TimeSpent(Exception):
    """The work took longer than anybody waits for it, which its steps should have prevented."""


@contextlib.contextmanager
def time_limit(seconds: float = API_SECONDS) -> Iterator[None]:
    """Ends the work inside by `TimeSpent` once so many seconds have passed; only the main thread can be ended so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.signal(signal.SIGALRM, _end)
    timer = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, handler)


def _end(_number: int, _frame: FrameType | None) -> None:
    raise TimeSpent
