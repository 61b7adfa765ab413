"""Trains one catalog as a Spark application: a training like any other, whose grams the executors sum.

python train_on_spark.py spark://local[2] < job.json               on this computer
spark-submit train_on_spark.py spark:// '{"catalog": …}'            where Spark gives the executors: EMR Serverless

The job is that of the train function: {"catalog": "music", "run": "…", …}. So are the settings, read from
the same variables, and everything that the run writes: its record, lease and progress, the version, the gate and the
pointer. The driver reads, cleans, evaluates and publishes; executors read shards and write sums, and see no ids.

A driver that a signal ends says so in the run, and leaves neither the lease nor a shard behind.
"""

import json
import signal
import sys
import time
from typing import Any

from spark_session import summing_of

from doublebill.concurrency.endings import end_in_order
from doublebill.edge.clock import SYSTEM, now_ms
from doublebill.edge.settings import TrainSettings, read_settings
from doublebill.fit.selection.time_budget import TimeBudget
from doublebill.service.registry import runs
from doublebill.service.scaling.ended import note_end
from doublebill.service.training.job import TrainingJob, options_of
from doublebill.service.training.train import train
from doublebill.stores.job_record import reason
from doublebill.stores.objects import open_objects
from doublebill.stores.records import open_records


def main(url: str, job: dict[str, Any]) -> runs.Record:
    """Trains as the job says, and returns the record of the run."""
    settings, catalog, run = read_settings(TrainSettings), str(job["catalog"]), str(job["run"])
    objects = open_objects(settings.objects)
    try:
        with summing_of(url, settings.objects, catalog, run) as (summing, _):
            return train(
                TrainingJob(
                    *(objects, catalog, run, now_ms, lambda line: print(line, flush=True)),
                    budget=TimeBudget.of(time.monotonic, work_seconds=job.get("budget_seconds", float("inf"))),
                    records=open_records(settings.histories),
                    clock=SYSTEM,
                    retention_days=settings.retention_days,
                    summing=summing,
                    **options_of(job),
                )
            )
    except BaseException as ended:  # a signal too: the run must say how it ended
        note_end(objects, catalog, run, reason(ended), now_ms(), states=("queued",))  # Spark itself did not start
        raise


if __name__ == "__main__":
    end_in_order(signal.SIGTERM)
    print(json.dumps(main(sys.argv[1], json.loads(sys.argv[2] if sys.argv[2:] else sys.stdin.read()))))
