"""How much work a whole training is, and how much memory it takes, over that of an earlier commit on the same data.

python tests/bench/whole_training.py [--only SIZE] [--base COMMIT]      one JSON line per result

A training searches, judges and fits; reading and cleaning events are not part of it. Seconds are those of the processor
in all threads, with one thread in BLAS. Data are made up, with times in no order. Two trainings of today are measured:
one with the kernels alone, as the earlier commit had little more, and a whole one.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from earlier import COMMIT, sources
from train import SEED, Size, synthetic

TRAINING = Path(__file__).with_name("training_process.py")
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Case:
    """A size of data, and the memory that a training may take."""

    size: Size
    most_mb: float = 1000.0


CASES = {
    "small": Case(Size(943, 1_700, 100_000)),
    "dense": Case(Size(6_040, 3_400, 800_000)),
    "sparse": Case(Size(19_400, 12_000, 130_000)),
    "large": Case(Size(30_000, 41_000, 800_000), 1200.0),
}

TARGETS = {"candidates": 1 / 3, "now": 2 / 3}
"""Seconds of a training of today over those of the earlier commit, at most."""

NAMES = {"candidates": "kernels alone", "now": "whole"}


def write(size: Size, file: Path) -> None:
    """Writes made-up interactions with times."""
    matrix = synthetic(size, SEED)
    times = np.random.default_rng(SEED).permutation(matrix.nnz) + 1
    columns = {"indptr": matrix.indptr.astype(np.int64), "items": matrix.indices, "timestamps": times}
    np.savez(file, **columns, weights=np.ones(matrix.nnz, np.float32), n_items=size.items)


def run(name: str, file: Path, paths: list[Path]) -> dict[str, Any]:
    """Returns what a training in a process of its own measured, with these sources."""
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    env = {**os.environ, **threads, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    command = [sys.executable, "-W", "ignore", TRAINING, name, file]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def tell(case: Case, name: str, value: float, unit: str, **more: object) -> None:
    """Prints one result as one line."""
    line = {"bench": "train", "name": name, "dataset": str(case.size), "ours": round(value, 1), "unit": unit, **more}
    print(json.dumps({**line, "seeds": [SEED]}), flush=True)


def measure(case: Case, base: str, file: Path) -> None:
    """Measures the trainings of today and that of the earlier commit."""
    write(case.size, file)
    earlier = run("then", file, [sources(base), sources(base) / "shared"])
    for name, most in TARGETS.items():
        found = run(name, file, [ROOT / "shared"])
        ratio, peer = found["cpu"] / earlier["cpu"], {"peer_name": f"commit {base}"}
        chosen = {"chosen": found["chosen"], "peer_chosen": earlier["chosen"]}
        target = {"target": f"ratio <= {most:.2f}", "holds": ratio <= most}
        seconds = {"peer": round(earlier["cpu"], 1), "ratio": round(ratio, 3)}
        tell(case, f"training, {NAMES[name]}", found["cpu"], "CPU s", **seconds, **peer, **target, **chosen)
        peak = found["peak_mb"]
        target = {"target": f"<= {case.most_mb:g}", "holds": peak <= case.most_mb}
        tell(case, f"training, {NAMES[name]}, peak", peak, "MB", peer=round(earlier["peak_mb"], 1), **peer, **target)


def main() -> None:
    """Measures the sizes that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=tuple(CASES))
    parser.add_argument("--base", default=COMMIT, help="a commit with the files of the default one")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, case in CASES.items():
            if wanted.only in (None, name):
                measure(case, wanted.base, Path(folder, f"{name}.npz"))


if __name__ == "__main__":
    main()
