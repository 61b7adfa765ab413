"""Train: one catalog or corpus when a job says so, a job for every catalog when the schedule does.

Job: {"catalog": "music", "run": "…", "force": false, "skip_damaged": false, "budget_seconds": 300, "configs": [],
"epsilon": 1, "delta": 1e-6, "in_place_of": "VERSION"}, all but the catalog optional; or {"kind": "runner",
"corpus": "mine", "examples": "…"}.
Schedule: {"schedule": true, "fired": "2026-11-29T03:00:00Z"}; `fired` is the same when the event comes again.
Spark: {"spark": "…"} when the job run of that id has ended; {"cancel": "…", "catalog": "music"} to end that run there.
"""

import secrets
import time
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from doublebill.edge.clock import SYSTEM, now_ms
from doublebill.edge.line_metrics import Measures, counts_of_training
from doublebill.edge.settings import TrainSettings, read_settings
from doublebill.errors import BudgetSpent, Conflict, DataDamaged, NoEvents, NotFound, Unfittable
from doublebill.fit.selection.time_budget import TimeBudget
from doublebill.service.content import corpora
from doublebill.service.scaling.ended import heed
from doublebill.service.scaling.limits import Machine
from doublebill.service.scaling.machine import memory_bytes, search_seconds, whole_seconds
from doublebill.service.scaling.placing import Placing
from doublebill.service.training import start
from doublebill.service.training.job import TrainingJob, options_of
from doublebill.service.training.train import train
from doublebill.stores.job_record import new_id
from doublebill.stores.jobs import open_jobs
from doublebill.stores.objects import open_objects
from doublebill.stores.records import open_records
from doublebill.times.retention import kept_since_ms

PUBLISHING_SECONDS = 30.0
"""Kept back of the time that Lambda gives, for writing the model and the record."""

settings = read_settings(TrainSettings)
logger = Logger(service="train")
measures = Measures.of("train", settings)
objects = open_objects(settings.objects)
jobs = open_jobs(settings.jobs)
records = open_records(settings.histories)
spark = open_jobs(settings.spark_jobs) if settings.spark_jobs else None


def fan_out(event: dict[str, Any]) -> dict[str, Any]:
    fanned = start.queue_all(objects, jobs, now_ms(), secrets.token_hex(4), event.get("fired", ""))
    logger.info("fanned out", catalogs=len(fanned.started), running=fanned.running, failed=fanned.failed)
    fanned.check()  # so that Lambda tries again; what has started is not started again
    return {"started": fanned.started, "running": fanned.running}


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    if event.get("schedule"):
        return fan_out(event)
    if "spark" in event or "cancel" in event:
        heeded = heed(objects, spark, event, now_ms())
        logger.info("heard of spark", heeded=heeded)
        return dict(heeded)
    if "corpus" in event:
        learned = corpora.learn(objects, event["kind"], event["corpus"], event["examples"], now_ms)
        logger.info("learned", kind=learned.kind, corpus=learned.corpus, state=learned.state)
        return {"corpus": learned.corpus, "state": learned.state}
    catalog, run = event["catalog"], event.get("run") or new_id(now_ms(), secrets.token_hex(4))
    left_seconds = context.get_remaining_time_in_millis() / 1000 - PUBLISHING_SECONDS
    budget = TimeBudget.of(time.monotonic, left_seconds, event.get("budget_seconds", search_seconds()))
    places = Placing(Machine(memory_bytes(settings.training_memory_mb), whole_seconds()), spark)
    event = {**event, "run": run}
    try:
        plan = places.placed(objects, event, now_ms(), kept_since_ms(now_ms(), settings.retention_days))
        if plan.place == "spark":
            logger.info("sent to spark", catalog=catalog, run=run, why=plan.why)
            return {"run": run, "state": "queued", "plan": plan.to_json()}
        record = train(
            TrainingJob(
                *(objects, catalog, run, now_ms, logger.info),
                budget=budget,
                records=records,
                clock=SYSTEM,
                retention_days=settings.retention_days,
                **options_of({**event, "plan": plan.to_json()}),
            )
        )
    except (BudgetSpent, Conflict, NoEvents, DataDamaged, NotFound, Unfittable) as untrained:
        alarming = not isinstance(untrained, (Conflict, NoEvents))  # another one works, or the catalog is empty
        logger.warning("not trained", catalog=catalog, reason=str(untrained))
        measures.write(logger, "counted", {"NotTrained": int(alarming)}, catalog)
        return {"run": run, "state": "failed", "error": str(untrained)}
    measures.write(logger, "trained", counts_of_training(record), catalog, version=record["version"])
    return dict(record)
