"""What botocore and the code around it really do with a server that misbehaves."""

import time

import pytest

from doublebill.errors import ObjectMissing, StoreUnavailable
from doublebill.stores.objects import BRISK, Pace
from fakes import MemoryObjects
from faulty_s3 import FAULTS, REFUSALS, FaultyS3

HURRIED = Pace(connect_seconds=0.2, read_seconds=0.2, tries=1, body_seconds=0.3)
SMALL = b"x" * 200
LATITUDE_SECONDS = 1.0
"""By how much a busy machine may be late."""


@pytest.fixture(scope="module")
def listening():
    memory = MemoryObjects()
    memory.put("small", SMALL)
    memory.put("large", bytes(range(256)) * 20_000)
    with FaultyS3(memory).listening() as s3:
        s3.hurried, s3.brisk = s3.objects(HURRIED), s3.objects(BRISK)
        yield s3


@pytest.fixture
def s3(listening):
    listening.fault, listening.prefix = "", ""
    listening.asked.clear()
    listening.released.clear()
    yield listening
    listening.released.set()


READS = {
    "get": lambda objects, _: objects.get("small"),
    "get_if_changed": lambda objects, _: objects.get_if_changed("small", '"another"'),
    "fetch": lambda objects, folder: objects.fetch("small", folder / "small"),
}

SAID = {
    "silence": "ReadTimeoutError",
    "drip": "the body came too slowly",
    "reset": "ResponseStreamingError",
    "truncated": "ResponseStreamingError|IncompleteReadError",
    "hung up": "ConnectionClosedError",
    "nonsense": "ConnectionClosedError|ClientError|HTTPClientError",
} | {fault: code for fault, (_, code) in REFUSALS.items()}


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "empty bucket"])
def test_a_fault_makes_the_store_unavailable_in_time(s3, tmp_path, fault, read):
    s3.fault = fault
    began = time.monotonic()
    with pytest.raises(StoreUnavailable, match=SAID[fault]):
        READS[read](s3.hurried, tmp_path)
    assert time.monotonic() - began < HURRIED.connect_seconds + HURRIED.body_seconds + LATITUDE_SECONDS
    s3.fault = ""
    s3.released.set()
    (tmp_path / "small").unlink(missing_ok=True)
    READS[read](s3.hurried, tmp_path)


@pytest.mark.parametrize("read", READS)
def test_an_empty_bucket_holds_nothing(s3, tmp_path, read):
    s3.fault = "empty bucket"
    with pytest.raises(ObjectMissing):
        READS[read](s3.hurried, tmp_path)


def test_whole_objects_come_whole(s3, tmp_path):
    s3.hurried.fetch("large", tmp_path / "large")
    whole = s3.memory.get("large").data
    assert (tmp_path / "large").read_bytes() == s3.hurried.get("large").data == whole
    stored = s3.hurried.get("large")
    assert s3.hurried.get_if_changed("large", stored.etag) is None


def test_what_passes_at_once_is_tried_again(s3):
    s3.fault = "500"
    with pytest.raises(StoreUnavailable):
        s3.brisk.get("small")
    assert s3.asked == ["small"] * BRISK.tries


def test_somebody_in_a_hurry_waits_about_two_seconds_for_silence(s3):
    s3.fault = "silence"
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        s3.brisk.get("small")
    a_pause_between = 1.0  # at most, says botocore
    assert time.monotonic() - began < BRISK.tries * BRISK.read_seconds + a_pause_between + LATITUDE_SECONDS / 2
