"""Reading many objects: in order, side by side, never far ahead."""

import threading

import pytest

from doublebill.errors import ObjectMissing, StoreUnavailable
from doublebill.stores.read_many import AHEAD, AT_ONCE, HANDFUL, in_order
from fakes import FailingObjects, MemoryObjects, StoppingObjects
from processes import PATIENCE_SECONDS


def filled(count: int) -> MemoryObjects:
    objects = MemoryObjects()
    for number in range(count):
        objects.put(f"n/{number:05d}", b"%d" % number)
    return objects


@pytest.mark.parametrize("count", [0, 1, HANDFUL, HANDFUL + 1, AHEAD, AHEAD + 1, 100])
def test_every_object_comes_in_the_order_of_its_key(count):
    objects = filled(count)
    assert list(in_order(objects, objects.keys("n/"))) == [b"%d" % number for number in range(count)]


def test_as_many_as_may_be_are_asked_for_at_once():
    meeting = threading.Barrier(AT_ONCE)

    class Meeting(MemoryObjects):
        def get(self, key):
            meeting.wait(timeout=PATIENCE_SECONDS)  # nobody is answered before so many have asked
            return super().get(key)

    objects = Meeting(filled(4 * AT_ONCE).held)
    assert len(list(in_order(objects, sorted(objects.held)))) == 4 * AT_ONCE


def test_few_are_asked_for_before_their_turn():
    objects = filled(200)
    counting = StoppingObjects(objects)
    for number, _ in enumerate(in_order(counting, sorted(objects.held)), 1):
        assert len(counting.calls) <= number + AHEAD + 1


def test_who_stops_reading_asks_for_no_more():
    objects, before = filled(200), {*threading.enumerate()}
    counting = StoppingObjects(objects)
    read = in_order(counting, sorted(objects.held))
    next(read)
    read.close()
    assert len(counting.calls) <= AHEAD + 1
    assert {*threading.enumerate()} <= before


@pytest.mark.parametrize("count", [HANDFUL, 50])
def test_what_is_missing_is_missed_at_its_place(count):
    objects = filled(count)
    keys = sorted(objects.held)
    objects.delete(keys[2])
    read = in_order(objects, keys)
    assert [next(read), next(read)] == [b"0", b"1"]
    with pytest.raises(ObjectMissing, match=keys[2]):
        next(read)


@pytest.mark.parametrize("count", [HANDFUL, 50])
def test_a_store_that_fails_is_not_read_as_an_empty_one(count):
    objects = FailingObjects(filled(count))
    objects.error = StoreUnavailable("S3: SlowDown")
    with pytest.raises(StoreUnavailable):
        list(in_order(objects, [f"n/{number:05d}" for number in range(count)]))
