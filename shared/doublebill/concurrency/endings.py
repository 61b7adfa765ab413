"""Endings: signals that end a process as an exit does, so that it gives back what it has, such as a lease."""

import signal
import sys
from types import FrameType


def end_in_order(*numbers: signal.Signals) -> None:
    """Makes these signals end this process by `SystemExit`, with the exit code that shells give them."""
    for number in numbers:
        signal.signal(number, _end)


def _end(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
