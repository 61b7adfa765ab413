"""How well the default training answers a public split of users' items, beside published figures of the same split.

python tests/bench/public_split.py TRAIN TEST [--published RECALL NDCG]      one JSON line per result

Both files are in the format that graph recommenders use (He et al. 2020, LightGCN, doi:10.1145/3397271.3401063): each
line a user number and the numbers of its items. A training sees TRAIN alone and chooses on validation users of its own;
its baselines are not published in its place. Every user of TEST is then measured once. Recall counts hits over all of a
user's targets, as that paper does, not over the first 20 at most, as this project's reports do.

`--published` are recall@20 and NDCG@20 of a peer on this split, as its paper prints them. Differences to the baselines
are paired by user.
"""

import argparse
import json
import resource
import time
from pathlib import Path

import numpy as np

from doublebill.fit.evaluation.evaluate import hits_of, lists_of
from doublebill.fit.evaluation.metrics import ndcg
from doublebill.fit.selection.candidates import candidates
from doublebill.fit.selection.judge import baseline_configs
from doublebill.fit.selection.select import choose
from doublebill.fit.selection.study import SEED, Study
from doublebill.fit.splits.holdout import Holdout
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config
from doublebill.model.interactions import Interactions

DEPTH = 20


def main() -> None:
    """Measures the split that is named and prints the results."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("train", type=Path)
    options.add_argument("test", type=Path)
    options.add_argument("--published", type=float, nargs=2, metavar=("RECALL", "NDCG"))
    options.add_argument("--seed", type=int, default=SEED, help="picks the validation users")
    wanted = options.parse_args()
    rows = {part: read_rows(getattr(wanted, part)) for part in ("train", "test")}
    n_items = 1 + max(int(items.max()) for part in rows.values() for items in part.values() if len(items))
    users = sorted(rows["train"])
    train = of_rows([rows["train"][user] for user in users], n_items)
    began = time.process_time()
    catalog = Catalog.of([f"{number:08d}" for number in range(n_items)], {})
    study = Study.of(catalog, train, wanted.seed, tell=lambda line: print(json.dumps({"progress": line}), flush=True))
    config = choose(study, candidates(train, exclude_seen=True, metadata=False)).config
    seconds = time.process_time() - began
    met = [place for place, user in enumerate(users) if len(rows["test"].get(user, ()))]
    targets = of_rows([rows["test"][users[place]] for place in met], n_items)
    holdout = Holdout(train.rows(np.array(met)), targets, train=train)
    n_targets = np.diff(targets.indptr)

    def measured(chosen: Config) -> dict[str, np.ndarray]:
        """Returns the metrics of a config by user."""
        hits = hits_of(lists_of(study.fitted(chosen, holdout), holdout), targets)
        return {"recall@20": hits[:, :DEPTH].sum(axis=1) / n_targets, "ndcg@20": ndcg(hits, n_targets, DEPTH)}

    found = measured(config)
    baselines = {name: measured(one) for name, one in baseline_configs(study, config).items()}
    about = {
        "chosen": str(config),
        "cpu_s": round(seconds, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "users": len(met),
    }
    for number, (metric, values) in enumerate(found.items()):
        line = {
            "bench": "public split",
            "name": metric,
            "dataset": wanted.train.parent.name,
            "ours": round(float(values.mean()), 4),
            "standard_error": round(float(values.std(ddof=1) / np.sqrt(len(values))), 4),
            "unit": metric,
        }
        peer = {"peer": wanted.published[number], "peer_name": "published"} if wanted.published else {}
        print(json.dumps(line | peer | about), flush=True)
        for name, theirs in baselines.items():
            differences = values - theirs[metric]
            difference, error = differences.mean(), differences.std(ddof=1) / np.sqrt(len(differences))
            beside = {
                "peer": round(float(theirs[metric].mean()), 4),
                "peer_name": name,
                "difference": round(float(difference), 4),
                "standard_error": round(float(error), 4),
                "target": ">= -2 standard errors",
                "holds": bool(difference >= -2 * error),
            }
            print(json.dumps(line | beside), flush=True)


def read_rows(file: Path) -> dict[int, np.ndarray]:
    """Returns the items of each user of a file."""
    numbers = (np.array(line.split(), np.int64) for line in file.read_text().splitlines() if line.strip())
    return {int(row[0]): np.unique(row[1:]) for row in numbers}


def of_rows(rows: list[np.ndarray], n_items: int) -> Interactions:
    """Returns the interactions of users, each a row of items, without times."""
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    items = np.concatenate(rows).astype(np.int32)
    return Interactions(indptr, items, np.ones(len(items), np.float32), np.zeros(len(items), np.int64), n_items)


if __name__ == "__main__":
    main()
