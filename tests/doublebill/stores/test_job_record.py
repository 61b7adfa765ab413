"""Job records: each tells how its job goes, and a job that died is lost."""

import json

import pytest

from doublebill.errors import NoEvents, ObjectMissing, StoreUnavailable
from doublebill.stores.job_record import BEAT_MS, INTERRUPTED, LOST_AFTER_MS, JobRecord, new_id
from fakes import MemoryObjects

NOW_MS = 1_700_000_000_000
JOB = new_id(NOW_MS, "abcd")
KEY = f"jobs/{JOB}.json"


def begin(record: JobRecord, started_ms: int, otherwise=None, **fields):
    """Lets the job of a record run up to now; it is then killed, or goes on."""
    return record.running(started_ms, lambda: started_ms, otherwise, **fields).__enter__()


class NotedJobs:
    """Jobs that are noted and never run; each looks at its record."""

    def __init__(self, record: JobRecord, error: StoreUnavailable | None = None) -> None:
        self.states: list[str] = []
        self._record = record
        self._error = error

    def start(self, payload) -> None:
        self.states.append(self._record.read()["state"])
        if payload.get("begins"):
            begin(self._record, NOW_MS + 1)
        if self._error:
            raise self._error


class Racing(MemoryObjects):
    """Objects to which somebody else writes, once they are armed, between a reading and the next writing."""

    def __init__(self, rival) -> None:
        super().__init__()
        self.armed = False
        self._rival = rival

    def get(self, key):
        stored = super().get(key)
        if self.armed:
            self.armed = False
            self._rival()
        return stored


def unavailable(*_):
    raise StoreUnavailable("S3: SlowDown")


@pytest.fixture
def record() -> JobRecord:
    return JobRecord(MemoryObjects(), KEY, JOB, keeps=("films",))


def test_ids_sort_by_time():
    assert new_id(999, "z") < new_id(1000, "a") < new_id(NOW_MS, "a")


def test_a_job_is_recorded_before_it_starts(record):
    jobs = NotedJobs(record)
    assert record.queue(jobs, {}, {"films": 2}) == record.read() == {"films": 2, "state": "queued"}
    assert jobs.states == ["queued"]


def test_a_job_that_cannot_start_has_failed(record):
    with pytest.raises(StoreUnavailable):
        record.queue(NotedJobs(record, StoreUnavailable("Lambda: TooManyRequestsException")), {}, {})
    assert record.read() == {"state": "failed", "error": "Lambda: TooManyRequestsException"}


def test_a_job_that_started_although_the_answer_was_lost_goes_on(record):
    with pytest.raises(StoreUnavailable):
        record.queue(NotedJobs(record, StoreUnavailable("Lambda: ReadTimeoutError")), {"begins": True}, {"films": 2})
    assert record.read()["state"] == "running"


def test_a_job_that_begins_while_its_start_is_taken_for_failed_goes_on():
    class LosingTheAnswer:
        def start(self, payload) -> None:
            objects.armed = True
            raise StoreUnavailable("Lambda: ReadTimeoutError")

    objects = Racing(lambda: begin(record, NOW_MS + 1))
    record = JobRecord(objects, KEY, JOB, keeps=("films",))
    with pytest.raises(StoreUnavailable):
        record.queue(LosingTheAnswer(), {}, {"films": 2})
    assert not objects.armed
    assert record.read() == {"films": 2, "state": "running", "started_ms": NOW_MS + 1}


def test_a_job_that_begins_again_forgets_how_it_ended(record):
    record.queue(NotedJobs(record), {}, {"films": 2})
    record.add(state="failed", error="S3: SlowDown")
    assert begin(record, NOW_MS + 1, forced=True) == record.read()
    assert record.read() == {"films": 2, "state": "running", "started_ms": NOW_MS + 1, "forced": True}


def test_a_job_that_nobody_queued_may_bring_its_record(record):
    with pytest.raises(ObjectMissing):
        begin(record, NOW_MS)
    assert begin(record, NOW_MS, {"films": 3}) == {"films": 3, "state": "running", "started_ms": NOW_MS}


@pytest.mark.parametrize(
    ("failed", "error"),
    [(NoEvents("nothing to learn from"), "nothing to learn from"), (KeyError("secret"), "KeyError")],
)
def test_a_failure_is_recorded_in_words_and_a_defect_by_its_name(record, failed, error):
    with pytest.raises(type(failed)), record.running(NOW_MS, lambda: NOW_MS + 7, {"films": 2}):
        raise failed
    assert record.read()["state"] == "failed"
    assert (record.read()["error"], record.read()["finished_ms"]) == (error, NOW_MS + 7)


def succeed_and_raise(record, ended):
    with record.running(NOW_MS, lambda: NOW_MS + 7):
        record.add(state="succeeded")
        raise ended


@pytest.mark.parametrize("ended", INTERRUPTED)
def test_an_interrupted_job_has_failed_unless_it_had_ended(record, ended):
    with pytest.raises(ended), record.running(NOW_MS, lambda: NOW_MS + 7, {"films": 2}):
        raise ended
    assert (record.read()["state"], record.read()["error"]) == ("failed", "interrupted")
    with pytest.raises(ended):
        succeed_and_raise(record, ended)
    assert record.read()["state"] == "succeeded"


def test_a_job_at_work_goes_on_where_its_store_does_not_answer_for_a_moment(record, monkeypatch):
    begin(record, NOW_MS, {"films": 2})
    clock = iter([NOW_MS, NOW_MS + BEAT_MS, NOW_MS + 2 * BEAT_MS])
    say = record.beat(lambda: next(clock))
    with monkeypatch.context() as silent:
        silent.setattr(record.objects, "replace", unavailable)
        say()
    assert "alive_ms" not in record.read()
    say()
    assert record.read()["alive_ms"] == NOW_MS + 2 * BEAT_MS


def test_a_late_word_of_an_attempt_takes_back_nothing_that_another_wrote():
    objects = Racing(lambda: record.add(state="succeeded"))
    record = JobRecord(objects, KEY, JOB, keeps=())
    begin(record, NOW_MS, {})
    objects.armed = True
    record.add(alive_ms=NOW_MS + 5)
    assert (record.read()["state"], record.read()["alive_ms"]) == ("succeeded", NOW_MS + 5)


@pytest.mark.parametrize(("state", "later"), [("queued", "lost"), ("running", "lost"), ("succeeded", "succeeded")])
def test_a_job_that_was_silent_for_an_hour_is_lost(record, state, later):
    record.objects.put(KEY, json.dumps({"state": state}).encode())
    assert record.read(NOW_MS + LOST_AFTER_MS)["state"] == state
    assert record.read(NOW_MS + LOST_AFTER_MS + 1)["state"] == later
    assert record.read()["state"] == state


def test_a_job_that_began_again_has_another_hour(record):
    begin(record, NOW_MS + LOST_AFTER_MS, {"films": 2})
    assert record.read(NOW_MS + 2 * LOST_AFTER_MS)["state"] == "running"
    assert record.read(NOW_MS + 2 * LOST_AFTER_MS + 1)["state"] == "lost"


@pytest.mark.parametrize("data", [b"", b'{"state"', b"[]", b"{}"])
def test_a_damaged_record_is_named(record, data):
    record.objects.put(KEY, data)
    with pytest.raises(StoreUnavailable, match=f"^{KEY} is damaged"):
        record.read(NOW_MS)


@pytest.mark.parametrize("job_id", ["unknown", "../films", "", "a b", "é", f"{JOB}\n"])
def test_an_id_that_none_can_have_is_missing(job_id):
    with pytest.raises(ObjectMissing):
        JobRecord(MemoryObjects(), KEY, job_id, keeps=()).read()
