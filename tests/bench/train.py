"""How long fitting takes and how much memory, beside the peers, on synthetic interactions.

python tests/bench/train.py [--quick] [--only cosine | edlae | large] [--peers implicit]      one JSON line per result

Every contestant gets the same matrix from a file and works in a process of its own, in the peers' environment where it
is a peer; they take turns, and the median of their times counts. Beside seconds of the clock stand those of the
processor in all threads, which other work on the machine changes less. Peaks are of whole processes: interpreter,
libraries and the matrix included.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import scipy.sparse as sp

ROOT = Path(__file__).resolve().parents[2]
PEERS_PYTHON = ROOT / ".tools/peers/bin/python"
SEED = 1
RUNS = 3
K = 100
TIE = 1e-7
"""Similarities this close are the same one, summed up in another order or precision."""
GEMM_SIZE = 4096


@dataclass(frozen=True)
class Size:
    """How much synthetic data."""

    users: int
    items: int
    entries: int

    def __str__(self) -> str:
        return f"synthetic, {self.users} users x {self.items} items, {self.entries} interactions"


COSINE = Size(136_000, 20_000, 10_900_000)
LARGE = Size(250_000, 200_000, 20_000_000)
QUICK_COSINE = Size(6_000, 1_500, 300_000)
QUICK_LARGE = Size(6_000, 5_000, 200_000)


def synthetic(size: Size, seed: int) -> sp.csr_matrix:
    """[users, items] ones: histories of log-normal length, items of nearly Zipfian popularity, numbered at random."""
    random = np.random.default_rng(seed)
    lengths = np.exp(random.normal(0, 1, size.users))
    popularity = (np.arange(size.items) + size.items / 400) ** -0.9
    cumulated = np.cumsum(popularity) / popularity.sum()
    numbers = random.permutation(size.items)
    keys = np.zeros(0, np.int64)
    while len(keys) < size.entries:  # what is drawn twice counts once
        drawn = np.maximum(lengths * (size.entries / 2) / lengths.sum(), 1).astype(np.int64)
        users = np.repeat(np.arange(size.users), drawn)
        items = numbers[np.searchsorted(cumulated, random.random(len(users))).clip(0, size.items - 1)]
        keys = np.union1d(keys, users * size.items + items)
    kept = np.delete(keys, random.choice(len(keys), len(keys) - size.entries, replace=False, shuffle=False))
    indptr = np.concatenate([[0], np.cumsum(np.bincount(kept // size.items, minlength=size.users))])
    columns = (kept % size.items).astype(np.int32)
    return sp.csr_matrix((np.ones(size.entries), columns, indptr.astype(np.int32)), shape=(size.users, size.items))


# what runs in a process of its own

Search = Callable[[sp.csr_matrix, int], sp.csr_matrix]
"""From a matrix [users, items] and a number of threads; libraries are loaded before the clock starts."""


def ours() -> Search:
    """Our cosine neighbours [targets, sources]."""
    from doublebill.fit.linear.knn import fit_edges
    from doublebill.model.config import Config, Knn

    return lambda matrix, threads: fit_edges(
        _interactions(matrix), Config(Knn("cosine"), k=K), threads=threads
    ).T.tocsr()


def implicit() -> Search:
    """The same by `implicit`, which counts an item among its own neighbours."""
    from implicit.nearest_neighbours import CosineRecommender

    def search(matrix: sp.csr_matrix, threads: int) -> sp.csr_matrix:
        model = CosineRecommender(K=K + 1, num_threads=threads)
        model.fit(matrix, show_progress=False)
        return model.similarity

    return search


def sklearn() -> Search:
    """The same by scikit-learn's neighbour search."""
    from sklearn.neighbors import NearestNeighbors

    def search(matrix: sp.csr_matrix, threads: int) -> sp.csr_matrix:
        by_item = matrix.T.tocsr()
        nearest = NearestNeighbors(n_neighbors=K + 1, metric="cosine", algorithm="brute", n_jobs=threads).fit(by_item)
        distances, sources = nearest.kneighbors(by_item)
        targets = np.repeat(np.arange(len(sources)), K + 1)
        return sp.csr_matrix((1 - distances.ravel(), (targets, sources.ravel())), shape=(len(sources),) * 2)

    return search


def sparse_dot_topn() -> Search:
    """The same by sparse_dot_topn."""
    from sparse_dot_topn import sp_matmul_topn

    def search(matrix: sp.csr_matrix, threads: int) -> sp.csr_matrix:
        lengths = np.sqrt(np.bincount(matrix.indices, weights=matrix.data**2, minlength=matrix.shape[1]))
        unit = sp.csr_matrix((matrix.data / lengths[matrix.indices], matrix.indices, matrix.indptr), shape=matrix.shape)
        return sp_matmul_topn(unit.T.tocsr(), unit, top_n=K + 1, sort=True, n_threads=threads)

    return search


def edlae(matrix: sp.csr_matrix, support: str) -> dict[str, float]:
    """Seconds of an EDLAE fit and of its steps, its peak, its rate of inverting and the processor's of multiplying."""
    from doublebill.fit.linear import edlae as family
    from doublebill.fit.linear.gram import Gram
    from doublebill.fit.linear.grams.shared_grams import FEWEST_USERS
    from doublebill.model.config import Config, Edlae

    told: dict[str, float] = {}
    for holder, name, step in ((Gram, "dense", "gram"), (family, "invert", "inverse"), (family, "refit", "refit")):
        _clocked(holder, name, step, told)
    started = time.perf_counter()
    edges = family.fit_edges(_interactions(matrix), Config(Edlae(support=support), k=K))
    told |= {"whole": time.perf_counter() - started, "peak_gb": peak_gb(), "edges": edges.nnz}
    if support == "inverse":
        active = int((np.bincount(matrix.indices, minlength=matrix.shape[1]) >= FEWEST_USERS).sum())
        told["inverse_gflops"] = min(active, family.MOST_ITEMS) ** 3 / told["inverse"] / 1e9
        told["gemm_gflops"] = gemm_gflops()
    return told


def gemm_gflops() -> float:
    """The best of three single-precision products of square matrices, in 10⁹ operations a second."""
    square = np.random.default_rng(SEED).random((GEMM_SIZE, GEMM_SIZE), dtype=np.float32)
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        square @ square
        taken.append(time.perf_counter() - started)
    return 2 * GEMM_SIZE**3 / min(taken) / 1e9


def _clocked(holder: object, name: str, step: str, told: dict[str, float]) -> None:
    """Makes `holder.name` add the time it takes to `told`."""
    called = getattr(holder, name)

    def timed(*args: Any, **more: Any) -> Any:
        started = time.perf_counter()
        result = called(*args, **more)
        told[step] = told.get(step, 0.0) + time.perf_counter() - started
        return result

    setattr(holder, name, timed)


def _interactions(matrix: sp.csr_matrix) -> Any:
    from doublebill.model.interactions import Interactions

    weights, times = np.ones(matrix.nnz, np.float32), np.zeros(matrix.nnz, np.int64)
    return Interactions(matrix.indptr.astype(np.int64), matrix.indices, weights, times, matrix.shape[1])


def peak_gb() -> float:
    """The most memory that this process held, without what its parent held before it began."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e9
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


NEIGHBOURS = {one.__name__: one for one in (ours, implicit, sklearn, sparse_dot_topn)}
PEERS = ("implicit", "sklearn", "sparse_dot_topn")
SUPPORTS = ("inverse", "pruned", "cosine")


def work(name: str, matrix_path: Path, threads: int, result: Path) -> None:
    """One contestant's turn, in its own process: prints what it took."""
    matrix = sp.csr_matrix(sp.load_npz(matrix_path))
    if name in SUPPORTS:
        print(json.dumps(edlae(matrix, name)))
        return
    search = NEIGHBOURS[name]()
    started, cpu = time.perf_counter(), time.process_time()
    found = search(matrix, threads)
    told = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu}
    told |= {"peak_gb": peak_gb(), "version": _version(name)}
    sp.save_npz(result, sp.csr_matrix(found), compressed=False)
    print(json.dumps(told))


def _version(name: str) -> str:
    module: ModuleType = __import__("doublebill" if name == "ours" else name)
    return str(getattr(module, "__version__", ""))


# what runs in this process


def turn(name: str, matrix: Path, threads: int, result: Path) -> dict[str, Any]:
    """What a contestant told of its turn."""
    python = PEERS_PYTHON if name in PEERS else sys.executable
    numbers = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), str(threads))
    command = [python, "-W", "ignore", __file__, "--contestant", name, matrix, result, str(threads)]
    done = subprocess.run(command, env={**os.environ, **numbers}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def tell(name: str, dataset: Size, value: float, unit: str, **more: object) -> None:
    """One result as one line."""
    line = {"bench": "train", "name": name, "dataset": str(dataset), "ours": round(value, 3), "unit": unit, **more}
    print(json.dumps({**line, "seeds": [SEED]}), flush=True)


def agreement(one: sp.csr_matrix, other: sp.csr_matrix) -> dict[str, float]:
    """How far two lists of neighbours [targets, sources] say the same.

    `neighbours`: the share of what either holds above its weakest similarity, ties with that left out, that the other
    holds too. `similarities`: the largest difference between the similarities of the same place.
    """
    values, keys, sure = zip(*(_ranked(one), _ranked(other)), strict=True)
    shared = [np.isin(keys[here][sure[here]], keys[1 - here]) for here in (0, 1)]
    return {
        "neighbours": float(np.concatenate(shared).mean()),
        "similarities": float(np.abs(values[0] - values[1]).max()),
    }


Ranked = tuple[np.ndarray, np.ndarray, np.ndarray]


def _ranked(found: sp.csr_matrix) -> Ranked:
    """[targets, K] the largest similarities, falling, 0 for none; [edges] keys of all edges; [edges] which are sure."""
    edges = found.tocoo()
    real = (edges.row != edges.col) & (edges.data > 0)
    targets, sources, values = edges.row[real].astype(np.int64), edges.col[real], edges.data[real]
    order = np.lexsort((-values, targets))
    targets, sources, values = targets[order], sources[order], values[order]
    place = np.arange(len(targets)) - np.searchsorted(targets, targets)
    kept = place < K
    targets, sources, values, place = targets[kept], sources[kept], values[kept], place[kept]
    table = np.zeros((found.shape[0], K))
    table[targets, place] = values
    return table, targets * found.shape[1] + sources, values > table[targets, -1] + TIE


def cosine(size: Size, matrix: Path, folder: Path, peers: Sequence[str] = PEERS) -> None:
    """Top-100 cosine on one thread and on all, ours and every peer by turns."""
    for threads in sorted({1, len(os.sched_getaffinity(0))}):
        turns: dict[str, list[dict[str, Any]]] = {name: [] for name in ("ours", *peers)}
        for _ in range(RUNS):
            for name, told in turns.items():
                told.append(turn(name, matrix, threads, folder / f"{name}.npz"))
        seconds = {name: statistics.median(one["seconds"] for one in told) for name, told in turns.items()}
        cpu = {name: statistics.median(one["cpu"] for one in told) for name, told in turns.items()}
        peaks = {name: max(one["peak_gb"] for one in told) for name, told in turns.items()}
        mine = sp.load_npz(folder / "ours.npz")
        for peer in peers:
            ratio = seconds["ours"] / seconds[peer]
            agreed = agreement(mine, sp.load_npz(folder / f"{peer}.npz"))
            more: dict[str, object] = {"peer_peak_gb": round(peaks[peer], 3), "agreement": agreed, "runs": RUNS}
            more |= {"cpu": round(cpu["ours"], 3), "peer_cpu": round(cpu[peer], 3)}
            more |= {"cpu_ratio": round(cpu["ours"] / cpu[peer], 3)}
            if peer == "implicit":
                same = agreed["neighbours"] == 1 and agreed["similarities"] < TIE
                more |= {"target": "ratio <= 0.75, the same neighbours up to ties", "holds": ratio <= 0.75 and same}
            tell(
                "top-100 cosine",
                size,
                seconds["ours"],
                "s",
                peer=round(seconds[peer], 3),
                peer_name=f"{peer} {turns[peer][0]['version']}",
                ratio=round(ratio, 3),
                threads=threads,
                **more,
            )
        peak = peaks["ours"]
        tell("top-100 cosine, peak", size, peak, "GB", threads=threads, target="<= 1.5", holds=peak <= 1.5)


def edlae_fit(size: Size, matrix: Path, folder: Path) -> None:
    """The EDLAE family: by the dense inverse each step, the inverse's rate, the whole fit and its peak; the others."""
    threads = len(os.sched_getaffinity(0))
    told = [turn("inverse", matrix, threads, folder / "none") for _ in range(RUNS)]
    middle = {name: statistics.median(one[name] for one in told) for name in told[0]}
    for step in ("gram", "inverse", "refit", "whole"):
        tell(f"EDLAE by inverse, {step}", size, middle[step], "s", threads=threads, runs=RUNS)
    share = statistics.median(one["inverse_gflops"] / one["gemm_gflops"] for one in told)
    tell(
        "EDLAE by inverse, rate of the inverse over that of sgemm",
        size,
        share,
        "share",
        threads=threads,
        inverse_gflops=round(middle["inverse_gflops"], 1),
        gemm_gflops=round(middle["gemm_gflops"], 1),
        target=">= 0.85",
        holds=share >= 0.85,
    )
    peak = max(one["peak_gb"] for one in told)
    tell("EDLAE by inverse, peak", size, peak, "GB", threads=threads, target="<= 3", holds=peak <= 3)
    for support in ("pruned", "cosine"):
        _whole(support, size, matrix, folder, 3)


def large_fit(size: Size, matrix: Path, folder: Path) -> None:
    """A catalog too large for a dense inverse: its top-100 cosine, and what a training takes there."""
    threads = len(os.sched_getaffinity(0))
    told = turn("ours", matrix, threads, folder / "ours.npz")
    seconds, peak, cpu = told["seconds"], told["peak_gb"], round(told["cpu"], 1)
    tell("top-100 cosine", size, seconds, "s", threads=threads, cpu=cpu, target="<= 360", holds=seconds <= 360)
    tell("top-100 cosine, peak", size, peak, "GB", threads=threads, target="<= 4.5", holds=peak <= 4.5)
    _whole("cosine", size, matrix, folder, 10)


def _whole(support: str, size: Size, matrix: Path, folder: Path, most_gb: float) -> None:
    threads = len(os.sched_getaffinity(0))
    told = turn(support, matrix, threads, folder / "none")
    tell(f"EDLAE, {support}, whole", size, told["whole"], "s", threads=threads, edges=told["edges"])
    peak = told["peak_gb"]
    tell(f"EDLAE, {support}, peak", size, peak, "GB", threads=threads, target=f"<= {most_gb:g}", holds=peak <= most_gb)


def main() -> None:
    """Runs what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="on little data, to see that everything runs")
    parser.add_argument("--only", choices=("cosine", "edlae", "large"))
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=PEERS, help="beside whom cosines are measured")
    parser.add_argument("--contestant", nargs=4, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.contestant:
        name, matrix, result, threads = asked.contestant
        work(name, Path(matrix), int(threads), Path(result))
        return
    middle, most = (QUICK_COSINE, QUICK_LARGE) if asked.quick else (COSINE, LARGE)
    parts: dict[str, tuple[Size, Callable[[Size, Path, Path], None]]] = {
        "cosine": (middle, partial(cosine, peers=asked.peers)),
        "edlae": (middle, edlae_fit),
        "large": (most, large_fit),
    }
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name, (size, run) in parts.items():
            if asked.only in (None, name):
                matrix = folder / f"{size.items}.npz"
                if not matrix.exists():
                    sp.save_npz(matrix, synthetic(size, SEED), compressed=False)
                run(size, matrix, folder)


if __name__ == "__main__":
    main()
