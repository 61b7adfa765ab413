"""How fast answers are: the scoring core on a large random model, and whole handlers on a trained one.

python tests/bench/serve.py        one JSON line per result; medians of many calls on this machine
"""

import contextlib
import io
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from doublebill import artifact
from doublebill.catalog import Catalog
from doublebill.config import Config
from doublebill.neighbours import Neighbours
from doublebill.recommender import Recommender
from doublebill_local.cli import main as cli
from doublebill_local.environments import Context, load_handler
from doublebill_local.home import Home
from doublebill_local.synthetic import write_music
from doublebill_local.template import read_template

SEED = 1
CALLS = 300


def milliseconds(call: Callable[[], object], calls: int = CALLS) -> list[float]:
    """How long each of many calls took, after a few to warm up."""
    for _ in range(10):
        call()
    taken = []
    for _ in range(calls):
        started = time.perf_counter()
        call()
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def tell(name: str, ours: float, unit: str, **more: object) -> None:
    """One result as one line."""
    print(json.dumps({"bench": "serve", "name": name, "ours": round(ours, 4), "unit": unit, **more}), flush=True)


def random_model(n_items: int, k: int) -> Recommender:
    """A model of `n_items` with `k` random edges each."""
    random = np.random.default_rng(SEED)
    neighbours = Neighbours(
        np.arange(n_items + 1, dtype=np.int64) * k,
        random.integers(0, n_items, n_items * k, dtype=np.int32),
        random.integers(1, 128, n_items * k, dtype=np.int8),
        np.full(n_items, 1 / 127, np.float32),
    )
    catalog = Catalog.of((f"item-{n:07d}" for n in range(n_items)), {})
    return Recommender(catalog, neighbours, random.random(n_items, dtype=np.float32), Config())


def core(n_items: int = 100_000, k: int = 100, history: int = 50) -> None:
    """The scoring core, and the loading of its artifact with every byte verified."""
    model = random_model(n_items, k)
    items = np.random.default_rng(SEED).choice(n_items, history, replace=False).astype(np.int32)
    weights = np.ones(history)
    taken = milliseconds(lambda: model.recommend(items, weights, 20, items))
    size = f"{n_items} items x {k} edges"
    tell("scoring core, history of 50, top 20, p50", statistics.median(taken), "ms", dataset=size)
    dumped = artifact.dump(model)
    with tempfile.TemporaryDirectory() as folder:
        for name, data in dumped.files.items():
            Path(folder, name).write_bytes(data)
        loaded = milliseconds(lambda: artifact.load(Path(folder), dumped.version), calls=10)
        size_mb = sum(map(len, dumped.files.values())) / 1e6
        tell(
            "load and verify an artifact, p50", statistics.median(loaded), "ms", dataset=size, size_mb=round(size_mb, 1)
        )


def handler() -> None:
    """The recommend handler whole: payload-2.0 event in, JSON out, on the synthetic music catalog."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        home = Home(Path(folder))
        files = write_music(Path(folder, "data"))
        told = ["--home", folder, "--json"]
        cli(["import", "music", "--events", str(files.events), "--items", str(files.items), *told])
        cli(["train", "music", *told])
        os.environ.update(home.environment())
        handle = load_handler(read_template().functions["RecommendFunction"])
        results = {explain: timed(handle, body(files.persona.history, explain)) for explain in (False, True)}
    for explain, taken in results.items():
        words = f"recommend handler, explain {'on' if explain else 'off'}"
        tell(f"{words}, p50", statistics.median(taken), "ms", dataset="synthetic music")
        tell(f"{words}, p99", statistics.quantiles(taken, n=100)[98], "ms", dataset="synthetic music")


def timed(handle: Callable[..., dict[str, object]], request: str) -> list[float]:
    """How long each of many answers to the request took."""
    return milliseconds(lambda: asked(handle, request))


def body(history: tuple[tuple[str, int], ...], explain: bool) -> str:
    """The body of a request."""
    return json.dumps({"history": [item for item, _ in history], "n": 20, "explain": explain})


def asked(handle: Callable[..., dict[str, object]], request: str) -> None:
    """One call of the handler, which must succeed."""
    path = "/v1/catalogs/music/recommendations"
    http = {"method": "POST", "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "bench"}
    event = {
        "version": "2.0",
        "routeKey": "POST /v1/catalogs/{catalog}/recommendations",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {},
        "pathParameters": {"catalog": "music"},
        "requestContext": {"http": http, "requestId": "bench", "stage": "$default"},
        "body": request,
        "isBase64Encoded": False,
    }
    answered = handle(event, Context("RecommendFunction"))
    if answered["statusCode"] != 200:
        raise SystemExit(f"the handler answered {answered}")


if __name__ == "__main__":
    core()
    handler()
