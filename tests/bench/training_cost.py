"""What a whole training takes of a processor, of memory and of S3, for the page of costs.

python tests/bench/training_cost.py [--quick] [--write infra/docs/cost/measured.json]      JSON, or parts of a file

The data are those of `year_of_posts`: made-up events of a year in blocks. A training reads and cleans them, searches,
judges, fits and publishes, as the job in Lambda does, in a process of its own with one thread in BLAS. Bytes and calls
are those of the store: as many as of S3.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from year_of_posts import CATALOG, NOW_MS, ONE_CORE, CountedFolder, People, fill, measured

from doublebill.service.training.job import TrainingJob
from doublebill.service.training.train import train
from doublebill.stores.objects import FolderObjects

ITEMS = 20_000
SHORTEST = [{"family": "edlae"}]
"""The only config of a training that searches nothing."""


def trained(folder: Path, configs: Sequence[Mapping[str, object]] = ()) -> None:
    """Trains once and prints the facts."""
    objects = CountedFolder(folder)
    begun, worked = time.perf_counter(), time.process_time()
    record = train(TrainingJob(objects, CATALOG, "20300101T000000Z-bench", lambda: NOW_MS, configs=configs))
    facts = {
        "events": record["data"]["events"],
        "interactions": record["data"]["interactions"],
        "seconds": round(time.perf_counter() - begun, 1),
        "cpu_seconds": round(time.process_time() - worked, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "s3": dict(sorted(objects.calls.items())),
        "load": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(facts))


def of_training(events: int, items: int, shortest: bool) -> dict[str, Any]:
    """Returns the facts of a training on so many events, in a process of its own."""
    with tempfile.TemporaryDirectory() as made:
        people = People(max(1000, events // 36), items or (ITEMS if events > 10**6 // 2 else 500))
        fill(FolderObjects(Path(made)), people, events, 500)
        stored = sum(file.stat().st_size for file in Path(made).rglob("*") if file.is_file())
        command = [sys.executable, __file__, "--folder", made, *(["--shortest"] if shortest else [])]
        ran = subprocess.run(command, env={**os.environ, **ONE_CORE}, stdout=subprocess.PIPE, text=True, check=True)
        return {**json.loads(ran.stdout), "items": len(people.items), "stored_bytes": stored}


def of_cleaning(events: int) -> dict[str, Any]:
    """Returns the facts of reading and cleaning so many events."""
    with tempfile.TemporaryDirectory() as made:
        fill(FolderObjects(Path(made)), People(max(1000, events // 36), ITEMS if events > 10**6 else 500), events, 2000)
        return {name: round(fact, 1) for name, fact in measured(Path(made)).items()}


def main() -> None:
    """Measures a training, and reading and cleaning more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument(
        "--cleaned", type=int, default=10_000_000, help="events that are only read and cleaned; 0: none"
    )
    parser.add_argument("--items", type=int, default=0, help="0: many, or few where there are few events")
    parser.add_argument("--shortest", action="store_true", help="tries one config, the shortest training there is")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--folder", type=Path, help="of a log that is there; only trains once")
    parser.add_argument("--write", type=Path, help="a file of measurements, whose parts about trainings change")
    arguments = parser.parse_args()
    if arguments.folder:
        trained(arguments.folder, SHORTEST if arguments.shortest else ())
        return
    events, cleaned = (30_000, 0) if arguments.quick else (arguments.events, arguments.cleaned)
    found = {"training": of_training(events, arguments.items, arguments.shortest)}
    if cleaned:
        found["cleaning"] = of_cleaning(cleaned)
    if arguments.write:
        whole = json.loads(arguments.write.read_text()) if arguments.write.exists() else {}
        arguments.write.write_text(json.dumps(whole | found, indent=2) + "\n")
    else:
        print(json.dumps({"bench": "training_cost", **found}), flush=True)


if __name__ == "__main__":
    main()
