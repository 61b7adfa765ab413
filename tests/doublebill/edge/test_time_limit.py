"""Limits of time: work that never ends is ended, and what was set before is set again."""

import itertools
import signal

import pytest

from doublebill.edge.time_limit import TimeSpent, time_limit


def test_work_that_never_ends_is_ended() -> None:
    with pytest.raises(TimeSpent), time_limit(0.001):
        for _ in itertools.count():
            pass


def test_after_the_work_no_alarm_comes() -> None:
    before = signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)
    with time_limit(1000.0):
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    assert (signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)) == before
