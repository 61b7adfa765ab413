"""Model files: a version as arrays of numpy (npz) or as tables (parquet), for other tools to read.

    edges     source → target: `weight` is what an item of the history with weight 1 adds to the score of the target
    items     every item of the catalog in the order of its number: `item_id`, `popularity` (share of the users who have
              it), `available`, `prior`: what recent popularity adds to the score, 0 in a model without a prior
    export.json  catalog, version, config, columns, counts

edges.npz is a CSR matrix [sources, targets] as `scipy.sparse.load_npz` reads it; edges.parquet has the ids themselves.
export.json is written last, so a folder that has it is complete.
"""

import importlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Floats32
from doublebill.errors import DoublebillError, InvalidInput
from doublebill.model.recommender import Recommender

COLUMNS = {
    "npz": {
        "edges.npz": ["format", "shape", "indptr", "indices", "data"],
        "items.npz": ["item_id", "popularity", "available", "prior"],
    },
    "parquet": {
        "edges.parquet": ["source_id", "target_id", "weight"],
        "items.parquet": ["item_id", "popularity", "available", "prior"],
    },
}
"""Files of each form, with their arrays or columns."""

NO_PYARROW = "needs pyarrow, which is not installed"


def check_writer(form: str) -> None:
    """Checks that the library that writes this form is installed.

    Raises:
        InvalidInput: when it is not.
    """
    if form == "parquet":
        try:
            importlib.import_module("pyarrow.parquet")
        except ImportError as missing:
            raise InvalidInput.one("--to", f"parquet {NO_PYARROW}", "pip install pyarrow, or use npz") from missing


def write(recommender: Recommender, folder: Path, form: str, subject: Mapping[str, object]) -> dict[str, object]:
    """Writes a recommender into a folder; returns its description, as export.json has it, with the folder.

    Raises:
        DoublebillError: when npz cannot hold an id.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (_write_npz if form == "npz" else _write_parquet)(recommender, folder)
    description = {
        **subject,
        "config": recommender.config.to_json(),
        "edges": len(recommender.neighbours.targets),
        "items": len(recommender.catalog),
        "files": COLUMNS[form],
    }
    (folder / "export.json").write_text(json.dumps(description, indent=2) + "\n", encoding="utf-8")
    return {**description, "folder": str(folder)}


def _write_npz(recommender: Recommender, folder: Path) -> None:
    neighbours, size = recommender.neighbours, len(recommender.catalog)
    ids = _ids(recommender)
    item_ids = np.array(ids, np.str_)
    if item_ids.tolist() != ids:
        raise DoublebillError("npz cannot hold an item id that ends in a zero character; use --to parquet")
    edges = sp.csr_array((_weights(recommender), neighbours.targets, neighbours.indptr), shape=(size, size))
    sp.save_npz(folder / "edges.npz", edges)
    np.savez_compressed(folder / "items.npz", item_id=item_ids, **_facts(recommender))


def _write_parquet(recommender: Recommender, folder: Path) -> None:
    arrow, parquet = (importlib.import_module(name) for name in ("pyarrow", "pyarrow.parquet"))
    neighbours = recommender.neighbours
    ids = arrow.array(_ids(recommender), arrow.string())
    sources = np.repeat(np.arange(len(recommender.catalog), dtype=np.int32), np.diff(neighbours.indptr))
    ends = {"source_id": sources, "target_id": neighbours.targets}
    columns: dict[str, Any] = {
        name: arrow.DictionaryArray.from_arrays(arrow.array(np.asarray(numbers)), ids) for name, numbers in ends.items()
    }
    parquet.write_table(
        arrow.table({**columns, "weight": arrow.array(_weights(recommender))}), str(folder / "edges.parquet")
    )
    facts = {name: arrow.array(values) for name, values in _facts(recommender).items()}
    parquet.write_table(arrow.table({"item_id": ids, **facts}), str(folder / "items.parquet"))


def _ids(recommender: Recommender) -> list[str]:
    return recommender.catalog.item_ids.take(np.arange(len(recommender.catalog)))


def _weights(recommender: Recommender) -> Floats32:
    """Returns [edges] what a history item with weight 1 adds to the score of each target, signed."""
    neighbours, factors = recommender.neighbours, recommender.factors()
    weights: Floats32 = (neighbours.values * np.prod(factors, axis=0).take(neighbours.targets)).astype(np.float32)
    return weights


def _facts(recommender: Recommender) -> dict[str, Any]:
    """Returns the arrays of items beside their ids, [n_items] each."""
    popularity, available = recommender.popularity, recommender.catalog.available
    prior = recommender.unreached_scores.astype(np.float32)
    return {"popularity": np.asarray(popularity), "available": np.asarray(available), "prior": prior}
