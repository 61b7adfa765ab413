"""The default training of an earlier commit, on a split that earlier.py wrote; runs with the sources of that commit.

python earlier_training.py FILE.npz      reads the training part and histories, and items.json beside it; writes
                                         lists.npy beside it, [users, 100] item numbers, -1 past the end of a list
"""

import json
import sys
from pathlib import Path

import numpy as np

from doublebill.catalog import Catalog
from doublebill.fit.candidates import candidates
from doublebill.fit.fitting import fit
from doublebill.fit.select import SEED, choose
from doublebill.fit.trial import Trial
from doublebill.interactions import Interactions
from doublebill.items import Item

LIST_LENGTH = 100


def main(file: Path) -> None:
    """Chooses a config as that training did, fits it to the whole training part and answers the histories."""
    with np.load(file) as arrays:
        n_items, timed = int(arrays["n_items"]), bool(arrays["timed"])
        columns = ("indptr", "items", "weights", "timestamps")
        train, fold_in = (
            Interactions(*(arrays[f"{name}_{column}"] for column in columns), n_items=n_items)
            for name in ("train", "fold_in")
        )
    ids = [f"{number:08d}" for number in range(n_items)]
    read = json.loads(file.with_name("items.json").read_text())
    named = zip(ids[: len(read)], read, strict=True)  # without metadata the list is empty
    items = {item_id: Item(item_id, one["title"], tuple(one["tags"]), one["year"]) for item_id, one in named}
    catalog = Catalog.of(ids, items)
    trial = Trial.of(catalog, train, SEED, lambda _: None)
    config = choose(trial, candidates(train, exclude_seen=True, metadata=bool(items))).config
    model = fit(catalog, train, config)
    lists = np.full((fold_in.n_users, LIST_LENGTH), -1, np.int32)
    for user in range(fold_in.n_users):
        row = slice(fold_in.indptr[user], fold_in.indptr[user + 1])
        times = fold_in.timestamps[row] if timed else np.zeros_like(fold_in.timestamps[row])
        history = fold_in.items[row]
        weights = config.weigh(fold_in.weights[row], times)
        found = model.recommend(history, weights, LIST_LENGTH, history).items
        lists[user, : len(found)] = found
    np.save(file.with_name("lists.npy"), lists)
    print(json.dumps({"bench": "earlier", "chosen": str(config)}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
