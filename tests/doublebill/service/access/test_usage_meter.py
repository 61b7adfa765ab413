"""The meter: what is counted, when it is written, and how a quota is kept."""

import random
import threading

import pytest

from clocks import Clock
from doublebill.access.callers import Caller
from doublebill.errors import QuotaExceeded, StoreUnavailable
from doublebill.service.access import usage_meter as module
from doublebill.service.access.usage_meter import Meter, usage_key
from doublebill.stores.records import open_records
from fake_records import MemoryRecords

NOON = 1_700_000_000 // 86_400 * 86_400 + 43_200
DAY = usage_key(NOON // 86_400)
SHOP, KIOSK = Caller("shop"), Caller("kiosk")
ROUTE = "GET /v1/catalogs"


class World:
    """Records, a clock that stands still, and meters of as many environments as are asked for."""

    def __init__(self) -> None:
        self.records = MemoryRecords()
        self.seconds: float = NOON
        self.clock = Clock()

    def meter(self) -> Meter:
        return Meter(self.records, lambda: round(self.seconds * 1000), self.clock, flush_seconds=10)

    @property
    def used(self):
        return {name: dict(counts) for name, counts in self.records.counts(DAY, NOON).items()}


@pytest.fixture
def world():
    return World()


def ask(meter: Meter, caller: Caller = SHOP, times: int = 1, route: str = ROUTE) -> None:
    for _ in range(times):
        meter.count(caller, route, failed=False, milliseconds=0.5)


def test_requests_are_counted_by_caller_and_route(world):
    meter = world.meter()
    meter.count(SHOP, ROUTE, failed=False, milliseconds=1.4)
    meter.count(SHOP, ROUTE, failed=True, milliseconds=2.4)
    meter.count(SHOP, "GET /v1/usage", failed=False, milliseconds=10)
    meter.count(KIOSK, ROUTE, failed=False, milliseconds=0)
    meter.flush()
    assert world.used == {
        f"shop {ROUTE}": {"requests": 2, "failed": 1, "milliseconds": 3},
        "shop GET /v1/usage": {"requests": 1, "failed": 0, "milliseconds": 10},
        "shop *": {"requests": 3},
        f"kiosk {ROUTE}": {"requests": 1, "failed": 0, "milliseconds": 0},
        "kiosk *": {"requests": 1},
    }


def test_the_first_request_is_written_at_once_and_the_next_after_the_interval(world):
    meter = world.meter()
    ask(meter)
    assert world.used["shop *"] == {"requests": 1}, "an environment that is asked once an hour would tell nothing"
    ask(meter, times=3)
    world.seconds += 9.9
    ask(meter)
    assert world.used["shop *"] == {"requests": 1}
    world.seconds += 0.1
    ask(meter)
    assert world.used["shop *"] == {"requests": 6}
    assert world.used[f"shop {ROUTE}"]["milliseconds"] == 2, "fractions are summed before they are rounded"


def test_counts_that_bound_nothing_wait_a_minute_once_they_are_few_of_all(world):
    meter = world.meter()
    ask(meter, times=200)
    world.seconds += 10
    ask(meter)
    assert world.used["shop *"] == {"requests": 201}, "most of what was counted, not yet written"
    for _ in range(5):
        world.seconds += 10
        ask(meter)
    assert world.used["shop *"] == {"requests": 201}
    world.seconds += 10
    ask(meter)
    assert world.used["shop *"] == {"requests": 207}


def test_counts_against_a_quota_are_written_every_ten_seconds_however_few(world):
    meter, bounded = world.meter(), Caller("app", requests_per_day=1_000_000)
    ask(meter, times=200)
    ask(meter, bounded)
    for requests in (2, 3, 4):
        world.seconds += 10
        ask(meter)
        ask(meter, bounded)
        assert world.used["app *"] == {"requests": requests}


def test_counts_go_to_the_day_on_which_they_were_counted(world):
    meter = world.meter()
    ask(meter)
    ask(meter, times=2)
    world.seconds += 86_400
    ask(meter)
    assert world.used["shop *"] == {"requests": 3}
    assert world.records.counts(usage_key(NOON // 86_400 + 1), NOON)["shop *"] == {"requests": 1}


def test_answers_are_counted_by_version(world):
    meter = world.meter()
    for version in ("v1", "v2", "v1"):
        meter.count_response("films", version)
    meter.flush()
    assert world.records.counts("_answers#films", NOON) == {"v1": {"answers": 2}, "v2": {"answers": 1}}


# ---- a store that is down -------------------------------------------------------------------------------------------


def test_a_store_that_is_down_fails_no_request_and_loses_no_count(world):
    meter = world.meter()
    world.records.error = StoreUnavailable("DynamoDB: ThrottlingException")
    ask(meter, times=5)
    meter.count_response("films", "v1")
    world.records.error = None
    ask(meter)
    assert world.used == {}, "it is not asked again before the interval is over"
    world.seconds += 10
    ask(meter)
    assert world.used["shop *"] == {"requests": 7}
    assert world.records.counts("_answers#films", NOON) == {"v1": {"answers": 1}}


def test_a_store_that_fails_half_way_gets_the_rest_later_and_nothing_twice(world):
    meter, left = world.meter(), [2]

    class Breaking(MemoryRecords):
        def add(self, *told):
            if not left[0]:
                raise StoreUnavailable("DynamoDB")
            left[0] -= 1
            return super().add(*told)

    world.records.__class__ = Breaking
    for route in "abcd":
        ask(meter, route=route)
    meter.flush()
    left[0] = 100
    meter.flush()
    assert world.used["shop *"] == {"requests": 4}
    assert [world.used[f"shop {route}"]["requests"] for route in "abcd"] == [1, 1, 1, 1]


def test_near_a_quota_a_store_that_is_down_is_asked_only_once_an_interval(world):
    world.records.error = StoreUnavailable("DynamoDB")
    meter, caller = world.meter(), Caller("shop", requests_per_day=20)
    ask(meter, caller, times=20)
    assert len(world.records.calls) == 1
    with pytest.raises(QuotaExceeded):
        meter.check(caller)


def test_counts_that_cannot_be_written_do_not_fill_the_memory(world, monkeypatch):
    monkeypatch.setattr(module, "MOST_NAMES", 100)
    world.records.error = StoreUnavailable("DynamoDB")
    meter = world.meter()
    for number in range(1000):
        ask(meter, route=str(number))
    world.records.error = None
    meter.flush()
    assert len(world.used) == 100
    assert world.used["shop *"] == {"requests": 1000}, "names that are counted already go on counting"


def test_a_store_that_hangs_holds_a_request_only_for_a_moment(world):
    go, asked = threading.Event(), []

    class Hanging(MemoryRecords):
        def add(self, *told):
            asked.append(told)
            world.clock.wait(go)
            return super().add(*told)

    world.records.__class__ = Hanging
    meter = world.meter()
    ask(meter)
    world.seconds += 100
    ask(meter, times=5)
    assert len(asked) == 1, "only one flush at a time"
    assert world.clock() == module.PATIENCE_SECONDS
    go.set()
    world.clock.settle()
    ask(meter)
    assert world.used["shop *"] == {"requests": 7}


def test_a_defect_is_not_hidden(world):
    world.records.error = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        ask(world.meter())


# ---- quotas ---------------------------------------------------------------------------------------------------------


def admitted(meter: Meter, caller: Caller) -> bool:
    """Whether one request more was let in, which is counted then."""
    try:
        meter.check(caller)
    except QuotaExceeded:
        return False
    ask(meter, caller)
    return True


def test_a_quota_ends_at_midnight(world):
    meter, caller = world.meter(), Caller("shop", requests_per_day=3)
    assert [admitted(meter, caller) for _ in range(5)] == [True] * 3 + [False] * 2
    with pytest.raises(QuotaExceeded) as refused:
        meter.check(caller)
    assert refused.value.retry_after_seconds == 43_200
    world.seconds += 43_199.9
    with pytest.raises(QuotaExceeded) as refused:
        meter.check(caller)
    assert refused.value.retry_after_seconds == 1
    world.seconds += 0.1
    meter.check(caller)


def test_without_a_quota_nothing_is_refused(world):
    meter = world.meter()
    ask(meter, times=1000)
    meter.check(SHOP)


def test_a_new_environment_learns_with_its_first_request_what_others_counted(world):
    caller = Caller("shop", requests_per_day=100)
    first = world.meter()
    while admitted(first, caller):
        pass
    assert [admitted(world.meter(), caller) for _ in range(3)] == [True] * 3
    second = world.meter()
    assert [admitted(second, caller) for _ in range(3)] == [True, False, False]


def test_an_environment_learns_of_each_caller_with_its_first_request(world):
    caller = Caller("shop", requests_per_day=100)
    other = world.meter()
    while admitted(other, caller):
        pass
    meter = world.meter()
    ask(meter, KIOSK)
    assert [admitted(meter, caller) for _ in range(3)] == [True, False, False]


@pytest.mark.parametrize("seed", range(5))
def test_environments_side_by_side_go_over_a_quota_by_one_request_each_at_most(world, seed):
    quota, environments = 1000, 8
    caller, turns = Caller("shop", requests_per_day=quota), random.Random(seed)
    meters = [world.meter() for _ in range(environments)]
    let_in = 0
    for _ in range(5 * quota):
        world.seconds += 0.5  # twenty requests in the interval, a tenth of the quota in five
        let_in += admitted(turns.choice(meters), caller)
    assert quota <= let_in <= quota + environments


def test_near_the_quota_each_request_is_written_and_past_it_none(world):
    meter, caller = world.meter(), Caller("shop", requests_per_day=100)
    ask(meter, caller, times=89)
    assert world.used["shop *"] == {"requests": 1}
    for number in range(90, 101):
        ask(meter, caller)
        assert world.used["shop *"] == {"requests": number}
    calls = len(world.records.calls)
    ask(meter, caller, times=50)
    assert len(world.records.calls) == calls, "who is refused costs no writes"


def test_what_is_being_written_counts_towards_the_quota(world):
    go = threading.Event()

    class Hanging(MemoryRecords):
        def add(self, *told):
            world.clock.wait(go)
            return super().add(*told)

    world.records.__class__ = Hanging
    meter, caller = world.meter(), Caller("shop", requests_per_day=3)
    assert [admitted(meter, caller) for _ in range(5)] == [True] * 3 + [False] * 2
    go.set()
    world.clock.settle()
    assert not admitted(meter, caller)


def test_one_environment_admits_no_more_than_its_quota_however_many_threads_ask(world):
    meter, caller = world.meter(), Caller("shop", requests_per_day=5)
    all_checked, let_in = threading.Barrier(8), []

    def request() -> None:
        try:
            meter.check(caller)
            let_in.append(1)
        except QuotaExceeded:
            pass
        all_checked.wait()  # none is counted before the last was checked
        ask(meter, caller)

    threads = [threading.Thread(target=request) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(let_in) == 5


@pytest.mark.parametrize("quota", [1, 5, 10])
def test_a_small_quota_is_exceeded_by_one_request_of_each_environment_at_most(world, quota):
    caller, meters = Caller("shop", requests_per_day=quota), [world.meter() for _ in range(8)]
    let_in = sum(admitted(meter, caller) for _ in range(120) for meter in meters)
    assert quota <= let_in <= quota + len(meters)


def test_no_request_is_lost_by_threads_that_count_at_once(tmp_path):
    records, clock = open_records(f"sqlite://{tmp_path}/histories.sqlite"), Clock()
    meter = Meter(records, lambda: NOON * 1000, clock, flush_seconds=0)
    threads = [threading.Thread(target=lambda: ask(meter, times=100)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    clock.settle()
    meter.flush()
    assert records.counts(DAY, NOON)["shop *"] == {"requests": 400}
