"""What the default training of an earlier commit answers, as a peer of what training does now.

The sources of the commit are taken out of the repository and run in a process of their own, `earlier_training.py`. It
receives the training part of a split and the histories of the users, chooses on validation users of its own as every
training of that commit did, and answers with lists of items. Targets stay here.
"""

import functools
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np

from doublebill.fit.evaluation.evaluate import Evaluation, evaluate_lists
from doublebill.fit.splits.holdout import Holdout
from doublebill.model.catalog import NO_YEAR, Catalog

ROOT = Path(__file__).resolve().parents[2]
TRAINING = Path(__file__).with_name("earlier_training.py")
COMMIT = "077ed57"
"""Before recency, ratings and order were learnt: every rating counts as liked, and no split follows the calendar."""


def earlier(holdout: Holdout, catalog: Catalog | None = None, commit: str = COMMIT) -> Evaluation:
    """Returns the evaluation of the default of a commit, trained on the training part of a holdout."""
    parts = {"train": holdout.reference, "fold_in": holdout.fold_in}
    columns = ("indptr", "items", "weights", "timestamps")
    arrays = {f"{name}_{column}": getattr(part, column) for name, part in parts.items() for column in columns}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "split.npz")
        np.savez(file, **arrays, n_items=holdout.fold_in.n_items, timed=holdout.timed)
        Path(folder, "items.json").write_text(json.dumps(described(catalog)))
        paths = os.pathsep.join([str(sources(commit)), str(sources(commit) / "shared")])
        subprocess.run([sys.executable, TRAINING, file], check=True, env={**os.environ, "PYTHONPATH": paths})
        lists = np.load(Path(folder, "lists.npy"))
    return evaluate_lists(lists, holdout)


@functools.cache
def sources(commit: str) -> Path:
    """Returns a folder with the sources of a commit, kept until this process ends."""
    packed = subprocess.run(["git", "archive", commit, "shared"], cwd=ROOT, check=True, capture_output=True).stdout
    folder = Path(_folder().name, commit)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory()


def described(catalog: Catalog | None) -> list[dict[str, object]]:
    """Returns the metadata of items in the order of their numbers, empty where there are none."""
    if catalog is None or not catalog.described:
        return []
    years = [None if year == NO_YEAR else year for year in catalog.years.tolist()]
    return [
        {"title": catalog.titles[number], "tags": list(catalog.tags(number)), "year": year}
        for number, year in enumerate(years)
    ]
