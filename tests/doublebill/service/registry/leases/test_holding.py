"""Holding a lease: it is renewed while the training works, and given back however that ends."""

import threading

import pytest

from clocks import Clock
from doublebill.errors import Conflict, StoreUnavailable, TrainingRunning
from doublebill.service.registry.leases.holding import BEAT_SECONDS, working_alone
from doublebill.service.registry.leases.lease import LEASE_MS, lease_key, read_lease
from doublebill.service.registry.leases.taking import begin
from fakes import FailingObjects, MemoryObjects


@pytest.fixture
def clock():
    return Clock()


def work(clock: Clock, seconds: float) -> None:
    """Lets time pass on the clock, as a training that works for so long."""
    clock.wait(threading.Event(), seconds)


def test_a_long_training_keeps_its_lease_and_gives_it_back(clock):
    objects = MemoryObjects()
    with clock.at_work(), working_alone(objects, "films", "a", clock.now_ms, clock) as holding:
        work(clock, 10 * LEASE_MS / 1000)
        with pytest.raises(TrainingRunning):
            begin(objects, "films", "b", clock.now_ms())
        holding.check()
    assert read_lease(objects, "films").run == ""


def test_a_beat_that_fails_is_made_up_for(clock):
    inner = MemoryObjects()
    objects = FailingObjects(inner)
    with clock.at_work(), working_alone(objects, "films", "a", clock.now_ms, clock):
        objects.error = StoreUnavailable("S3: SlowDown")
        work(clock, 2 * BEAT_SECONDS)
        objects.error = None
        work(clock, LEASE_MS / 1000)
        assert read_lease(inner, "films").is_taken(clock.now_ms())


def test_one_that_was_overtaken_learns_it_and_takes_nothing_back(clock):
    objects = MemoryObjects()
    with working_alone(objects, "films", "a", clock.now_ms, None) as holding:
        clock.seconds += LEASE_MS / 1000
        begin(objects, "films", "b", clock.now_ms())
        with pytest.raises(Conflict, match="overtaken by b"):
            holding.check()
    assert read_lease(objects, "films").run == "b"


def test_a_training_that_fails_gives_its_lease_back(clock):
    objects = MemoryObjects()
    with pytest.raises(KeyError), working_alone(objects, "films", "a", clock.now_ms, None):
        raise KeyError("a defect")
    assert read_lease(objects, "films").run == ""


def test_a_lease_that_is_gone_with_its_catalog_is_no_lease(clock):
    objects = MemoryObjects()
    with working_alone(objects, "films", "a", clock.now_ms, None) as holding:
        objects.delete(lease_key("films"))
        with pytest.raises(Conflict, match="is gone"):
            holding.check()
