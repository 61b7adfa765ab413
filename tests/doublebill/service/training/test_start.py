import contextlib
from collections.abc import Mapping

import pytest

from doublebill import schema
from doublebill.errors import InvalidInput, NotFound, StoreUnavailable, TrainingRunning
from doublebill.service.catalog import catalogs
from doublebill.service.registry import runs
from doublebill.service.registry.leases.lease import LEASE_MS
from doublebill.service.registry.leases.taking import begin, release
from doublebill.service.training.start import TrainingRequest, queue, queue_all, training
from doublebill.stores.job_record import QUEUED_MS, new_id
from doublebill.stores.jobs import LONGEST_QUEUE_MS, LambdaJobs
from fakes import Interrupted, MemoryObjects, StoppingObjects

NOW_MS = 1_700_000_000_000
RUN = new_id(NOW_MS, "abcd")


class NotedJobs:
    """Jobs that are noted and never run."""

    def __init__(self, fails_for: str = "") -> None:
        self.payloads: list[object] = []
        self._fails_for = fails_for

    def start(self, payload) -> None:
        if payload["catalog"] == self._fails_for:
            raise StoreUnavailable("Lambda: TooManyRequestsException")
        self.payloads.append(dict(payload))


@pytest.fixture
def objects():
    made = MemoryObjects()
    catalogs.ensure(made, "films")
    return made


@pytest.mark.parametrize("given", [-1, "60", True])
def test_a_budget_is_a_number_from_nought_and_the_refusal_says_so(given):
    with pytest.raises(InvalidInput, match=r"^budget_seconds: .* is not valid; use seconds from 0"):
        schema.read(TrainingRequest, {"budget_seconds": given})
    assert schema.read(TrainingRequest, {"budget_seconds": 0}).budget_seconds == 0


def test_a_budget_goes_with_the_job(objects):
    jobs = NotedJobs()
    queue(objects, jobs, "films", RUN, NOW_MS, TrainingRequest(budget_seconds=60.0))
    assert jobs.payloads == [{"catalog": "films", "run": RUN, "force": False, "budget_seconds": 60.0}]


def test_leaving_out_damaged_objects_goes_with_the_job(objects):
    jobs = NotedJobs()
    queue(objects, jobs, "films", RUN, NOW_MS, TrainingRequest(skip_damaged=True))
    assert jobs.payloads == [{"catalog": "films", "run": RUN, "force": False, "skip_damaged": True}]


def test_configs_go_with_the_job_as_they_were_written(objects):
    jobs = NotedJobs()
    request = schema.read(TrainingRequest, {"configs": [{"k": 7}, {"family": "knn"}]})
    queue(objects, jobs, "films", RUN, NOW_MS, request)
    assert jobs.payloads == [{"catalog": "films", "run": RUN, "force": False, "configs": [{"k": 7}, {"family": "knn"}]}]


def test_a_wrong_config_is_named_and_starts_nothing(objects):
    jobs = NotedJobs()
    request = TrainingRequest(configs=({}, {"family": {"name": "edlae", "ridge": -1}}))
    with pytest.raises(InvalidInput, match=r"^configs\[1\].family.ridge: -1.0 is not valid"):
        queue(objects, jobs, "films", RUN, NOW_MS, request)
    for wrong in ([3], {}, [{}] * 101):
        with pytest.raises(InvalidInput, match=r"^configs"):
            schema.read(TrainingRequest, {"configs": wrong})
    assert (jobs.payloads, list(objects.keys("runs/"))) == ([], [])


def test_of_an_unknown_catalog_nothing_starts(objects):
    jobs = NotedJobs()
    with pytest.raises(NotFound):
        queue(objects, jobs, "music", RUN, NOW_MS)
    assert jobs.payloads == []
    assert list(objects.keys("runs/")) == []


def test_every_catalog_gets_a_training(objects):
    catalogs.ensure(objects, "music")
    jobs = NotedJobs()
    fanned = queue_all(objects, jobs, NOW_MS, "abcd")
    fanned.check()
    assert [record["catalog"] for record in fanned.started] == ["films", "music"]
    assert [payload["catalog"] for payload in jobs.payloads] == ["films", "music"]
    assert {payload["run"] for payload in jobs.payloads} == {RUN}


@pytest.fixture
def six(objects):
    """Six catalogs, a to f."""
    made = MemoryObjects()
    for catalog in "abcdef":
        catalogs.ensure(made, catalog)
    return made


def failing_for(objects, key: str):
    """Objects that fail for one key."""

    class Failing(StoppingObjects):
        @contextlib.contextmanager
        def during(self, name, asked):
            if asked == key:
                raise StoreUnavailable("S3: SlowDown")
            yield

    return Failing(objects)


@pytest.mark.parametrize("failing", ["catalogs/c.json", "leases/c.json", f"runs/c/{RUN}.json", "the job"])
def test_a_catalog_that_fails_keeps_no_other_from_its_training_and_is_named(six, failing):
    jobs = NotedJobs(fails_for="c" if failing == "the job" else "")
    fanned = queue_all(failing_for(six, failing), jobs, NOW_MS, "abcd", "a time")
    assert [payload["catalog"] for payload in jobs.payloads] == list("abdef")
    reason = "Lambda: TooManyRequestsException" if failing == "the job" else "S3: SlowDown"
    with pytest.raises(StoreUnavailable, match=f"^1 trainings could not be started: c: {reason}$"):
        fanned.check()


@pytest.mark.parametrize("failing", ["catalogs/c.json", "leases/c.json", "the job"])
def test_a_firing_that_comes_again_starts_only_what_has_not_started(six, failing):
    jobs = NotedJobs(fails_for="c" if failing == "the job" else "")
    queue_all(failing_for(six, failing), jobs, NOW_MS, "abcd", "a time")
    again = NotedJobs()
    fanned = queue_all(six, again, NOW_MS + 60_000, "efgh", "a time")
    assert [payload["catalog"] for payload in again.payloads] == ["c"]
    assert [record["catalog"] for record in fanned.started] == list("abcdef")
    fanned.check()


def test_a_firing_that_comes_again_trains_no_finished_run(objects):
    jobs = NotedJobs()
    queue_all(objects, jobs, NOW_MS, "abcd", "a time")
    release(objects, "films", begin(objects, "films", RUN, NOW_MS))
    queue_all(objects, jobs, NOW_MS + 60_000, "efgh", "a time")
    assert len(jobs.payloads) == 1
    queue_all(objects, jobs, NOW_MS + 60_000, "efgh", "the next day")
    assert len(jobs.payloads) == 2


def test_a_catalog_that_is_being_trained_is_left_at_it(objects):
    begin(objects, "films", "by-hand", NOW_MS)
    jobs = NotedJobs()
    fanned = queue_all(objects, jobs, NOW_MS, "abcd")
    assert (fanned.running, fanned.started, jobs.payloads) == (["films"], [], [])


class TestASecondRequest:
    def test_is_refused_while_a_training_is_queued_or_works(self, objects):
        jobs = NotedJobs()
        queue(objects, jobs, "films", RUN, NOW_MS)
        for _ in range(11):
            with pytest.raises(TrainingRunning) as refused:
                queue(objects, jobs, "films", new_id(NOW_MS, "other"), NOW_MS)
            assert refused.value.training_id == RUN
        assert len(jobs.payloads) == len(list(objects.keys("runs/"))) == 1

    def test_with_the_same_key_gets_the_same_training(self, objects):
        jobs, request = NotedJobs(), TrainingRequest(idempotency_key="k", force=True)
        first = queue(objects, jobs, "films", RUN, NOW_MS, request)
        assert queue(objects, jobs, "films", new_id(NOW_MS, "other"), NOW_MS, request) == first
        assert len(jobs.payloads) == 1
        with pytest.raises(InvalidInput, match="another request"):
            queue(objects, jobs, "films", new_id(NOW_MS, "other"), NOW_MS, TrainingRequest(idempotency_key="k"))

    def test_with_the_same_key_starts_what_died_before_its_job_was_started(self, objects):
        request = TrainingRequest(idempotency_key="k")
        reserving = StoppingObjects(objects)
        queue(reserving, NotedJobs(), "films", RUN, NOW_MS, request)
        objects.delete(f"runs/films/{RUN}.json")
        jobs = NotedJobs()
        assert queue(objects, jobs, "films", new_id(NOW_MS, "other"), NOW_MS, request)["run"] == RUN
        assert [payload["run"] for payload in jobs.payloads] == [RUN]

    def test_may_come_at_once_where_the_job_could_not_be_started(self, objects):
        with pytest.raises(StoreUnavailable):
            queue(objects, NotedJobs(fails_for="films"), "films", RUN, NOW_MS)
        jobs = NotedJobs()
        queue(objects, jobs, "films", new_id(NOW_MS, "other"), NOW_MS)
        assert len(jobs.payloads) == 1


class WaitingJobs(LambdaJobs):
    """Events that Lambda has taken."""

    def start(self, payload: Mapping[str, object]) -> None:
        """Starts nothing yet."""


class TestATrainingThatDied:
    def test_is_lost_when_its_lease_has_expired(self, objects):
        queue(objects, NotedJobs(), "films", RUN, NOW_MS)
        assert training(objects, "films", RUN, NOW_MS + QUEUED_MS - 1)["state"] == "queued"
        assert training(objects, "films", RUN, NOW_MS + QUEUED_MS)["state"] == "lost"

    def test_is_queued_while_lambda_holds_it_and_no_other_has_taken_its_turn(self, objects):
        queue(objects, WaitingJobs("train"), "films", RUN, NOW_MS)
        assert training(objects, "films", RUN, NOW_MS + LONGEST_QUEUE_MS - 1)["state"] == "queued"
        assert training(objects, "films", RUN, NOW_MS + LONGEST_QUEUE_MS)["state"] == "lost"
        begin(objects, "films", new_id(NOW_MS, "other"), NOW_MS + QUEUED_MS)
        assert training(objects, "films", RUN, NOW_MS + QUEUED_MS)["state"] == "lost"

    def test_is_lost_a_minute_after_it_was_killed_at_work(self, objects):
        queue(objects, NotedJobs(), "films", RUN, NOW_MS)
        begin(objects, "films", RUN, NOW_MS + 1)
        runs.record_of(objects, "films", RUN).add(state="running")
        assert training(objects, "films", RUN, NOW_MS + LEASE_MS)["state"] == "running"
        assert training(objects, "films", RUN, NOW_MS + LEASE_MS + 1)["state"] == "lost"

    def test_is_not_lost_where_it_ends_while_it_is_looked_at(self, objects):
        queue(objects, NotedJobs(), "films", RUN, NOW_MS)
        record = runs.record_of(objects, "films", RUN)

        for at in range(3):
            record.add(state="running")
            mine = begin(objects, "films", RUN, NOW_MS)

            def ended(mine=mine) -> None:
                record.add(state="succeeded")
                release(objects, "films", mine)

            assert training(Interrupted(objects, at, ended), "films", RUN, NOW_MS)["state"] == "succeeded"
