"""The clocks that handlers hand to the service."""

import time

from doublebill.concurrency import clock
from doublebill.concurrency.clock import Clock

SYSTEM: Clock = clock.SYSTEM
"""The clock by which this environment waits."""


def now_ms() -> int:
    """Returns Unix time in milliseconds."""
    return time.time_ns() // 1_000_000
