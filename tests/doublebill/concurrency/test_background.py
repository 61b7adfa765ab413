import threading

import pytest

from clocks import Clock
from doublebill.concurrency.background import BackgroundCall, side_by_side
from doublebill.concurrency.clock import IDLE_WORKERS, SystemClock
from processes import PATIENCE_SECONDS, in_time, until


@pytest.fixture
def clock():
    return SystemClock()


def test_a_call_gives_its_result(clock):
    assert BackgroundCall(lambda: 1 + 1, clock).result() == 2


def test_a_call_raises_its_error(clock):
    with pytest.raises(ZeroDivisionError):
        BackgroundCall(lambda: 1 // 0, clock).result()


def test_one_waits_as_long_as_one_likes(clock):
    gate = threading.Event()
    call = BackgroundCall(gate.wait, clock)
    assert not call.wait(0.01)
    assert not call.ended
    gate.set()
    assert call.wait(PATIENCE_SECONDS)
    assert call.ended


def until_idle(clock: SystemClock, threads: int) -> None:
    """Returns when so many threads wait for a call."""
    until(lambda: len(clock.idle) == threads, f"{threads} threads that wait")


def test_calls_one_after_the_other_share_a_thread(clock):
    threads = set()
    for _ in range(50):
        threads.add(BackgroundCall(threading.get_ident, clock).result())
        until_idle(clock, 1)
    assert len(threads) == 1


def test_calls_that_hang_keep_no_other_from_running(clock):
    gate = threading.Event()
    hanging = [BackgroundCall(lambda: gate.wait(PATIENCE_SECONDS), clock) for _ in range(2 * IDLE_WORKERS)]
    assert BackgroundCall(lambda: "here", clock).result() == "here"
    gate.set()
    assert all(call.wait(PATIENCE_SECONDS) for call in hanging)
    until_idle(clock, IDLE_WORKERS)


def test_side_by_side_gives_results_in_order_and_keeps_to_its_limit(clock):
    lock, under_way, most = threading.Lock(), 0, 0
    gate = threading.Barrier(4, timeout=PATIENCE_SECONDS)

    def call(number):
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        if number < 4:
            gate.wait()
        with lock:
            under_way -= 1
        return number

    calls = [lambda number=number: call(number) for number in range(30)]
    in_time(lambda: side_by_side(calls, 4, clock) == list(range(30)) or pytest.fail("out of order"))
    assert most == 4


@pytest.mark.parametrize("failing", [0, 3, 9])
def test_what_fails_side_by_side_is_raised_and_no_more_is_begun(failing):
    clock, begun = Clock(), []

    def call(number):
        begun.append(number)
        if number == failing:
            raise KeyError(number)
        if number > failing:
            clock.wait(threading.Event(), 1.0)  # until the failure is known

    with pytest.raises(KeyError), clock.at_work():
        side_by_side([lambda number=number: call(number) for number in range(100)], 2, clock)
    assert len(begun) <= failing + 2


def test_nothing_side_by_side_is_nothing(clock):
    assert side_by_side([], 4, clock) == []
