"""Compare-and-swap: no change is lost or made twice, and nothing is written where nothing changes."""

import pytest

from doublebill.errors import Conflict, StoreUnavailable
from doublebill.stores.compare_and_swap import TRIES, swap
from fakes import AnswerLosingObjects, MemoryObjects, StoppingObjects, interleavings


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


@pytest.mark.parametrize("there", [True, False], ids=["replaced", "created"])
@pytest.mark.parametrize("repeated", [True, False], ids=["refused when repeated", "never confirmed"])
def test_a_write_whose_answer_is_lost_is_made_once(there, repeated):
    objects = MemoryObjects()
    if there:
        objects.put("letters", b"a")
    before = b"a" if there else b""
    assert add("b")(AnswerLosingObjects(objects, repeated)) is True
    assert objects.get("letters").data == before + b"b"


def test_a_write_that_was_not_done_is_an_error():
    class Refusing(MemoryObjects):
        def create(self, key, data):
            raise StoreUnavailable("S3: SlowDown")

    with pytest.raises(StoreUnavailable, match=r"^S3: SlowDown$"):
        add("a")(Refusing())


@pytest.mark.parametrize("repeated", [False, True])
def test_a_write_that_may_have_been_done_says_so(repeated):
    losing = AnswerLosingObjects(MemoryObjects(), repeated, then_silent=True)
    with pytest.raises(StoreUnavailable, match=r"letters may have been changed: look at it before trying again$"):
        add("a")(losing)


def test_what_others_change_time_and_again_is_given_up():
    objects = MemoryObjects()
    asked = []

    def changed(data: bytes | None) -> bytes:
        asked.append(data)
        objects.put("letters", b"another %d" % len(asked))
        return b"mine"

    with pytest.raises(Conflict, match=f"letters: changed by other requests {TRIES} times"):
        swap(objects, "letters", changed)
    assert asked == [None, *[b"another %d" % number for number in range(1, TRIES)]]
