"""A year of single posts: how long a training reads and cleans them, in how much memory, and what a day costs of S3.

python tests/bench/year_of_posts.py [--events 36000000] [--posts 20000] [--day 100000] [--quick]     one JSON line each

The log lies in a folder: `--posts` requests of one event each, which a compaction joins, and then the other events in
blocks that the same compaction writes, a week at a time. Reading and cleaning is measured in a process of its own on
one core: seconds of the clock and of the processor, and the peak of the whole process. A day of `--day` posts is
counted by the calls of the store: posting, the nightly compaction and the reading of a training.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

from doublebill.columns.text_column import Texts
from doublebill.event_table import EventTable
from doublebill.service.catalog import catalog_record, catalogs, event_log
from doublebill.service.catalog.blocks import compaction
from doublebill.service.catalog.blocks.log_blocks import LOG, LogBlock, read_index
from doublebill.service.training.job import TrainingJob
from doublebill.service.training.prepare import read_and_clean
from doublebill.stores.objects import FolderObjects

CATALOG = "music"
WEEKS = 52
WEEK_MS = 7 * 86_400_000
FIRST_MS = 1_700_000_000_000
NOW_MS = FIRST_MS + WEEKS * WEEK_MS + 3_600_000
SECONDS, PEAK_MB = 120.0, 2_000.0
ONE_CORE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class CountedFolder(FolderObjects):
    """A folder that counts the calls of S3 that the same work takes."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.calls: Counter[str] = Counter()

    def get(self, key):
        self.calls["GET"] += 1
        return super().get(key)

    def create(self, key, data):
        self.calls["PUT"] += 1
        return super().create(key, data)

    def replace(self, key, data, etag):
        self.calls["PUT"] += 1
        return super().replace(key, data, etag)

    def put(self, key, data):
        self.calls["PUT"] += 1
        return super().put(key, data)

    def delete(self, key):
        self.calls["DELETE"] += 1
        return super().delete(key)

    def keys(self, prefix):
        self.calls["LIST"] += 1
        for number, key in enumerate(super().keys(prefix)):
            if number and number % 1000 == 0:  # the next page, which is asked for where somebody reads on
                self.calls["LIST"] += 1
            yield key


class People:
    """Users and items of a made-up service: some are busy, some are popular."""

    def __init__(self, users: int, items: int) -> None:
        self.chance = np.random.default_rng(0)
        self.users = Texts.of(f"{user:064x}" for user in self.chance.permutation(users).tolist()).distinct
        self.items = Texts.of(f"song-{item}" for item in range(items)).distinct
        self.active = np.cumsum(self.chance.lognormal(0, 1, users))
        self.popular = np.cumsum(1 / np.arange(1, items + 1) ** 0.7)

    def rows(self, week: int, size: int) -> LogBlock:
        """Returns events of a week, each of a request of its own."""
        times = np.sort(self.chance.integers(0, WEEK_MS, size)) + FIRST_MS + week * WEEK_MS
        table = EventTable(
            users=Texts(self.users, self._drawn(self.active, size)),
            items=Texts(self.items, self._drawn(self.popular, size)),
            kinds=Texts.constant("play", size),
            values=np.ones(size),
            timestamps=times,
            event_ids=Texts.constant("", size),
            recommendation_ids=Texts.constant("", size),
            received=times,
        )
        digests = self.chance.integers(0, 1 << 64, size, np.uint64)
        return LogBlock(table.compact(), digests)

    def _drawn(self, cumulated, size: int):
        return np.searchsorted(cumulated, self.chance.random(size) * cumulated[-1]).astype(np.int32)


def post(objects: FolderObjects, rows: LogBlock) -> None:
    """Appends each row as a request of its own."""
    for event, received in zip(rows.table.events(), rows.received.tolist(), strict=True):
        event_log.append(objects, CATALOG, [event], received)


def fill(objects: FolderObjects, people: People, events: int, posts: int) -> None:
    """Stores the year."""
    catalogs.ensure(objects, CATALOG)
    post(objects, people.rows(0, posts))
    compaction.compact(objects, CATALOG, NOW_MS, LOG)
    left = events - posts
    for week in range(1, WEEKS):
        size = left // (WEEKS - week)
        left -= size
        index, _ = read_index(objects, CATALOG)
        assert compaction.commit(objects, CATALOG, LOG, index, (people.rows(week, size), []), [])
        compaction.finish(objects, CATALOG, LOG)


def read(objects: FolderObjects) -> int:
    """Reads and cleans as a training does; returns the events."""
    job = TrainingJob(objects, CATALOG, "20300101T000000Z-bench", lambda: NOW_MS)
    prepared = read_and_clean(job, NOW_MS, catalog_record.read(objects, CATALOG))
    return prepared.cleaned.events + prepared.cleaned.duplicates


def measured(folder: Path) -> dict[str, float]:
    """Returns the facts of one reading, in a process of its own."""
    command = [sys.executable, __file__, "--folder", str(folder)]
    ran = subprocess.run(command, env={**os.environ, **ONE_CORE}, stdout=subprocess.PIPE, text=True, check=True)
    facts: dict[str, float] = json.loads(ran.stdout)
    return facts


def reading(folder: Path) -> None:
    """Reads once and prints the facts."""
    begun, worked = time.perf_counter(), time.process_time()
    events = read(FolderObjects(folder))
    facts = {
        "events": events,
        "seconds": time.perf_counter() - begun,
        "cpu_seconds": time.process_time() - worked,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "load": os.getloadavg()[0],
    }
    print(json.dumps(facts))


def line(name: str, ours: float, unit: str, dataset: str, target: float | None = None, **more: object) -> None:
    """Prints one result."""
    judged = {} if target is None else {"target": target, "holds": ours <= target}
    found = {"bench": "year_of_posts", "name": name, "dataset": dataset, "ours": round(ours, 2), "unit": unit}
    print(json.dumps({**found, **judged, **more}), flush=True)


def a_day(folder: Path, people: People, posts: int) -> None:
    """Prints the calls of S3 that a day of posts takes, all in all."""
    objects = CountedFolder(folder)
    week = people.rows(WEEKS, posts)
    post(objects, week)
    posted = sum(objects.calls.values())
    begun = time.perf_counter()
    read(objects)
    nightly = Counter(objects.calls)
    loose = sum(1 for _ in FolderObjects(folder).keys(f"events/{CATALOG}/"))
    line(
        "calls of S3 a day, for each post",
        sum(nightly.values()) / posts,
        "calls",
        f"{posts} posts",
        calls=dict(nightly),
        posting=posted,
        left_loose=loose,
        seconds=round(time.perf_counter() - begun, 1),
    )


def main() -> None:
    """Fills a folder and measures it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=36_000_000)
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--day", type=int, default=100_000)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--folder", type=Path, help="of a log that is there; only reads it once")
    parser.add_argument("--keep", type=Path, help="where the log is made, and stays")
    arguments = parser.parse_args()
    if arguments.folder:
        reading(arguments.folder)
        return
    events, posts, day = (60_000, 500, 500) if arguments.quick else (arguments.events, arguments.posts, arguments.day)
    people = People(max(1000, events // 36), 20_000 if events > 10**6 else 500)
    with tempfile.TemporaryDirectory() as made:
        folder = arguments.keep or Path(made)
        if not (folder / "blocks").exists():
            fill(FolderObjects(folder), people, events, posts)
        facts = measured(folder)
        assert facts["events"] == events, facts
        dataset = f"{events} events of {len(people.users)} users and {len(people.items)} items"
        told = {name: round(facts[name], 1) for name in ("cpu_seconds", "load")}
        line("reading and cleaning a year of single posts", facts["seconds"], "s", dataset, SECONDS, **told)
        line("peak memory of reading and cleaning it", facts["peak_mb"], "MB", dataset, PEAK_MB)
        if day:
            a_day(folder, people, day)


if __name__ == "__main__":
    main()
