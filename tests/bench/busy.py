"""How long recommendations take while a training runs and eight clients ask for the worst content that they may.

python tests/bench/busy.py [--seconds N] [--events N]      one JSON line per result; `holds`: whether the target is met

Everything goes to one `doublebill up`: eight clients that ask for recommendations again as soon as they are answered,
trainings of another catalog one after the other, and eight clients that send the requests for content that took longest
when one process answered everything; they come back when `Retry-After` says so. Where no training succeeded or no
content was answered, nothing was measured beside the recommendations, and the bench fails.
"""

import argparse
import http.client
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from http_clients import CLIENTS, asked
from random_models import Size, home_with
from serve import PATH, body

SIZE = Size(20_000, 100)
TRAINED = "trained"
EVENTS = 100_000
HOSTILE = [
    ("runner", {"spec": {"length": 16, "linearity": 0}, "count": 80}),
    ("sokoban", {"spec": {"width": 5, "height": 5, "crates": 3, "difficulty": 60}, "count": 100}),
    ("quests", {"spec": {"facts": {"ogre": 3}, "grammar": {"origin": ["#origin#" * 4, "x"]}}, "count": 100}),
]
"""Kinds and bodies, to which each request adds a seed of its own."""


def main() -> None:
    """Runs the load and prints what it found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--events", type=int, default=EVENTS, help="of the catalog that is trained meanwhile")
    wanted = parser.parse_args()
    seconds = wanted.seconds
    bodies = [json.dumps(body(SIZE, seed)) for seed in range(50)]
    with home_with(SIZE) as (home, _):
        fill(home.folder, wanted.events)
        with running(home.folder) as port:
            asked(port, PATH, bodies, min(seconds, 10))  # every environment has its model
            ended, statuses, trained = threading.Event(), Counter[int](), Counter[str]()
            works: list[Callable[[], None]] = [lambda: train(port, ended, trained)]
            works += [lambda first=n: ask_for_content(port, first, ended, statuses) for n in range(CLIENTS)]  # type: ignore[misc]  # mypy does not see the default
            beside = [threading.Thread(target=work, daemon=True) for work in works]
            for one in beside:
                one.start()
            taken, errors = asked(port, PATH, bodies, seconds)
            ended.set()
    told = {"dataset": str(SIZE), "clients": CLIENTS, "seconds": seconds, "load": round(os.getloadavg()[0], 1)}
    beside_it = {"content": dict(sorted(statuses.items())), "trainings": dict(trained)}
    tell("recommendations that were errors", errors, "answers", 0, answers=len(taken), **beside_it, **told)
    tell("recommendations, p50", statistics.median(taken), "ms", **told)
    tell("recommendations, p99", statistics.quantiles(taken, n=100)[98], "ms", 150, **told)
    tell("recommendations, slowest", max(taken), "ms", **told)
    if not statuses[200] or not trained["succeeded"]:
        sys.exit(f"too little worked beside the recommendations: content {dict(statuses)}, trainings {dict(trained)}")


def tell(name: str, ours: float, unit: str, target: float | None = None, **more: object) -> None:
    """One result as one line; with a target, whether it is met."""
    line: dict[str, object] = {"bench": "busy", "name": name, "ours": round(ours, 4), "unit": unit}
    if target is not None:
        line |= {"target": target, "holds": ours <= target}
    print(json.dumps(line | more), flush=True)


def fill(folder: Path, events: int) -> None:
    """Imports made-up events into the catalog that is trained."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place, "events.csv.gz")
        make = [sys.executable, "-m", "doublebill_local.demo.large_file", str(events), str(file)]
        subprocess.run(make, check=True, capture_output=True)
        store = [sys.executable, "-m", "doublebill_local", "import", TRAINED, str(file), "--home", str(folder)]
        subprocess.run(store, check=True, capture_output=True)


@contextmanager
def running(folder: Path) -> Iterator[int]:
    """The port of a service on the folder."""
    command = [sys.executable, "-m", "doublebill_local", "up", "--port", "0", "--home", str(folder)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as server:
        assert server.stderr is not None
        try:
            yield next(int(line.split("127.0.0.1:")[1].split(",")[0]) for line in server.stderr if "is up at" in line)
        finally:
            server.terminate()


def train(port: int, ended: threading.Event, trained: Counter[str]) -> None:
    """Starts a training, and another one when it has ended."""
    path = f"/v1/catalogs/{TRAINED}/trainings"
    while not ended.is_set():
        status, _, started = request(port, "POST", path, {})
        state = "queued" if status == 202 else f"refused by {status}"
        while state in ("queued", "running") and not ended.wait(0.5):
            _, _, record = request(port, "GET", f"{path}/{started['training_id']}")
            state = str(record.get("state", state))
        trained[state] += 1


def ask_for_content(port: int, first: int, ended: threading.Event, statuses: Counter[int]) -> None:
    """Asks for the worst content again and again."""
    for number in itertools.count(first):
        kind, asking = HOSTILE[number % len(HOSTILE)]
        status, retry_seconds, _ = request(port, "POST", f"/v1/games/{kind}", {**asking, "seed": number})
        if ended.wait(retry_seconds):
            return
        statuses[status] += 1


def request(port: int, method: str, path: str, asking: object = None) -> tuple[int, float, dict[str, Any]]:
    """Status, seconds to wait and document of one answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request(method, path, json.dumps(asking), {"content-type": "application/json"})
        answer = connection.getresponse()
        return answer.status, float(answer.headers.get("retry-after", 0)), json.loads(answer.read())
    except OSError:
        time.sleep(1)
        return 0, 0, {}
    finally:
        connection.close()


if __name__ == "__main__":
    main()
