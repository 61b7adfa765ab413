"""One whole training in a process of its own, for whole_training.py: prints its CPU seconds, peak and config as JSON.

python training_process.py now | candidates | then FILE.npz

`candidates` is a training of today without the stages after the kernel and with one test, as trainings of the earlier
commit had neither; kernels that cannot win are left out, as always. `then` runs with the sources of that commit, on the
interactions that today's code wrote.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np


def now(arrays: dict[str, np.ndarray], n_items: int, stages: bool) -> str:
    """Searches, judges and fits as a training does today; returns the config."""
    from doublebill.fit.fit_recommender import fit
    from doublebill.fit.selection import questions, refine
    from doublebill.fit.selection.candidates import candidates
    from doublebill.fit.selection.select import select
    from doublebill.fit.selection.study import Study
    from doublebill.model.catalog import Catalog
    from doublebill.model.interactions import Interactions

    if not stages:
        refine.STAGES, questions.MOST_TESTS = (), 1
    data = Interactions(**arrays, n_items=n_items)
    catalog = Catalog.of((f"{number:08d}" for number in range(n_items)), {})
    configs = candidates(data, exclude_seen=True, metadata=False)
    config, _ = select(Study.of(catalog, data), configs, fallback=False)
    fit(catalog, data, config)
    return str(config)


def then(arrays: dict[str, np.ndarray], n_items: int) -> str:
    """Does the same as trainings of the earlier commit did."""
    from doublebill.catalog import Catalog
    from doublebill.fit.candidates import candidates
    from doublebill.fit.fitting import fit
    from doublebill.fit.select import select
    from doublebill.interactions import Interactions

    data = Interactions(**arrays, n_items=n_items)
    catalog = Catalog.of([f"{number:08d}" for number in range(n_items)], {})
    config, _ = select(catalog, data, candidates(data, exclude_seen=True, metadata=False), lambda _: None)
    fit(catalog, data, config)
    return str(config)


def peak_mb() -> float:
    """The most memory that this process held, without that of its parent before it began."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e6


def main(name: str, file: Path) -> None:
    """Trains as named on the interactions of a file."""
    with np.load(file) as read:
        arrays = {column: read[column] for column in ("indptr", "items", "weights", "timestamps")}
        n_items = int(read["n_items"])
    trainings: dict[str, Callable[[], str]] = {
        "now": lambda: now(arrays, n_items, stages=True),
        "candidates": lambda: now(arrays, n_items, stages=False),
        "then": lambda: then(arrays, n_items),
    }
    began = time.process_time()
    chosen = trainings[name]()
    print(json.dumps({"cpu": time.process_time() - began, "peak_mb": peak_mb(), "chosen": chosen}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
