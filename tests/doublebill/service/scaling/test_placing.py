"""Placing trainings: the plan and its reason are in the record, and what fits nowhere is refused before it reads."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from doublebill.errors import StoreUnavailable, Unfittable
from doublebill.service.catalog import event_log
from doublebill.service.registry import runs
from doublebill.service.registry.leases import taking
from doublebill.service.registry.leases.lease import read_lease
from doublebill.service.scaling.data_size import DataSize
from doublebill.service.scaling.limits import MEASURED, Machine
from doublebill.service.scaling.placing import START_MS, Placing
from doublebill.service.training import start
from doublebill.service.training.train import train
from doublebill.stores.emr.job_runs import QUEUE_MINUTES, EmrServerlessJobs
from doublebill.stores.job_record import new_id
from fakes import MemoryObjects
from trainings import fill, fill_import, training
from worlds import FIRST_MS, checkerboard

NOW_MS = FIRST_MS + 100_000
RUN = new_id(NOW_MS, "placed")
ROOMY, NARROW = Machine(10**10, math.inf), Machine(1, math.inf)
KNN = ({"family": "knn"},)


@dataclass(frozen=True)
class Started:
    """Jobs that are noted."""

    payloads: list[Mapping[str, object]] = field(default_factory=list)
    fails: bool = False

    def start(self, payload: Mapping[str, object]) -> None:
        if self.fails:
            raise StoreUnavailable("Spark: unreachable")
        self.payloads.append(payload)


def queued() -> tuple[MemoryObjects, Mapping[str, object]]:
    """A catalog with a queued training, and its job."""
    objects, jobs = MemoryObjects(), Started()
    fill(objects, checkerboard())
    start.queue(objects, jobs, "films", RUN, NOW_MS, start.TrainingRequest(configs=KNN))
    return objects, jobs.payloads[0]


def read(objects: MemoryObjects, after_ms: int = 0) -> Mapping[str, object]:
    return runs.read(objects, "films", RUN, NOW_MS + after_ms)


def test_a_training_that_fits_begins_here_and_its_record_has_the_plan() -> None:
    objects, job = queued()
    plan = Placing(ROOMY).placed(objects, job, NOW_MS)
    assert plan.place == "here"
    job_here = replace(training(objects, NOW_MS), run=RUN, plan=plan.to_json(), configs=KNN)
    assert train(job_here)["plan"] == plan.to_json()


def test_one_that_does_not_fit_is_sent_to_spark_as_the_same_run() -> None:
    objects, job = queued()
    spark = Started()
    plan = Placing(NARROW, spark).placed(objects, job, NOW_MS)
    assert spark.payloads == [{**job, "plan": plan.to_json()}]
    assert read(objects)["plan"] == plan.to_json()
    assert read(objects, START_MS - 1)["state"] == "queued"
    assert read(objects, START_MS)["state"] == "lost"


def test_one_that_waits_for_its_turn_on_emr_serverless_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    objects, job = queued()
    monkeypatch.setattr(EmrServerlessJobs, "start", lambda *_: None)
    Placing(NARROW, EmrServerlessJobs("00f1", "arn:", "s3://")).placed(objects, job, NOW_MS)
    longest_ms = QUEUE_MINUTES * 60_000 + START_MS
    assert read(objects, longest_ms - 1)["state"] == "queued"
    assert read(objects, longest_ms)["state"] == "lost"


def test_one_that_works_on_spark_already_is_not_queued_again() -> None:
    objects, job = queued()
    spark = Started()
    Placing(NARROW, spark).placed(objects, job, NOW_MS)
    taking.begin(objects, "films", RUN, NOW_MS)
    runs.record_of(objects, "films", RUN).add(state="running")
    assert Placing(NARROW, spark).placed(objects, job, NOW_MS + 1).place == "spark"
    assert len(spark.payloads) == 1
    assert read(objects)["state"] == "running"


def test_one_that_is_sent_again_is_the_same_whatever_was_stored_meanwhile() -> None:
    objects, job = queued()
    spark = Started()
    plan = Placing(NARROW, spark).placed(objects, job, NOW_MS)
    fill_import(objects, checkerboard())
    assert Placing(NARROW, spark).placed(objects, job, NOW_MS + 1).to_json() == plan.to_json()
    assert len(spark.payloads) == 2
    assert spark.payloads[0] == spark.payloads[1]
    assert read(objects)["plan"] == plan.to_json()


def test_one_that_cannot_be_sent_again_may_have_arrived_before() -> None:
    objects, job = queued()
    Placing(NARROW, Started()).placed(objects, job, NOW_MS)
    with pytest.raises(StoreUnavailable):
        Placing(NARROW, Started(fails=True)).placed(objects, job, NOW_MS + 1)
    assert read(objects)["state"] == "queued"
    assert read_lease(objects, "films").is_taken(NOW_MS)


def test_one_whose_first_start_was_not_confirmed_is_sent_with_the_same_plan() -> None:
    objects, job = queued()
    with pytest.raises(StoreUnavailable):
        Placing(NARROW, Started(fails=True)).placed(objects, job, NOW_MS)
    plan = read(objects)["plan"]
    fill_import(objects, checkerboard())
    spark = Started()
    Placing(NARROW, spark).placed(objects, job, NOW_MS + 1)
    assert spark.payloads == [{**job, "plan": plan}]


def test_one_that_has_succeeded_on_spark_is_not_queued_again() -> None:
    objects, job = queued()
    spark = Started()
    Placing(NARROW, spark).placed(objects, job, NOW_MS)
    runs.record_of(objects, "films", RUN).add(state="succeeded")
    assert Placing(NARROW, spark).placed(objects, job, NOW_MS + 1).place == "spark"
    assert len(spark.payloads) == 1
    assert read(objects)["state"] == "succeeded"


def test_a_private_one_has_no_figure_of_the_data_in_its_record_or_job() -> None:
    objects, job = queued()
    spark = Started()
    Placing(NARROW, spark).placed(objects, {**job, "epsilon": 1.0}, NOW_MS)
    assert read(objects)["plan"] == spark.payloads[0]["plan"] == {"place": "spark"}
    Placing(NARROW, spark).placed(objects, {**job, "epsilon": 1.0}, NOW_MS + 1)
    assert spark.payloads[0] == spark.payloads[1]


def test_one_that_fits_nowhere_fails_before_it_reads_and_frees_the_catalog() -> None:
    objects, job = queued()
    with pytest.raises(Unfittable, match="give it more memory"):
        Placing(NARROW).placed(objects, job, NOW_MS)
    assert read(objects)["state"] == "failed"
    assert "give it more memory" in str(read(objects)["error"])
    assert not read_lease(objects, "films").is_taken(NOW_MS)


def test_a_spark_that_cannot_be_reached_fails_the_run_and_frees_the_catalog() -> None:
    objects, job = queued()
    with pytest.raises(StoreUnavailable):
        Placing(NARROW, Started(fails=True)).placed(objects, job, NOW_MS)
    assert read(objects)["error"] == "Spark: unreachable"
    assert not read_lease(objects, "films").is_taken(NOW_MS)


def test_a_run_that_nobody_queued_gets_a_record_when_it_is_refused() -> None:
    objects = MemoryObjects()
    fill(objects, checkerboard())
    with pytest.raises(Unfittable):
        Placing(NARROW).placed(objects, {"catalog": "films", "run": RUN}, NOW_MS)
    assert read(objects)["state"] == "failed"


def test_sizes_come_from_records_and_indexes_and_items_from_the_latest_run() -> None:
    objects, events = MemoryObjects(), checkerboard()
    fill_import(objects, events)
    before = DataSize.of_now(objects, "films", RUN)
    assert (before.rows, before.items) == (len(events), None)
    assert before.size_bytes > 0
    trained = train(replace(training(objects, NOW_MS - 1), configs=KNN))
    assert DataSize.of_now(objects, "films", RUN).items == trained["data"]["items"]
    fill_import(objects, events, import_id="more")
    assert DataSize.of_now(objects, "films", RUN).items == 2 * trained["data"]["items"]


def test_items_of_a_first_training_are_those_of_the_largest_import() -> None:
    objects = MemoryObjects()
    for import_id, items in (("one", 7), ("two", 30)):
        event_log.commit_import(objects, "films", import_id, {"items": items}, [])
    assert DataSize.of_now(objects, "films", RUN).items == 30


def test_requests_of_the_log_count_before_and_after_they_are_compacted() -> None:
    objects = MemoryObjects()
    fill(objects, checkerboard())
    assert DataSize.of_now(objects, "films", RUN).rows == 10
    assert MEASURED.row_bytes > 0
