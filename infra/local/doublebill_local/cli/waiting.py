"""Waiting: how long commands wait for stores, and how they follow a job on a stack."""

import time
from collections.abc import Callable

from doublebill.concurrency.deadline import Deadline
from doublebill.edge.clock import SYSTEM
from doublebill_local.display.console import Tell

POLL_SECONDS = 2.0

PATIENCE_SECONDS = 60.0
"""Seconds that a command waits for the stores; a person can interrupt it."""


def patience() -> Deadline:
    """Returns the deadline of a command that begins now."""
    return Deadline(SYSTEM, SYSTEM() + PATIENCE_SECONDS)


def poll[Record](read: Callable[[], Record], state: Callable[[Record], str], tell: Tell) -> Record:
    """Reads the record of a job until it is neither queued, running nor training, telling each state."""
    while state(record := read()) in ("queued", "running", "training"):
        tell(state(record))
        time.sleep(POLL_SECONDS)
    return record
