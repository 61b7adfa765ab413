"""The declared callers as an environment knows them."""

import json
import threading

import pytest

from clocks import Clock
from doublebill.access.callers import Callers, Identity
from doublebill.concurrency.deadline import Deadline
from doublebill.concurrency.refreshed import PATIENCE_SECONDS
from doublebill.errors import InvalidInput, StoreUnavailable
from doublebill.service.access import caller_registry
from doublebill.service.access.caller_registry import COPY, KEY, CurrentCallers
from doublebill.stores.records import MAX_RECORD_BYTES
from fake_records import MemoryRecords
from fakes import FailingObjects, MemoryObjects

ROLE = "arn:aws:iam::123456789012:role/shop"
REFRESH = 5.0


def data(name: str) -> bytes:
    grants = [{"catalogs": "*", "rights": ["read"]}]
    return json.dumps({"callers": [{"name": name, "principal": ROLE, "grants": grants}]}).encode()


class World:
    """A store that fails when told to, and a clock."""

    def __init__(self) -> None:
        self.inner = MemoryObjects()
        self.objects = FailingObjects(self.inner)
        self.clock = Clock()
        self.records = MemoryRecords()
        self.known = CurrentCallers(self.objects, self.records, self.clock, REFRESH)

    def who(self) -> str:
        return self.known.now(in_time(self.clock)).of(Identity(ROLE)).name


def in_time(clock: Clock) -> Deadline:
    return Deadline(clock, clock() + 3.0)


@pytest.fixture
def world():
    return World()


class Hanging:
    """Objects that answer when they are let go."""

    def __init__(self, inner, clock) -> None:
        self._inner = inner
        self._clock = clock
        self.go = threading.Event()
        self.asked = 0

    def get_if_changed(self, key, etag):
        self.asked += 1
        self._clock.wait(self.go)
        return self._inner.get_if_changed(key, etag)


def test_a_change_is_known_after_the_refresh_interval(world):
    assert world.who() == "owner"
    world.inner.put(KEY, data("shop"))
    world.clock.seconds = REFRESH - 0.1
    assert world.who() == "owner"
    world.clock.seconds = REFRESH
    assert world.who() == "shop"
    world.inner.put(KEY, data("kiosk"))
    world.clock.seconds = 2 * REFRESH
    assert world.who() == "kiosk"


def test_callers_that_are_gone_make_nobody_owner_until_they_are_declared_anew(world):
    caller_registry.replace(world.inner, world.records, data("shop"))
    assert world.who() == "shop"
    world.inner.delete(KEY)
    world.clock.seconds = REFRESH
    caller_registry.copy(world.inner, world.records)  # as a promotion does
    started_later = CurrentCallers(world.objects, world.records, world.clock, REFRESH)
    for known in (world.known, started_later):
        with pytest.raises(StoreUnavailable, match=r"callers\.json is gone although callers were declared"):
            known.now(in_time(world.clock))
    caller_registry.replace(world.inner, world.records, data("kiosk"))
    world.clock.seconds = 2 * REFRESH
    assert world.who() == "kiosk"


def test_callers_without_a_copy_are_known_to_be_gone_by_who_read_them(world):
    world.inner.put(KEY, data("shop"))
    world.who()
    world.inner.delete(KEY)
    world.clock.seconds = REFRESH
    with pytest.raises(StoreUnavailable, match="gone"):
        world.who()


def test_without_object_and_records_nobody_is_taken_for_an_owner(world):
    world.records.error = StoreUnavailable("DynamoDB: ThrottlingException")
    with pytest.raises(StoreUnavailable, match="the callers are not known: DynamoDB"):
        world.who()
    world.records.error = None
    assert world.who() == "owner"
    world.records.error = StoreUnavailable("DynamoDB: ThrottlingException")
    world.clock.seconds = REFRESH
    assert world.who() == "owner", "those known last go on"


def test_the_store_is_asked_once_an_interval(world):
    for tenth in range(101):
        world.clock.seconds = tenth / 10
        world.who()
    assert len(world.objects.calls) == 3


def test_while_the_store_is_down_those_known_last_go_on(world):
    world.inner.put(KEY, data("shop"))
    assert world.who() == "shop"
    world.objects.error = StoreUnavailable("S3: SlowDown")
    world.inner.put(KEY, data("kiosk"))
    world.clock.seconds = 1000
    assert world.who() == "shop"
    assert world.known.reason == "S3: SlowDown"
    world.objects.error = None
    world.clock.seconds = 1000 + REFRESH
    assert (world.who(), world.known.reason) == ("kiosk", None)


def test_what_is_stored_and_not_valid_changes_nothing(world):
    world.inner.put(KEY, data("shop"))
    world.who()
    world.inner.put(KEY, b'{"callers": 1}')
    world.clock.seconds = REFRESH
    assert world.who() == "shop"
    assert "not valid: callers: 1 is not valid" in (world.known.reason or "")


@pytest.mark.parametrize("broken", [None, b"not JSON"])
def test_who_never_knew_the_callers_assumes_nothing_and_asks_again(world, broken):
    if broken is None:
        world.objects.error = StoreUnavailable("S3: InternalError")
    else:
        world.inner.put(KEY, broken)
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="the callers are not known"):
            world.who()
    world.objects.error = None
    world.inner.put(KEY, data("shop"))
    assert world.who() == "shop"


def test_a_defect_is_not_taken_for_a_store_that_is_down(world):
    world.objects.error = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        world.who()


def test_a_store_that_hangs_holds_no_request_past_its_deadline():
    clock = Clock()
    hanging = Hanging(MemoryObjects(), clock)
    known = CurrentCallers(hanging, MemoryRecords(), clock, REFRESH)
    for number in range(2):
        with pytest.raises(StoreUnavailable, match="did not come in time"):
            known.now(Deadline(clock, number + 1.0))
        assert clock() == number + 1.0
    assert hanging.asked == 1, "one look at a time"
    hanging.go.set()
    assert known.now(in_time(clock)).entries is None


def test_what_a_slow_store_tells_is_taken_when_it_comes():
    objects, clock = MemoryObjects(), Clock()
    hanging = Hanging(objects, clock)
    hanging.go.set()
    known = CurrentCallers(hanging, MemoryRecords(), clock, REFRESH)
    known.now(in_time(clock))
    hanging.go.clear()
    objects.put(KEY, data("shop"))
    clock.seconds = REFRESH
    assert known.now(in_time(clock)).entries is None, "older knowledge does meanwhile"
    assert clock() == REFRESH + PATIENCE_SECONDS
    hanging.go.set()
    clock.settle()
    assert known.now(in_time(clock)).of(Identity(ROLE)).name == "shop"


# ---- the copy -------------------------------------------------------------------------------------------------------


def test_who_begins_while_the_objects_are_down_takes_the_copy(world):
    caller_registry.replace(world.inner, world.records, data("shop"))
    world.objects.error = StoreUnavailable("S3: SlowDown")
    assert (world.who(), world.known.reason) == ("shop", "S3: SlowDown")
    world.objects.error = None
    world.inner.put(KEY, data("kiosk"))
    assert world.who() == "shop", "it is looked at again after the interval"
    world.clock.seconds = REFRESH
    assert (world.who(), world.known.reason) == ("kiosk", None)


def test_the_copy_tells_also_that_nothing_is_declared(world):
    caller_registry.copy(world.inner, world.records)
    world.objects.error = StoreUnavailable("S3")
    assert world.who() == "owner"


def test_the_copy_is_not_asked_for_while_the_object_is_there(world):
    world.inner.put(KEY, data("shop"))
    world.who()
    assert world.records.calls == []


@pytest.mark.parametrize("copy", [b"", b"not valid", None])
def test_without_a_good_copy_nothing_is_assumed(world, copy):
    if copy is None:
        world.records.error = StoreUnavailable("DynamoDB")
    else:
        world.records.put(COPY, copy)
    world.objects.error = StoreUnavailable("S3")
    with pytest.raises(StoreUnavailable, match="S3"):
        world.who()


def test_callers_too_many_for_a_copy_leave_none_rather_than_an_old_one(world):
    caller_registry.replace(world.inner, world.records, data("shop"))
    world.inner.put(KEY, data("kiosk") + b" " * MAX_RECORD_BYTES)
    caller_registry.copy(world.inner, world.records)
    assert caller_registry.copied(world.records) is None


def test_a_hanging_store_is_waited_for_briefly_where_there_is_a_copy():
    objects, records, clock = MemoryObjects(), MemoryRecords(), Clock()
    caller_registry.replace(objects, records, data("shop"))
    hanging = Hanging(objects, clock)
    known = CurrentCallers(hanging, records, clock, REFRESH)
    assert known.now(in_time(clock)).of(Identity(ROLE)).name == "shop"
    assert clock() == caller_registry.FIRST_SECONDS
    hanging.go.set()


def test_callers_are_declared_and_shown():
    objects, records = MemoryObjects(), MemoryRecords()
    assert caller_registry.stored(objects) == Callers()
    caller_registry.replace(objects, records, data("shop"))
    caller_registry.replace(objects, records, data("kiosk"))
    assert [entry.name for entry in caller_registry.stored(objects).entries or ()] == ["kiosk"]
    assert caller_registry.copied(records) == caller_registry.stored(objects)


def test_what_is_not_valid_is_not_declared():
    objects, records = MemoryObjects(), MemoryRecords()
    caller_registry.replace(objects, records, data("shop"))
    with pytest.raises(InvalidInput):
        caller_registry.replace(objects, records, b"{}")
    assert objects.get(KEY).data == records.get(COPY) == data("shop")
