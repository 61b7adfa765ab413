import threading

import pytest

from clocks import Clock
from doublebill.concurrency.clock import SystemClock
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import StoreUnavailable


def test_what_remains_shrinks_to_nothing_and_no_further():
    clock = Clock()
    deadline = Deadline(clock, 2.0)
    found = []
    for clock.seconds in (0.0, 1.5, 2.0, 9.0):
        found.append(deadline.remaining)
    assert found == [2.0, 0.5, 0.0, 0.0]


def test_a_call_within_its_time_gives_what_it_gives_and_raises_what_it_raises():
    deadline = Deadline(Clock(), 60.0)
    assert deadline.bounded("the histories", lambda: "rows") == "rows"
    with pytest.raises(ZeroDivisionError):
        deadline.bounded("the histories", lambda: 1 // 0)


@pytest.mark.parametrize("clock", [Clock(), SystemClock()])
def test_a_call_that_hangs_is_left_to_itself(clock):
    hung, ended = threading.Event(), []

    def hang():
        clock.wait(hung)
        ended.append("late")

    deadline = Deadline(clock, clock() + 0.05)
    with pytest.raises(StoreUnavailable, match=r"^the histories did not answer in time$"):
        deadline.bounded("the histories", hang)
    assert (deadline.remaining, ended) == (0, [])
    hung.set()


def test_when_time_is_up_nothing_is_begun():
    begun = []
    with pytest.raises(StoreUnavailable, match="the histories did not answer in time"):
        Deadline(Clock(), 0.0).bounded("the histories", lambda: begun.append(1))
    assert not begun
