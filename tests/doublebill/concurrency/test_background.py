import threading
import time

import pytest

from doublebill.concurrency import background
from doublebill.concurrency.background import Flight, side_by_side
from processes import PATIENCE_SECONDS, in_time


def test_a_flight_gives_what_its_call_gives():
    assert Flight(lambda: 1 + 1).result() == 2


def test_a_flight_raises_what_its_call_raises():
    with pytest.raises(ZeroDivisionError):
        Flight(lambda: 1 // 0).result()


def test_one_waits_as_long_as_one_likes():
    gate = threading.Event()
    flight = Flight(gate.wait)
    assert not flight.wait(0.01)
    gate.set()
    assert flight.wait(PATIENCE_SECONDS)


def test_many_flights_in_a_row_share_a_few_threads():
    for _ in range(50):
        assert Flight(threading.get_ident).wait(PATIENCE_SECONDS)
    assert len(background._idle) <= background.IDLE_WORKERS + 1


def test_flights_that_hang_keep_no_other_from_flying():
    gate = threading.Event()
    hanging = [Flight(lambda: gate.wait(PATIENCE_SECONDS)) for _ in range(2 * background.IDLE_WORKERS)]
    assert Flight(lambda: "here").result() == "here"
    gate.set()
    assert all(flight.wait(PATIENCE_SECONDS) for flight in hanging)


def test_side_by_side_gives_results_in_order_and_no_more_at_once_than_told():
    lock, under_way, most = threading.Lock(), 0, 0

    def call(number):
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.002)
        with lock:
            under_way -= 1
        return number

    assert side_by_side([lambda number=number: call(number) for number in range(30)], 4) == list(range(30))
    assert 1 < most <= 4


def test_side_by_side_they_really_are():
    gate = threading.Barrier(4, timeout=PATIENCE_SECONDS)
    in_time(lambda: side_by_side([gate.wait] * 4, 4))


@pytest.mark.parametrize("failing", [0, 3, 9])
def test_what_fails_side_by_side_is_raised_and_no_more_is_begun(failing):
    begun = []

    def call(number):
        begun.append(number)
        if number == failing:
            raise KeyError(number)
        time.sleep(0.01)

    with pytest.raises(KeyError):
        side_by_side([lambda number=number: call(number) for number in range(100)], 2)
    assert len(begun) < failing + 10


def test_nothing_side_by_side_is_nothing():
    assert side_by_side([], 4) == []
