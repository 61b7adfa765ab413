"""How fast a file of events is imported and how much memory that takes, beside pandas reading the same file.

python tests/bench/ingest.py [--rows 1000000] [--large 10000000] [--quick]         one JSON line per result

The file is that of `doublebill_local.demo.large_file`: gzipped CSV with string ids and times. Every contestant works in
a process of its own, on one core; rows a second are of its CPU time, and they take turns, the best of `RUNS` counts.
Peaks are of whole processes.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

RUNS = 3
QUICK_ROWS = 50_000
NOW_MS = 1_800_000_000_000
IMPORT = "0f" * 16
ONE_CORE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def with_pandas(file: Path) -> int:
    """Reads the file as most people would."""
    import pandas as pd

    return len(pd.read_csv(file))


def read_only(file: Path) -> int:
    """Reads the file, and every cell's meaning, and stores nothing."""
    return sum(len(block.lines) for block in event_blocks(file))


def to_the_log(file: Path) -> int:
    """Imports the file without histories."""
    from doublebill.service.ingesting.ingest import Intake

    class LogOnly(Intake):
        def remember_import(self, *_: object) -> None:
            """Stores no history."""

    return imported(file, LogOnly)


def whole(file: Path) -> int:
    """Imports the file as the command does."""
    from doublebill.service.ingesting.ingest import Intake

    return imported(file, Intake)


def imported(file: Path, intake_class: type) -> int:
    """Imports the file into a folder of its own and returns the number of events."""
    from doublebill.service.ingesting.import_file import import_events
    from doublebill_local.host.home import Home

    with tempfile.TemporaryDirectory() as folder:
        intake = Home(Path(folder)).intake()
        stores = {one.name: getattr(intake, one.name) for one in fields(intake)}
        done = import_events(intake_class(**stores), "music", IMPORT, event_blocks(file), NOW_MS)
    return done.accepted


def event_blocks(file: Path) -> Iterator["EventRows"]:  # noqa: F821  # pandas must not have to load it
    """Yields the events of the file, read as its columns say."""
    from doublebill.imports.files.table_source import open_table
    from doublebill.imports.reading.decide import decide, recognised
    from doublebill.imports.reading.event_rows import event_rows
    from doublebill.imports.reading.flags import ReadingFlags

    table = recognised(open_table(file))
    reading = decide(table, ReadingFlags())
    return (event_rows(block, reading) for block in table.blocks())


CONTESTANTS = {one.__name__: one for one in (with_pandas, read_only, to_the_log, whole)}


def work(contestant: str, file: Path) -> None:
    """Lets one contestant work, in this process, and prints its facts; a small file before it loads the code."""
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.csv"
        small.write_text("user_id,item_id,kind,timestamp\nann,song,play,2024-01-05T10:00:00Z\n")
        CONTESTANTS[contestant](small)
    begun = time.process_time()
    rows = CONTESTANTS[contestant](file)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": rows, "seconds": time.process_time() - begun, "peak_mb": peak_mb}))


def measured(contestant: str, file: Path) -> dict[str, float]:
    """Returns the facts of one contestant in a process of its own."""
    ran = subprocess.run(
        [sys.executable, __file__, "--contestant", contestant, "--file", str(file)],
        env={**os.environ, **ONE_CORE},
        capture_output=True,
        text=True,
        check=True,
    )
    facts: dict[str, float] = json.loads(ran.stdout)
    return facts


def speeds(file: Path, runs: int) -> dict[str, float]:
    """Returns contestant → rows a second, the best of the runs, in which all take turns."""
    best: dict[str, float] = dict.fromkeys(CONTESTANTS, 0.0)
    for _ in range(runs):
        for contestant in CONTESTANTS:
            facts = measured(contestant, file)
            best[contestant] = max(best[contestant], facts["rows"] / facts["seconds"])
    return best


def line(name: str, ours: float, target: float, unit: str, holds: bool, **more: object) -> None:
    """Prints one result."""
    found = {"bench": "import", "name": name, "ours": round(ours, 3), "unit": unit, "target": target, "holds": holds}
    print(json.dumps(found | more), flush=True)


def main() -> None:
    """Measures, or works for a measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--large", type=int, default=10_000_000)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--contestant", choices=CONTESTANTS)
    parser.add_argument("--file", type=Path)
    arguments = parser.parse_args()
    if arguments.contestant:
        work(arguments.contestant, arguments.file)
        return
    rows, large = (QUICK_ROWS, QUICK_ROWS) if arguments.quick else (arguments.rows, arguments.large)
    from doublebill_local.demo.large_file import write_events

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "events.csv.gz"
        write_events(file, rows)
        best = speeds(file, 1 if arguments.quick else RUNS)
        data, pandas = {"dataset": f"{rows} made-up rows"}, best["with_pandas"]
        line("read and interpret", best["read_only"], 250_000, "rows/s", best["read_only"] >= 250_000, **data)
        line("read, clean, write the log", best["to_the_log"], 250_000, "rows/s", best["to_the_log"] >= 250_000, **data)
        line("with the embedded histories", best["whole"], 80_000, "rows/s", best["whole"] >= 80_000, **data)
        ratio = best["to_the_log"] / pandas
        peer = {"peer": round(pandas), "peer_name": "pandas.read_csv", "ratio": round(ratio, 3)}
        line("over pandas.read_csv", best["to_the_log"], 0.25, "rows/s", ratio >= 0.25, **peer, **data)
        write_events(file, large)
        peak_mb = measured("whole", file)["peak_mb"]
        line("peak memory", peak_mb, 1000, "MB", peak_mb <= 1000, dataset=f"{large} made-up rows")


if __name__ == "__main__":
    main()
