"""Ended applications: a run that is not over says why it ended, and the next training of its catalog may start."""

import json
from collections.abc import Mapping

import pytest

from doublebill.errors import StoreUnavailable
from doublebill.service.registry import runs
from doublebill.service.registry.leases import taking
from doublebill.service.scaling.ended import heed, note_end
from doublebill.stores.emr.job_runs import LONGEST_MINUTES, EmrServerlessJobs, JobRun
from doublebill.stores.job_record import new_id
from fakes import MemoryObjects
from worlds import FIRST_MS

RUN = new_id(FIRST_MS, "ended")


def queued() -> MemoryObjects:
    """A catalog with a run that is queued."""
    objects = MemoryObjects()
    taking.reserve(objects, "films", RUN, FIRST_MS)
    put(objects, {"state": "queued"})
    return objects


def put(objects: MemoryObjects, fields: Mapping[str, object]) -> None:
    record = {**runs.made("films", RUN, FIRST_MS), "generation": 1, **fields}
    objects.put(runs.record_of(objects, "films", RUN).key, json.dumps(record).encode())


def test_a_run_that_never_began_says_why_and_frees_the_catalog() -> None:
    objects = queued()
    assert note_end(objects, "films", RUN, "interrupted", FIRST_MS + 1)
    record = runs.read(objects, "films", RUN, FIRST_MS + 2)
    assert (record["state"], record["error"], record["finished_ms"]) == ("failed", "interrupted", FIRST_MS + 1)
    assert taking.begin(objects, "films", "next", FIRST_MS + 2).run == "next"


@pytest.mark.parametrize("state", ["running", "succeeded", "failed"])
def test_a_run_in_another_state_stays_as_it_was(state: str) -> None:
    objects = queued()
    put(objects, {"state": state})
    before = dict(objects.held)
    assert not note_end(objects, "films", RUN, "interrupted", FIRST_MS + 1, states=("queued",))
    assert objects.held == before


def test_a_run_of_which_nobody_knows_gets_no_record() -> None:
    objects = MemoryObjects()
    assert not note_end(objects, "films", RUN, "interrupted", FIRST_MS)
    assert not objects.held


class Heard(EmrServerlessJobs):
    """An application whose only job run is that of the run, in a state."""

    def __init__(self, state: str) -> None:
        super().__init__("00f1", "arn:", "s3://")
        self._state = state

    def read(self, job_run: str) -> JobRun:
        return JobRun("films", RUN, self._state)

    def cancel(self, catalog: str, run: str) -> bool:
        return (catalog, run) == ("films", RUN)


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("CANCELLED", f"the job run 00f2 was cancelled, or ended after {LONGEST_MINUTES // 60} hours"),
        ("FAILED", "the job run 00f2 failed"),
        ("SUCCESS", "ended without a word"),
    ],
)
def test_a_driver_that_died_has_failed_and_frees_the_catalog_for_the_next(state: str, error: str) -> None:
    objects = MemoryObjects()
    taking.begin(objects, "films", RUN, FIRST_MS)
    put(objects, {"state": "running"})
    answer = heed(objects, Heard(state), {"spark": "00f2"}, FIRST_MS + 1)
    assert answer == {"run": RUN, "state": state, "noted": True}
    record = runs.read(objects, "films", RUN, FIRST_MS + 2)
    assert record["state"] == "failed"
    assert error in str(record["error"])
    assert taking.begin(objects, "films", "next", FIRST_MS + 2).run == "next"


@pytest.mark.parametrize(("state", "job_run"), [("succeeded", "SUCCESS"), ("running", "RUNNING"), ("failed", "FAILED")])
def test_a_driver_that_said_how_it_ended_or_still_works_is_left_alone(state: str, job_run: str) -> None:
    objects = MemoryObjects()
    taking.begin(objects, "films", RUN, FIRST_MS)
    put(objects, {"state": state, "version": "v"})
    before = dict(objects.held)
    assert heed(objects, Heard(job_run), {"spark": "00f2"}, FIRST_MS + 1)["noted"] is False
    assert objects.held == before


def test_a_training_on_spark_is_cancelled_by_its_run() -> None:
    for run, cancelled in ((RUN, True), ("another", False)):
        answer = heed(MemoryObjects(), Heard("RUNNING"), {"cancel": run, "catalog": "films"}, FIRST_MS)
        assert answer == {"run": run, "cancelled": cancelled}


def test_events_of_spark_are_refused_where_no_trainings_go_there() -> None:
    with pytest.raises(StoreUnavailable, match="DOUBLEBILL_SPARK_JOBS"):
        heed(MemoryObjects(), None, {"spark": "00f2"}, FIRST_MS)
