"""How many calls of S3 a day of single posts takes, by what makes them, and what they cost.

python tests/bench/s3_day.py [--posts 1000 10000] [--events 360000] [--keep FOLDER]      one JSON line per result

A log of a year lies in a folder as `year_of_posts` makes it, or as it left it in `--keep`, which then gets the posts of
that day too. On a day of `--posts` requests with one event each, as many in every hour, trending is counted each hour;
at night a training reads and cleans everything, after it has joined what waits into blocks, and prune sweeps, as the
schedules of the template do. Calls are those of the store, as many as of S3: a list has one for each thousand keys.
The clock is moved. A catalog without a model has no calls for recommendations, and `training_cost.py` counts those of
fitting and publishing.
"""

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from year_of_posts import CATALOG, FIRST_MS, WEEK_MS, WEEKS, CountedFolder, People, fill, post

from doublebill.service.catalog import catalog_record, trending
from doublebill.service.registry import prior_refresh
from doublebill.service.registry.pruning.prune import PruneTerms
from doublebill.service.removing.sweep import sweep
from doublebill.service.training.job import TrainingJob
from doublebill.service.training.prepare import read_and_clean
from doublebill_local.locations import ROOT

HOURS = 24
HOUR_MS = 3_600_000
DAY_MS = HOURS * HOUR_MS
NIGHT = 3
"""The hour of the training."""


@dataclass
class Day:
    """One day of a store and the calls of each thing that was done."""

    objects: CountedFolder
    begins_ms: int
    calls: dict[str, Counter[str]] = field(default_factory=dict)

    @contextmanager
    def counted(self, name: str) -> Iterator[None]:
        """Counts the calls made meanwhile."""
        before = Counter(self.objects.calls)
        yield
        self.calls.setdefault(name, Counter()).update(self.objects.calls - before)

    def pass_hour(self, hour: int, people: People, posts: int) -> None:
        """Does everything of one hour."""
        ends_ms = self.begins_ms + (hour + 1) * HOUR_MS
        rows = people.rows(0, posts)
        moved = rows.received - FIRST_MS  # within a week; here within the hour
        rows.received[:] = self.begins_ms + hour * HOUR_MS + moved * HOUR_MS // WEEK_MS
        rows.table.timestamps[:] = rows.received
        with self.counted("posts"):
            post(self.objects, rows)
        with self.counted("trending"):
            trending.refresh_all(
                self.objects,
                lambda objects, catalog, events: prior_refresh.refresh(objects, catalog, events, ends_ms),
            )
        if hour == NIGHT:
            with self.counted("training, until it fits"):
                job = TrainingJob(self.objects, CATALOG, "20300101T000000Z-bench", lambda: ends_ms)
                read_and_clean(job, ends_ms, catalog_record.read(self.objects, CATALOG))
            with self.counted("prune"):
                sweep(self.objects, ends_ms, PruneTerms())


def dollars(calls: Counter[str]) -> float:
    """Returns the price of some calls."""
    prices = json.loads((ROOT / "infra" / "docs" / "cost" / "prices.json").read_text())["prices"]
    get, put = prices["s3_get"]["dollars"], prices["s3_put"]["dollars"]
    return float(calls["GET"] * get + (calls["PUT"] + calls["LIST"]) * put)


def measure(folder: Path, people: People, posts: int) -> None:
    """Passes two days, so that the second finds what the first has left, and prints the second."""
    objects, begun = CountedFolder(folder), time.perf_counter()
    for number in range(2):
        day = Day(objects, FIRST_MS + WEEKS * WEEK_MS + number * DAY_MS)
        for hour in range(HOURS):
            day.pass_hour(hour, people, posts // HOURS)
    every, made = sum(day.calls.values(), Counter[str]()), posts // HOURS * HOURS
    line = {
        "bench": "s3_day",
        "name": "calls of S3 a day",
        "dataset": f"{made} posts of one event a day",
        "ours": sum(every.values()),
        "unit": "calls",
        "for_each_post": round(sum(every.values()) / made, 2),
        "dollars": round(dollars(every), 4),
        "calls": {name: dict(sorted(calls.items())) for name, calls in day.calls.items()},
        "seconds": round(time.perf_counter() - begun, 1),
    }
    print(json.dumps(line), flush=True)


def main() -> None:
    """Measures the numbers of posts that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--events", type=int, default=360_000)
    parser.add_argument("--keep", type=Path, help="a folder with a log that year_of_posts made")
    arguments = parser.parse_args()
    for posts in arguments.posts:
        with tempfile.TemporaryDirectory() as made:
            people = People(10_000, 2_000)
            if not arguments.keep:
                fill(CountedFolder(Path(made)), people, arguments.events, 500)
            measure(arguments.keep or Path(made), people, posts)


if __name__ == "__main__":
    main()
