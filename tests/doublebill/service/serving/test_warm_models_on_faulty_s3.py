"""Warm models on a real client of S3 whose server misbehaves: what botocore makes of it reaches no caller."""

import time

import pytest

from doublebill.concurrency.deadline import Deadline
from doublebill.service.registry.champions import champion_key
from doublebill.service.serving import popularity_fallback
from doublebill.service.serving.warm_models import Warm
from doublebill.stores.objects import Pace
from fake_records import MemoryRecords
from fakes import MemoryObjects
from faulty_s3 import FAULTS, REFUSALS, FaultyS3
from processes import PATIENCE_SECONDS
from trainings import answered, fill, trained
from worlds import FIRST_MS, checkerboard

HURRIED = Pace(connect_seconds=0.2, read_seconds=0.2, tries=1, body_seconds=0.3)
DEADLINE_SECONDS = 2.0
LATITUDE_SECONDS = 1.0


@pytest.fixture(scope="module")
def listening():
    memory, records = MemoryObjects(), MemoryRecords()
    fill(memory, checkerboard(users=8, items=8))
    version = str(trained(memory, FIRST_MS)["version"])
    popularity_fallback.remember(memory, records, "films", version)
    with FaultyS3(memory).listening() as s3:
        s3.version, s3.records, s3.client = version, records, s3.objects(HURRIED)
        yield s3


@pytest.fixture
def s3(listening):
    listening.fault, listening.prefix = "", ""
    listening.released.clear()
    yield listening
    listening.fault = ""
    listening.released.set()


def made(s3, scratch) -> Warm:
    return Warm(s3.client, s3.records, scratch, time.monotonic, refresh_seconds=0.01)


def asked(warm: Warm, seconds: float = DEADLINE_SECONDS):
    """What a request gets, in time."""
    began = time.monotonic()
    serving = warm.serving("films", Deadline(time.monotonic, began + seconds))
    assert time.monotonic() - began < seconds + LATITUDE_SECONDS
    return serving


def until(warm: Warm, wanted) -> object:
    """What a request gets as soon as it is as wanted, or after a while whatever it is."""
    end = time.monotonic() + PATIENCE_SECONDS / 6
    serving = asked(warm)
    while not wanted(serving) and time.monotonic() < end:
        time.sleep(0.02)
        serving = asked(warm)
    return serving


SAID = {
    "silence": ("ReadTimeoutError",),
    "drip": ("the body came too slowly",),
    "reset": ("ResponseStreamingError",),
    "truncated": ("ResponseStreamingError", "IncompleteReadError"),
    "hung up": ("ConnectionClosedError",),
    "nonsense": ("ConnectionClosedError", "HTTPClientError"),
} | {fault: (code,) for fault, (_, code) in REFUSALS.items()}


def reasons(fault: str) -> set[str]:
    """What may be said of the champion while it cannot be checked."""
    if fault == "empty bucket":
        return {"the champion pointer is missing"}
    return {f"the champion could not be checked: S3: {why}" for why in SAID[fault]}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_warm_environment_goes_on_and_heals(s3, tmp_path, fault):
    warm = made(s3, tmp_path)
    expected = answered(asked(warm), "item-00", "item-02")
    pointer = champion_key("films")
    s3.memory.put(pointer, s3.memory.get(pointer).data)  # what did not change has no body that could go wrong
    s3.fault, time_out = fault, "the champion could not be checked: no answer in time"
    serving = until(warm, lambda serving: serving.degraded in reasons(fault))
    assert serving.degraded in reasons(fault)
    assert {asked(warm).degraded for _ in range(20)} <= {*reasons(fault), time_out}
    assert answered(asked(warm), "item-00", "item-02") == expected
    s3.fault = ""
    s3.released.set()
    assert until(warm, lambda serving: serving.degraded is None).degraded is None


@pytest.mark.parametrize("prefix", ["", "artifacts/"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_cold_environment_answers_by_popularity_and_heals(s3, tmp_path, fault, prefix):
    s3.fault, s3.prefix = fault, prefix
    warm = made(s3, tmp_path)
    serving = asked(warm)
    assert serving.version == s3.version
    assert serving.degraded.endswith("; only popular items are known")
    s3.fault = ""
    s3.released.set()
    if (fault, prefix) != ("empty bucket", "artifacts/"):  # a version of which a file is missing is left alone for long
        assert until(warm, lambda serving: serving.degraded is None).degraded is None
