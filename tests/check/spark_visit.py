"""Trains several catalogs in one Spark application, with the Python of Spark, and prints a record a line as JSON.

python spark_visit.py spark://local[2] FOLDER < jobs.json      FOLDER has the objects; jobs: catalog, run, started_ms, …

Unlike `train_on_spark`, time stands still in it, so that its records can be compared with those of one process.
"""

import json
import sys
from pathlib import Path
from typing import Any

from spark_session import summing_of

from doublebill.service.scaling.sharded_sums import ShardedSums
from doublebill.service.training.job import TrainingJob, options_of
from doublebill.service.training.train import train
from doublebill.stores.objects import FolderObjects


def main(url: str, folder: Path, jobs: list[dict[str, Any]]) -> None:
    """Trains one catalog after the other."""
    objects = FolderObjects(folder)
    with summing_of(url, f"file://{folder}", "none", "none") as (_, tasks):
        for job in jobs:
            summing = ShardedSums(objects, tasks, job["catalog"], job["run"], shard_entries=200)
            at = job["started_ms"]
            done = len(tasks.done)
            record = train(
                TrainingJob(objects, job["catalog"], job["run"], lambda at=at: at, summing=summing, **options_of(job))
            )
            print(json.dumps({**record, "tasks": len(tasks.done) - done}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), json.load(sys.stdin))
