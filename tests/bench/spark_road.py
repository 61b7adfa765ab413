"""Models by Spark on two cores against one process: the same versions, how long that takes, and the memory.

python tests/bench/spark_road.py [--quick] [--only fit | candidates | few] [--size USERS ITEMS ENTRIES]

One JSON line per result.

`fit` is one linear model of 10 million made-up interactions of 20,000 items; `candidates` is every config that a
training would try first on a million, of few items and of more than a dense gram has; `few` is only the first of them
and item-kNN. Both roads start from the same
matrix in a file, each in a process of its own, with one thread in BLAS. Seconds are of the clock without the start of
Spark, so that other work on the machine counts; the load beside them says how much there was, and `cpu` the seconds of
the processor that one process took.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from train import ROOT, SEED, Size, synthetic

from doublebill.fit.fit_recommender import fit
from doublebill.fit.linear.sums.summing import HERE
from doublebill.fit.selection.candidates import candidates
from doublebill.model import artifact
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Knn
from doublebill.model.interactions import Interactions
from doublebill.service.registry.written_configs import read_config
from doublebill.service.scaling.remote import peak_bytes

SPARK, SPARK_PYTHON = "spark://local[2]", ROOT / ".tools" / "spark" / "bin" / "python"

TEN_MILLION = Size(200_000, 20_000, 10_000_000)
QUICK_FIT = Size(4_000, 500, 100_000)
MILLION = (Size(20_000, 2_000, 1_000_000), Size(50_000, 40_000, 1_000_000))
"""Items that make a dense gram, and more of them with users than one has."""
QUICK_MILLION = (Size(1_000, 200, 20_000),)

LINEAR = {"family": {"name": "edlae", "ridge": 500}, "minimum_users": 3}

DAYS = 180


def data_of(matrix: sp.csr_matrix) -> Interactions:
    """Returns the plays of a matrix, with times of half a year."""
    users = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    times = np.random.default_rng(SEED).integers(0, DAYS * 86_400_000, matrix.nnz)
    return Interactions.of(users, matrix.indices, matrix.data, times, matrix.shape[1])


def configs_of(data: Interactions, only: str) -> list[Config]:
    """Returns the configs to fit."""
    if only == "fit":
        return [read_config(LINEAR)]
    every = candidates(data, exclude_seen=True, metadata=False)
    return every if only == "candidates" else [every[0], *(one for one in every if isinstance(one.family, Knn))]


def by_road(road: str, matrix_file: Path, only: str) -> None:
    """Fits every config by one road, and prints a line for each."""
    data = data_of(sp.load_npz(matrix_file))
    catalog = Catalog.of((f"{number:08d}" for number in range(data.n_items)), {})
    with tempfile.TemporaryDirectory() as folder:
        if road == SPARK:
            from spark_session import summing_of  # in infra/spark

            session: Any = summing_of(road, f"file://{folder}", "films", "bench")
        else:
            session = nullcontext((HERE, None))
        asked = time.monotonic()
        with session as (summing, tasks):
            start = round(time.monotonic() - asked, 1)
            for config in configs_of(data, only):
                began, worked = time.monotonic(), time.process_time()
                model = fit(catalog, data, config, summing=summing)
                found = {
                    "config": config.family.__class__.__name__,
                    "version": artifact.dump(model).version,
                    "seconds": round(time.monotonic() - began, 1),
                    "cpu": round(time.process_time() - worked, 1),
                    "start": start,
                    "peak_mb": round(peak_bytes() / 1e6),
                    "worker_peak_mb": round(max((one.peak_bytes for one in tasks.done), default=0) / 1e6)
                    if tasks
                    else 0,
                }
                print(json.dumps(found), flush=True)


def lines_of(road: str, matrix_file: Path, only: str) -> Iterator[dict[str, Any]]:
    """Yields the lines of one road, which has a process of its own."""
    python = str(SPARK_PYTHON) if road == SPARK else sys.executable
    paths = os.pathsep.join(str(ROOT / folder) for folder in ("shared", "infra/spark", "tests/bench"))
    environment = {**os.environ, "PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1"}
    command = [python, __file__, "--road", road, "--matrix", str(matrix_file), "--only", only]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            yield json.loads(line)
    if process.returncode:
        raise SystemExit(f"{road} ended with {process.returncode}")


def compare(size: Size, only: str) -> None:
    """Fits by both roads, and prints a line for each config."""
    with tempfile.TemporaryDirectory() as folder:
        matrix_file = Path(folder) / "matrix.npz"
        sp.save_npz(matrix_file, synthetic(size, SEED), compressed=False)
        here, spark = (list(lines_of(road, matrix_file, only)) for road in ("here", SPARK))
    for one, other in zip(here, spark, strict=True):
        ratio = round(other["seconds"] / max(one["seconds"], 0.1), 2)
        holds = one["version"] == other["version"]
        line = {"bench": "spark", "name": f"{only}: {one['config']}", "dataset": str(size), "unit": "s"}
        line |= {"ours": other["seconds"], "peer": one["seconds"], "peer_name": "one process", "ratio": ratio}
        line |= {
            "start_seconds": other["start"],
            "same_version": holds,
            "peak_mb": one["peak_mb"],
            "driver_peak_mb": other["peak_mb"],
        }
        line |= {"cpu": one["cpu"], "driver_cpu": other["cpu"]}
        line |= {"worker_peak_mb": other["worker_peak_mb"], "load": round(os.getloadavg()[0], 1)}
        if only == "fit":
            holds = holds and ratio <= 2.5 and other["worker_peak_mb"] <= 2000
            line["target"] = "the same version, ratio <= 2.5, a worker's peak <= 2000 MB"
        else:
            line["target"] = "the same version"
        print(json.dumps({**line, "holds": holds, "seeds": [SEED]}), flush=True)


def main() -> None:
    """Measures both roads."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", choices=["fit", "candidates", "few"])
    parser.add_argument("--size", type=int, nargs=3, metavar=("USERS", "ITEMS", "ENTRIES"))
    parser.add_argument("--road", help="fit by this one only")
    parser.add_argument("--matrix", type=Path)
    arguments = parser.parse_args()
    if arguments.road:
        by_road(arguments.road, arguments.matrix, arguments.only)
        return
    for only in [arguments.only] if arguments.only else ["candidates", "fit"]:
        fits, tried = ((QUICK_FIT,), QUICK_MILLION) if arguments.quick else ((TEN_MILLION,), MILLION)
        sizes = fits if only == "fit" else tried
        for size in [Size(*arguments.size)] if arguments.size else sizes:
            compare(size, only)


if __name__ == "__main__":
    main()
