"""Swapping: nobody's change is lost, and what changes nothing is not written."""

import pytest

from doublebill.errors import Conflict
from doublebill.stores.compare_and_swap import TRIES, swap
from fakes import MemoryObjects, StoppingObjects, interleavings


def add(name: str):
    """An actor that adds a letter to the object."""
    return lambda objects: swap(objects, "letters", lambda data: (data or b"") + name.encode())


def test_no_change_is_lost_in_whatever_order_the_calls_fall():
    def make():
        return MemoryObjects(), [add("a"), add("b")]

    orders = 0
    for order, objects, results in interleavings(make):
        orders += 1
        assert sorted(objects.get("letters").data.decode()) == ["a", "b"], order
        assert results == [True, True]
    assert orders > 2


@pytest.mark.parametrize("wanted", [None, b"same"])
def test_what_changes_nothing_is_not_written(wanted):
    objects = StoppingObjects(MemoryObjects())
    objects.put("letters", b"same")
    assert swap(objects, "letters", lambda _: wanted) is False
    assert objects.calls[1:] == [("get", "letters")]


def test_what_others_change_time_and_again_is_given_up():
    objects = MemoryObjects()
    asked = []

    def changed(data: bytes | None) -> bytes:
        asked.append(data)
        objects.put("letters", b"another %d" % len(asked))
        return b"mine"

    with pytest.raises(Conflict, match=f"letters was changed by others {TRIES} times"):
        swap(objects, "letters", changed)
    assert asked == [None, *[b"another %d" % number for number in range(1, TRIES)]]
