"""Refreshed values: read again after their time, in the background, while the last good one goes on."""

import threading
from collections.abc import Callable

import pytest

from clocks import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.concurrency.refreshed import LOST_SECONDS, PATIENCE_SECONDS, Fact, Reading, Refreshed

SECONDS = 5.0


class Source:
    """A number that is read; every reading waits at the gate, and is counted."""

    def __init__(self, clock: Clock) -> None:
        self.number = 1
        self.readings = 0
        self.looked_for = 0
        self.gate = threading.Event()
        self.gate.set()
        self.error: Exception | None = None
        self._clock = clock

    def read(self, last: Fact[int | None], reading: Reading[Fact[int | None]]) -> None:
        self.readings += 1
        self._clock.wait(self.gate)
        if self.error:
            raise self.error
        reading.publish(Fact(self.number))

    def stand_in(self) -> Fact[int | None] | None:
        self.looked_for += 1
        return Fact(-1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def source(clock: Clock) -> Source:
    return Source(clock)


def refreshed(
    source: Source, clock: Clock, stand_in: Callable[[], Fact[int | None] | None] = lambda: None
) -> Refreshed[Fact[int | None]]:
    return Refreshed(Fact(None), source.read, clock, SECONDS, stand_in=stand_in, first_wait=lambda left: left / 2)


def number(value: Refreshed[Fact[int | None]], clock: Clock, seconds: float = 2.0) -> int | None:
    """The number that a caller with so many seconds gets."""
    value.refresh(Deadline(clock, clock() + seconds))
    return value.value.value


def test_a_value_is_read_again_after_its_time_only(clock, source):
    value = refreshed(source, clock)
    assert number(value, clock) == 1
    source.number = 2
    clock.seconds = SECONDS - 0.1
    assert (number(value, clock), source.readings) == (1, 1)
    clock.seconds = SECONDS
    assert (number(value, clock), source.readings) == (2, 2)


def test_a_slow_reading_is_waited_for_briefly_and_by_one_caller(clock, source):
    value = refreshed(source, clock)
    number(value, clock)
    source.number = 2
    source.gate.clear()
    clock.seconds = SECONDS
    assert (number(value, clock), clock()) == (1, SECONDS + PATIENCE_SECONDS)
    assert (number(value, clock), clock()) == (1, SECONDS + PATIENCE_SECONDS)
    source.gate.set()
    clock.settle()
    assert (number(value, clock), source.readings) == (2, 2)


def test_a_caller_without_a_value_takes_the_stand_in(clock, source):
    value = refreshed(source, clock, source.stand_in)
    source.gate.clear()
    assert (number(value, clock), clock()) == (-1, 1.0)
    source.gate.set()
    clock.settle()
    assert (number(value, clock), source.looked_for) == (1, 1)


def test_a_caller_without_a_value_or_stand_in_waits_to_its_deadline(clock, source):
    value = refreshed(source, clock)
    source.gate.clear()
    assert (number(value, clock), clock()) == (None, 2.0)
    assert (number(value, clock), source.readings) == (None, 1), "one reading at a time"


def test_an_error_is_raised_where_there_is_no_value_and_kept_beside_one(clock, source):
    value = refreshed(source, clock)
    source.error = ZeroDivisionError()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            number(value, clock)
    source.error = None
    assert (number(value, clock), value.value.reason) == (1, None)
    source.error = ZeroDivisionError()
    clock.seconds = SECONDS
    assert (number(value, clock), value.value.reason) == (1, "refreshing failed: ZeroDivisionError")
    source.error = None
    clock.seconds = 2 * SECONDS
    assert (number(value, clock), value.value.reason) == (1, None)


def test_a_reading_that_hangs_is_given_up_and_its_late_result_ignored(clock, source):
    value, first_gate = refreshed(source, clock), source.gate
    number(value, clock)
    first_gate.clear()
    clock.seconds = SECONDS
    assert number(value, clock) == 1
    source.gate, source.number = threading.Event(), 2
    source.gate.set()
    clock.seconds = SECONDS + LOST_SECONDS
    assert (number(value, clock), source.readings) == (2, 3)
    source.number = 3
    first_gate.set()
    clock.settle()
    assert number(value, clock) == 2


def test_a_value_that_is_not_usable_may_still_wait_for_its_time(clock):
    readings: list[float] = []

    def read(last: Fact[int | None], reading: Reading[Fact[int | None]]) -> None:
        readings.append(clock())
        reading.publish(Fact(None), checked=True)

    value: Refreshed[Fact[int | None]] = Refreshed(Fact(None), read, clock, SECONDS)
    assert [number(value, clock), number(value, clock)] == [None, None]
    clock.seconds = SECONDS
    number(value, clock)
    assert readings == [0.0, SECONDS]


def test_a_reading_whose_thread_cannot_start_fails_at_once_and_is_tried_again(clock, source, monkeypatch):
    value = refreshed(source, clock)
    no_thread = RuntimeError("can't start new thread")

    def refuse(call: Callable[[], None]) -> None:
        raise no_thread

    with monkeypatch.context() as patched:
        patched.setattr(clock, "start", refuse)
        with pytest.raises(RuntimeError, match="can't start new thread"):
            number(value, clock)
    assert (number(value, clock), clock()) == (1, 0.0)
    clock.seconds = SECONDS
    with monkeypatch.context() as patched:
        patched.setattr(clock, "start", refuse)
        assert number(value, clock) == 1
    assert value.value.reason == "refreshing failed: RuntimeError"
