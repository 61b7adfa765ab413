"""Ended applications: a run whose Spark application is over says so where it does not yet, and frees its catalog.

A driver writes the outcome itself: it publishes, or says why it failed. One that died cannot, so that EMR Serverless
sends an event when a job run has ended. Whatever it says, the champion of before serves on.
"""

import json
from collections.abc import Collection, Mapping

from doublebill.errors import StoreUnavailable
from doublebill.service.registry import runs
from doublebill.service.registry.leases import taking
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.emr.job_runs import EmrServerlessJobs
from doublebill.stores.job_record import UNFINISHED
from doublebill.stores.jobs import Jobs
from doublebill.stores.objects import Objects

ENDS = {
    "CANCELLED": "Spark: the job run {} was cancelled, or ended after 12 hours",
    "FAILED": "Spark: the job run {} failed; its logs say why",
    "SUCCESS": "Spark: the job run {} ended without a word; its logs say why",
}
"""States in which a job run stays, and the error of a run that is not over by then."""


def heed(objects: Objects, spark: Jobs | None, event: Mapping[str, object], now_ms: int) -> Mapping[str, object]:
    """Does as an event says: `spark` is the id of a job run that has ended, `cancel` a run of the catalog to be ended.

    Raises:
        StoreUnavailable: when EMR Serverless does not answer, or no trainings go there.
    """
    if not isinstance(spark, EmrServerlessJobs):
        raise StoreUnavailable("no trainings go to EMR Serverless here; set DOUBLEBILL_SPARK_JOBS")
    if "cancel" in event:
        return {"run": event["cancel"], "cancelled": spark.cancel(str(event["catalog"]), str(event["cancel"]))}
    job_run = str(event["spark"])
    ended = spark.read(job_run)
    error = ENDS.get(ended.state, "").format(job_run)
    noted = bool(error) and note_end(objects, ended.catalog, ended.run, error, now_ms)
    return {"run": ended.run, "state": ended.state, "noted": noted}


def note_end(
    objects: Objects, catalog: str, run: str, error: str, now_ms: int, states: Collection[str] = UNFINISHED
) -> bool:
    """Says in the record of a run in one of these states that it has failed, and gives back its lease.

    Returns whether it did; the record of a run that has ended, or was never queued, stays as it was.
    """
    noted = False

    def ended(data: bytes | None) -> bytes | None:
        nonlocal noted
        fields = {} if data is None else json.loads(data)
        noted = fields.get("state") in states
        failed = {"state": "failed", "finished_ms": now_ms, "error": error}
        return json.dumps({**fields, **failed}).encode() if noted else None

    swap(objects, runs.record_of(objects, catalog, run).key, ended)
    if noted:
        taking.take_back(objects, catalog, run)
    return noted
