"""What botocore and the code around it really do with a server that misbehaves."""

from dataclasses import replace

import pytest

from doublebill.errors import ObjectMissing, StoreUnavailable
from doublebill.stores.objects import BRISK
from fakes import MemoryObjects
from faulty_s3 import FAULTS, PATIENT, REFUSALS, FaultyS3, hurried

SMALL = b"x" * 200


@pytest.fixture(scope="module")
def listening():
    memory = MemoryObjects()
    memory.put("small", SMALL)
    memory.put("large", bytes(range(256)) * 20_000)
    with FaultyS3(memory).listening() as s3:
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
def test_a_fault_makes_the_store_unavailable(s3, tmp_path, fault, read):
    s3.fault = fault
    with pytest.raises(StoreUnavailable, match=SAID[fault]):
        READS[read](s3.objects(hurried(fault)), tmp_path)
    s3.fault = ""
    (tmp_path / "small").unlink(missing_ok=True)
    READS[read](s3.objects(PATIENT), tmp_path)


@pytest.mark.parametrize("read", READS)
def test_an_empty_bucket_holds_nothing(s3, tmp_path, read):
    s3.fault = "empty bucket"
    with pytest.raises(ObjectMissing):
        READS[read](s3.objects(PATIENT), tmp_path)


def test_whole_objects_come_whole(s3, tmp_path):
    objects = s3.objects(PATIENT)
    objects.fetch("large", tmp_path / "large")
    whole = s3.memory.get("large").data
    assert (tmp_path / "large").read_bytes() == objects.get("large").data == whole
    stored = objects.get("large")
    assert objects.get_if_changed("large", stored.etag) is None


def test_what_passes_at_once_is_tried_again(s3):
    s3.fault = "500"
    with pytest.raises(StoreUnavailable):
        s3.objects(replace(PATIENT, tries=3)).get("small")
    assert s3.asked == ["small"] * 3


def test_a_silent_store_is_asked_again_and_given_up(s3):
    s3.fault = "silence"
    with pytest.raises(StoreUnavailable, match="ReadTimeoutError"):
        s3.objects(replace(hurried("silence"), tries=2)).get("small")
    assert s3.asked == ["small"] * 2


def test_somebody_in_a_hurry_waits_about_two_seconds_for_silence():
    a_pause_between = 1.0  # at most, says botocore
    assert BRISK.tries * max(BRISK.read_seconds, BRISK.connect_seconds) + a_pause_between <= 2.5
    assert BRISK.body_seconds <= 2.5
