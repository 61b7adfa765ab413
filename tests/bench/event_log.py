"""How long a training reads a log of many requests, before and after compaction, and how much memory many rows take.

python tests/bench/event_log.py [--requests 100000] [--rows 10000000] [--quick]      one JSON line per result

The log lies in a folder, and every request has one event. Each measurement is made in a process of its own, on one
core, so that peaks are of whole processes; seconds are of the clock on the wall.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from doublebill.columns.text_column import Texts
from doublebill.event_table import EventTable
from doublebill.events import Event
from doublebill.fit.clean import clean
from doublebill.service.catalog import catalogs, event_log
from doublebill.service.catalog.blocks import compaction
from doublebill.service.catalog.blocks.log_blocks import LOG
from doublebill.service.training.data_snapshot import DataSnapshot
from doublebill.stores.objects import FolderObjects

FIRST_MS = 1_700_000_000_000
NOW_MS = 1_800_000_000_000
CATALOG = "music"
SECONDS, PEAK_MB = 20.0, 3_000.0
"""The targets: seconds to read the log after compaction, peak memory of reading many rows."""
PART_ROWS = 500_000
USERS, ITEMS = 500_000, 100_000
QUICK = 2_000
ONE_CORE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def log_of_requests(objects: FolderObjects, requests: int) -> None:
    """Appends requests of one event each."""
    catalogs.ensure(objects, CATALOG)
    chance = np.random.default_rng(0)
    users, items = chance.integers(0, requests // 10, requests), chance.integers(0, 1000, requests)
    for number, (user, item) in enumerate(zip(users.tolist(), items.tolist(), strict=True)):
        event = Event(f"{user:064x}", f"song-{item}", "play", timestamp=FIRST_MS + number)
        event_log.append(objects, CATALOG, [event], FIRST_MS + number)


def import_of_rows(objects: FolderObjects, rows: int, named: bool = False) -> None:
    """Stores an import of many rows; where `named`, each with an event id of its own."""
    catalogs.ensure(objects, CATALOG)
    chance, parts = np.random.default_rng(0), []
    users = Texts.of(f"{user:064x}" for user in range(USERS)).distinct
    items = Texts.of(f"song-{item}" for item in range(ITEMS)).distinct
    for number, start in enumerate(range(0, rows, PART_ROWS)):
        size = min(PART_ROWS, rows - start)
        table = EventTable(
            users=Texts(users, chance.integers(0, USERS, size).astype(np.int32)),
            items=Texts(items, chance.integers(0, ITEMS, size).astype(np.int32)),
            kinds=Texts.constant("play", size),
            values=np.ones(size),
            timestamps=FIRST_MS + 1000 * chance.integers(0, 10**8, size),
            event_ids=_ids_of_their_own(start, size) if named else Texts.constant("", size),
            recommendation_ids=Texts.constant("", size),
            received=np.zeros(size, np.int64),
        )
        parts.append(event_log.put_part(objects, CATALOG, "made-up", number, table))
    event_log.commit_import(objects, CATALOG, "made-up", {"accepted": rows}, parts)


def _ids_of_their_own(first: int, size: int) -> Texts:
    """Returns ids of 36 characters, one a row."""
    return Texts.of(f"{number:036x}" for number in range(first, first + size))


def read(objects: FolderObjects) -> int:
    """Reads everything that a training reads."""
    return len(DataSnapshot.of_now(objects, CATALOG).read(objects).events)


def read_and_clean(objects: FolderObjects) -> int:
    """Reads everything and cleans it."""
    stored = DataSnapshot.of_now(objects, CATALOG).read(objects)
    cleaned = clean(stored.events, stored.items)
    return cleaned.events + cleaned.duplicates


def compact(objects: FolderObjects) -> int:
    """Compacts the log."""
    return compaction.compact(objects, CATALOG, NOW_MS, LOG).rows


WORK: dict[str, Callable[[FolderObjects], int]] = {one.__name__: one for one in (read, read_and_clean, compact)}


def measured(work: str, folder: Path) -> dict[str, float]:
    """Returns rows, seconds and peak memory of a piece of work, done in a process of its own."""
    command = [sys.executable, __file__, "--work", work, "--folder", str(folder)]
    ran = subprocess.run(command, env={**os.environ, **ONE_CORE}, capture_output=True, text=True, check=True)
    facts: dict[str, float] = json.loads(ran.stdout)
    return facts


def do(work: str, folder: Path) -> None:
    """Does one piece of work and prints its facts."""
    begun = time.perf_counter()
    rows = WORK[work](FolderObjects(folder))
    seconds = time.perf_counter() - begun
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": rows, "seconds": seconds, "peak_mb": peak_mb}))


def line(name: str, ours: float, unit: str, target: float | None = None, **more: Any) -> None:
    """Prints one result."""
    judged = {} if target is None else {"target": target, "holds": ours <= target}
    print(
        json.dumps({"bench": "import", "name": name, "ours": round(ours, 2), "unit": unit, **judged, **more}),
        flush=True,
    )


def main() -> None:
    """Measures everything, or does one piece of work."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--work", choices=WORK)
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    if arguments.work:
        do(arguments.work, arguments.folder)
        return
    requests, rows = (QUICK, QUICK) if arguments.quick else (arguments.requests, arguments.rows)
    dataset = f"{requests} requests of one event in a folder"
    with tempfile.TemporaryDirectory() as folder:
        log_of_requests(FolderObjects(Path(folder)), requests)
        before = measured("read", Path(folder))
        line("reading the log before compaction", before["seconds"], "s", dataset=dataset)
        line("compacting the log", measured("compact", Path(folder))["seconds"], "s", dataset=dataset)
        after = measured("read", Path(folder))
        assert before["rows"] == after["rows"] == requests
        line("reading the log after compaction", after["seconds"], "s", SECONDS, dataset=dataset)
    for named in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            import_of_rows(FolderObjects(Path(folder)), rows, named)
            dataset = f"{rows} imported rows{', each with an id,' if named else ''} in a folder"
            for name, work in (("reading", "read"), ("reading and cleaning", "read_and_clean")):
                facts = measured(work, Path(folder))
                assert facts["rows"] == rows
                line(f"peak memory of {name} many rows", facts["peak_mb"], "MB", PEAK_MB, dataset=dataset)
                line(f"{name} many rows", facts["seconds"], "s", dataset=dataset)


if __name__ == "__main__":
    main()
