"""A made-up catalog of a size in a folder, and one whole training of it in this process, as a script of its own.

python sized_catalog.py FOLDER write USERS ITEMS ENTRIES      fills the folder
python sized_catalog.py FOLDER ROAD [CONFIGS]      prints the seconds, the peak and the version of a training as JSON

ROAD is `here`, or `spark://local[2]` in the environment that `make env-spark` makes. CONFIGS is a JSON list of configs
as people write them; without it only those are tried for which a budget of 0 seconds has time.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from train import SEED, Size, synthetic

from doublebill.edge.clock import SYSTEM, now_ms
from doublebill.event_table import EventTable, Texts
from doublebill.fit.linear.sums.summing import HERE, Summing
from doublebill.fit.selection.time_budget import TimeBudget
from doublebill.service.catalog import catalogs, event_log
from doublebill.service.scaling.remote import peak_bytes
from doublebill.service.training.job import TrainingJob
from doublebill.service.training.train import train
from doublebill.stores.objects import FolderObjects

CATALOG = "films"
PART_ROWS = 500_000
"""Rows of one part, as imports write them."""

DAYS_MS = 180 * 86_400_000


def write(size: Size, folder: Path) -> None:
    """Stores made-up plays as an import would."""
    objects, matrix = FolderObjects(folder), synthetic(size, SEED)
    random = np.random.default_rng(SEED)
    order = random.permutation(matrix.nnz)  # files are not in the order of users
    users, items = np.repeat(np.arange(size.users), np.diff(matrix.indptr))[order], matrix.indices[order]
    times = 1_700_000_000_000 + random.integers(0, DAYS_MS, matrix.nnz)
    catalogs.ensure(objects, CATALOG)
    parts = []
    for number, start in enumerate(range(0, matrix.nnz, PART_ROWS)):
        rows = slice(start, start + PART_ROWS)
        table = _table(users[rows], items[rows], times[rows])
        parts.append(event_log.put_part(objects, CATALOG, "made-up", number, table))
    event_log.commit_import(objects, CATALOG, "made-up", {"accepted": matrix.nnz, "imported_ms": 1}, parts)


def _table(users: np.ndarray, items: np.ndarray, times: np.ndarray) -> EventTable:
    (of_users, user_codes), (of_items, item_codes) = (np.unique(one, return_inverse=True) for one in (users, items))
    rows = len(times)
    return EventTable(
        users=Texts.coded((f"{number:032x}" for number in of_users.tolist()), user_codes),
        items=Texts.coded((f"{number:08d}" for number in of_items.tolist()), item_codes),
        kinds=Texts.constant("play", rows),
        values=np.ones(rows),
        timestamps=times,
        event_ids=Texts.constant("", rows),
        recommendation_ids=Texts.constant("", rows),
        received=np.zeros(rows, np.int64),
    )


def measure(folder: Path, configs: list[dict[str, object]], summing: Summing = HERE) -> dict[str, object]:
    """Trains the catalog and returns what that took."""
    budget = TimeBudget.of(time.monotonic, work_seconds=1e9 if configs else 0.0)
    began, cpu = time.monotonic(), time.process_time()
    run = f"{now_ms():013d}-bench"
    record = train(
        TrainingJob(
            FolderObjects(folder), CATALOG, run, now_ms, budget=budget, configs=configs, clock=SYSTEM, summing=summing
        )
    )
    wall, used = time.monotonic() - began, time.process_time() - cpu
    report = record["report"]
    chosen = report["chosen"] if isinstance(report, dict) else ""
    found = {"wall": round(wall, 1), "cpu": round(used, 1), "peak_mb": round(peak_bytes() / 1e6)}
    return {**found, "version": record["version"], "chosen": chosen}


def main(folder: Path, road: str, written: str = "[]") -> None:
    """Trains by one road."""
    configs = json.loads(written)
    if road == "here":
        print(json.dumps(measure(folder, configs)), flush=True)
        return
    from spark_session import summing_of  # in infra/spark

    with summing_of(road, f"file://{folder}", CATALOG, "bench") as (summing, tasks):
        began = time.monotonic()
        found = measure(folder, configs, summing)
        worker = max((one.peak_bytes for one in tasks.done), default=0)
        print(
            json.dumps(
                {**found, "with_spark": round(time.monotonic() - began, 1), "worker_peak_mb": round(worker / 1e6)}
            )
        )


if __name__ == "__main__":
    if sys.argv[2] == "write":
        write(Size(*map(int, sys.argv[3:])), Path(sys.argv[1]))
    else:
        main(Path(sys.argv[1]), *sys.argv[2:])
