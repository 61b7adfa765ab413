"""Warm models on a real client of S3 whose server misbehaves: what botocore makes of it reaches no caller."""

import pytest

from clocks import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.service.registry.champions import champion_key
from doublebill.service.serving import popularity_fallback
from doublebill.service.serving.disk_cache import RETRY_BAD_SECONDS
from doublebill.service.serving.warm_models import Warm
from fake_records import MemoryRecords
from fakes import MemoryObjects
from faulty_s3 import FAULTS, REFUSALS, FaultyS3, hurried
from trainings import answered, fill, trained
from worlds import FIRST_MS, checkerboard

REFRESH_SECONDS = 5.0


@pytest.fixture(scope="module")
def listening():
    memory, records = MemoryObjects(), MemoryRecords()
    fill(memory, checkerboard(users=8, items=8))
    version = str(trained(memory, FIRST_MS)["version"])
    popularity_fallback.remember(memory, records, "films", version)
    with FaultyS3(memory).listening() as s3:
        s3.version, s3.records = version, records
        yield s3


@pytest.fixture
def s3(listening):
    listening.fault, listening.prefix = "", ""
    listening.released.clear()
    yield listening
    listening.fault = ""
    listening.released.set()


class Environment:
    """Warm models of a client that gives up soon what `fault` delays."""

    def __init__(self, s3, scratch, fault) -> None:
        self.clock = Clock()
        self._warm = Warm(s3.objects(hurried(fault)), s3.records, scratch, self.clock, REFRESH_SECONDS)

    def asked(self):
        """What a request gets."""
        with self.clock.at_work():
            return self._warm.serving("films", Deadline(self.clock, self.clock() + 3.0))

    def after(self, seconds: float):
        """What a request gets so many seconds later."""
        self.clock.seconds += seconds
        return self.asked()


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
    environment = Environment(s3, tmp_path, fault)
    expected = answered(environment.asked(), "item-00", "item-02")
    pointer = champion_key("films")
    s3.memory.put(pointer, s3.memory.get(pointer).data)  # what did not change has no body that could go wrong
    s3.fault = fault
    for _ in range(3):
        serving = environment.after(REFRESH_SECONDS)
        assert serving.degraded in reasons(fault)
        assert answered(serving, "item-00", "item-02") == expected
    s3.fault = ""
    s3.released.set()
    assert environment.after(REFRESH_SECONDS).degraded is None


@pytest.mark.parametrize("prefix", ["", "artifacts/"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_cold_environment_answers_by_popularity_and_heals(s3, tmp_path, fault, prefix):
    s3.fault, s3.prefix = fault, prefix
    environment = Environment(s3, tmp_path, fault)
    serving = environment.asked()
    assert serving.version == s3.version
    assert serving.degraded.endswith("; only popular items are known")
    s3.fault = ""
    s3.released.set()
    assert environment.after(RETRY_BAD_SECONDS).degraded is None
