"""How fast answers are, beside the peer and against what they must reach.

python tests/bench/serve.py [--quick] [--only core | handler | load | cold | http]      one JSON line per result

`holds` says whether the target is met. Every part works in a process of its own, on models of random edges. LensKit is
not among the peers: it needs torch and its CUDA libraries, gigabytes for one comparison.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
from http_clients import CLIENTS, asked
from random_models import CATALOG, RARE, Size, home_with, item_id, random_history, random_model

from doublebill.model import artifact
from doublebill.model.recommender import Recommender
from doublebill.service.registry.versions import artifact_key
from doublebill_local.host.environments import Context, load_handler
from doublebill_local.host.template import read_template

ROOT = Path(__file__).resolve().parents[2]
PEERS_PYTHON = ROOT / ".tools/peers/bin/python"
N = 20
ROUNDS = 3
PATH = f"/v1/catalogs/{CATALOG}/recommendations"
MIDDLE, LARGE = Size(100_000, 100), Size(1_000_000, 50)
QUICK_MIDDLE, QUICK_LARGE = Size(20_000, 100), Size(50_000, 50)

FLOOR = """
import numpy, boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
boto3.client("s3"), boto3.client("dynamodb"), Logger(service="bench"), EphemeralMetrics(), APIGatewayHttpResolver()
"""
BOTOCORE = 'import boto3; boto3.client("s3"), boto3.client("dynamodb")'
NUMPY = "import numpy"
RECOMMEND = "import app"
DEPLOYED = {
    "DOUBLEBILL_OBJECTS": "s3://bench",
    "DOUBLEBILL_HISTORIES": "dynamodb://bench",
    "DOUBLEBILL_SECRETS": "secretsmanager://bench",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "PYTHONPATH": str(ROOT / "functions/recommend"),
}
"""What a deployed recommend function is told; nothing is asked of AWS while it is imported."""


def tell(name: str, ours: float, unit: str, target: float | None = None, **more: object) -> None:
    """One result as one line; with a target, whether it is met."""
    line: dict[str, object] = {"bench": "serve", "name": name, "ours": round(ours, 4), "unit": unit}
    if target is not None:
        line |= {"target": target, "holds": ours <= target}
    print(json.dumps(line | more), flush=True)


def microseconds(call: Callable[[], object], calls: int) -> list[float]:
    """How long each of many calls took, after a few to warm up."""
    for _ in range(10):
        call()
    taken = []
    for _ in range(calls):
        started = time.perf_counter()
        call()
        taken.append((time.perf_counter() - started) * 1e6)
    return taken


def core(quick: bool) -> None:
    """The scoring core beside implicit's on the same matrix, by turns; and with a filter."""
    size, calls, turns = (QUICK_MIDDLE, 100, 3) if quick else (MIDDLE, 200, 25)
    model, history = random_model(size), random_history(size)
    weights, allowed = np.ones(len(history)), np.arange(size.items) % 20 == 0
    ways: dict[str, Callable[[], object]] = {
        "whole": lambda: model.recommend(history, weights, N, history),
        "filtered": lambda: model.recommend(history, weights, N, history, allowed),
    }
    medians: dict[str, list[float]] = {way: [] for way in (*ways, "implicit")}
    with tempfile.TemporaryDirectory() as folder, implicit_on(model, history, calls, Path(folder)) as peer:
        for _ in range(turns):  # of everybody's turns the one least disturbed by others on this machine counts
            for way, call in ways.items():
                medians[way].append(statistics.median(microseconds(call, calls)))
            told = peer()
            medians["implicit"].append(told["microseconds"])
    np.testing.assert_allclose(model.recommend(history, weights, N, history).scores, told["scores"], rtol=1e-6)
    more: dict[str, Any] = {"dataset": str(size), "history": len(history), "n": N}
    least = {way: min(taken) for way, taken in medians.items()}
    for way, taken in least.items():
        tell(f"scoring core, {way}, p50" if way in ways else "implicit (C++), p50", taken, "us", **more)
    tell("scoring core / implicit", least["whole"] / least["implicit"], "ratio", 1.4, **more)
    tell("scoring core, 1 item in 20 allowed / all", least["filtered"] / least["whole"], "ratio", 2, **more)


@contextlib.contextmanager
def implicit_on(
    model: Recommender, history: np.ndarray, calls: int, folder: Path
) -> Iterator[Callable[[], dict[str, Any]]]:
    """implicit in a process of its own with the same edges; each call of what is given is a turn of it."""
    file, edges = folder / "model.npz", model.neighbours
    arrays = {"indptr": edges.indptr, "targets": edges.targets, "similarities": edges.similarities.astype(float)}
    np.savez(file, history=history, n=N, calls=calls, **arrays)
    command = [PEERS_PYTHON, Path(__file__).with_name("implicit_core.py"), file]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def turn(stdin: IO[str] = process.stdin, stdout: IO[str] = process.stdout) -> dict[str, Any]:
            stdin.write("\n")
            stdin.flush()
            told: dict[str, Any] = json.loads(stdout.readline())
            return told

        yield turn
        process.stdin.close()


def event(body: dict[str, object]) -> dict[str, object]:
    """A payload-2.0 event that asks for recommendations."""
    told = {"method": "POST", "path": PATH, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "bench"}
    return {
        "version": "2.0",
        "routeKey": "POST /v1/catalogs/{catalog}/recommendations",
        "rawPath": PATH,
        "rawQueryString": "",
        "headers": {"content-type": "application/json"},
        "pathParameters": {"catalog": CATALOG},
        "requestContext": {"http": told, "requestId": "bench", "stage": "$default", "routeKey": "$default"},
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }


def body(size: Size, seed: int, **more: object) -> dict[str, object]:
    """The body of a request for a random history."""
    return {"history": [item_id(n) for n in random_history(size, seed)], "n": N, **more}


def handler(quick: bool) -> None:
    """The recommend handler whole: payload-2.0 event in, JSON out."""
    calls = 200 if quick else 1500
    middle, large = (QUICK_MIDDLE, QUICK_LARGE) if quick else (MIDDLE, LARGE)
    nowhere = Path(os.devnull).open("w")  # noqa: SIM115  # until the process ends
    for size, targets in ((middle, (0.8, 1.2, 3.0)), (large, (2.0, 2.0, 3.0))):
        with home_with(size) as (home, _):
            os.environ.update(home.environment())
            with contextlib.redirect_stdout(nowhere):  # what it logs, also later: a logger keeps its first stream
                handle = load_handler(read_template().functions["RecommendFunction"])
                off = timed(handle, size, calls)
                on = timed(handle, size, calls, explain=True)
                filtered = timed(handle, size, calls, filter={"tags": {"any": [RARE]}})
        for words, taken, target in (("explain off", off, targets[0]), ("explain on", on, targets[1])):
            tell(f"recommend handler, {words}, p50", statistics.median(taken), "ms", target, dataset=str(size))
            worst = statistics.quantiles(taken, n=100)[98]
            tell(f"recommend handler, {words}, p99", worst, "ms", targets[2], dataset=str(size))
        ratio = statistics.median(filtered) / statistics.median(off)
        tell("recommend handler, filter by a tag of 1 item in 20 / none", ratio, "ratio", 2, dataset=str(size))


def timed(handle: Callable[..., dict[str, Any]], size: Size, calls: int, **more: object) -> list[float]:
    """Milliseconds of each of many answers, to many histories."""
    events = [event(body(size, seed, **more)) for seed in range(50)]
    numbers = iter(range(10**9))

    def call() -> None:
        answered = handle(events[next(numbers) % len(events)], Context("RecommendFunction"))
        if answered["statusCode"] != 200:
            raise SystemExit(f"the handler answered {answered}")

    return [one / 1000 for one in microseconds(call, calls)]


def load(quick: bool) -> None:
    """From a local store to scratch, verified and mapped; and the memory it then takes, every page touched."""
    size = QUICK_LARGE if quick else LARGE
    with home_with(size) as (home, dumped):
        version, names = dumped.version, list(dumped.files)
        size_bytes = sum(map(len, dumped.files.values()))
        del dumped
        code = f"from serve import loaded; loaded({str(home.folder)!r}, {version!r}, {names!r}, {size.items})"
        for number in range(ROUNDS):  # the first ones warm the page cache
            done = subprocess.run(
                [sys.executable, "-c", code], check=False, capture_output=True, cwd=Path(__file__).parent
            )
            if done.returncode:
                raise SystemExit(done.stderr.decode())
            told = json.loads(done.stdout)
            if number == ROUNDS - 1:
                more = {"dataset": str(size), "artifact_mb": round(size_bytes / 1e6, 1)}
                tell("load and verify from a local store", told["seconds"], "s", 1.0, **more)
                tell("memory of the model / artifact", told["grown"] / size_bytes, "ratio", 1.3, **more)


def loaded(folder: str, version: str, names: Sequence[str], n_items: int) -> None:
    """Loads in a fresh process; prints the seconds, and the bytes by which the process grew after many answers."""
    from doublebill_local.host.home import Home

    objects = Home(Path(folder)).objects()
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        before, started = resident_bytes(os.getpid()), time.perf_counter()
        for name in names:
            objects.fetch(artifact_key(CATALOG, version, name), Path(scratch, name))
        model = artifact.load(Path(scratch), version)
        seconds = time.perf_counter() - started
        for array in model.to_arrays().values():
            array.view(np.uint8).max(initial=0)
        for seed in range(300):
            history = random_history(Size(n_items, 0), seed)
            model.recommend(history, np.ones(len(history)), N, history)
        print(json.dumps({"seconds": seconds, "grown": resident_bytes(os.getpid()) - before}))


def resident_bytes(process: int) -> int:
    """The memory that a process holds, mapped files included."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))


def cold(quick: bool) -> None:
    """CPU that importing the recommend function takes, beside that of the libraries it cannot do without."""
    taken: dict[str, list[float]] = {code: [] for code in (RECOMMEND, FLOOR, BOTOCORE, NUMPY)}
    for _ in range(3 if quick else 9):
        for code, times in taken.items():
            times.append(cpu_ms(code))
    ours, floor, botocore, numpy = (statistics.median(times) for times in taken.values())
    told = {"ours_ms": round(ours, 1), "floor_ms": round(floor, 1), "numpy_ms": round(numpy, 1)}
    tell("cold import CPU of recommend / floor", ours / floor, "ratio", 1.15, **told)
    tell("share of botocore with its S3 and DynamoDB clients", botocore / ours, "share", botocore_ms=round(botocore, 1))


def cpu_ms(code: str) -> float:
    """CPU milliseconds of some code in a fresh interpreter, its start not counted."""
    timed = f"import time; started = time.process_time()\n{code}\nprint((time.process_time() - started) * 1000)"
    environment = {**os.environ, **DEPLOYED, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", timed], check=False, capture_output=True, env=environment, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return float(done.stdout.splitlines()[-1])


def http_run(quick: bool) -> None:
    """`doublebill up` under clients that keep their connections, each asking again as soon as it is answered."""
    size, seconds = (QUICK_MIDDLE, 5) if quick else (MIDDLE, 60)
    bodies = [json.dumps(body(size, seed)) for seed in range(50)]
    with home_with(size) as (home, _):
        command = [sys.executable, "-m", "doublebill_local", "up", "--port", "0", "--home", str(home.folder)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as server:
            assert server.stderr is not None
            port = next(int(line.split("127.0.0.1:")[1].split(",")[0]) for line in server.stderr if "is up at" in line)
            threading.Thread(target=server.stderr.read, daemon=True).start()
            try:
                asked(port, PATH, bodies, min(seconds, 10))  # every environment has its model, every buffer its size
                before = resident_bytes(server.pid)
                taken, errors = asked(port, PATH, bodies, seconds)
                grown = resident_bytes(server.pid) - before
            finally:
                server.terminate()
    told = {"dataset": str(size), "clients": CLIENTS, "seconds": seconds}
    tell("HTTP, answers that were errors", errors, "answers", 0, answers=len(taken), **told)
    tell("HTTP, throughput", len(taken) / seconds, "answers/s", **told)
    tell("HTTP, p50", statistics.median(taken), "ms", **told)
    tell("HTTP, p99", statistics.quantiles(taken, n=100)[98], "ms", **told)
    tell("HTTP, growth of memory", grown / 1e6, "MB", 5, before_mb=round(before / 1e6, 1), **told)


PARTS: dict[str, Callable[[bool], None]] = {
    "core": core,
    "handler": handler,
    "load": load,
    "cold": cold,
    "http": http_run,
}


def main() -> int:
    """Runs one part here, or all of them one after the other; gives how many could not be run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="smaller models and shorter runs; no figures to quote")
    parser.add_argument("--only", choices=sorted(PARTS))
    told = parser.parse_args()
    if told.only:
        PARTS[told.only](told.quick)
        return 0
    more = ["--quick"] if told.quick else []
    return sum(
        bool(subprocess.run([sys.executable, __file__, "--only", part, *more], check=False).returncode)
        for part in PARTS
    )


if __name__ == "__main__":
    sys.exit(main())
