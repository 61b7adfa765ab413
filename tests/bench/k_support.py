"""What k-support costs: accuracy and edges by the number k of users that a pair of items must have.

python tests/bench/k_support.py [--only NAME] [--seeds 1 2 3] [--k 1 2 3 5 10]

One JSON line per result. For each seed a tenth of the users is for choosing and a tenth for the test. For each k the
kernel is chosen anew among the candidates of a training (without gradient-trained factors, which take most of its
time and win on neither set) on validation users, and measured on the test users once. Differences to k = 1 are paired
by user over all seeds. `seconds` are for counting the users of all pairs, `share` is that of fitting the chosen kernel.
"""

import argparse
import json
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from quality import lastfm, movielens, read

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from doublebill.fit.evaluation.evaluate import evaluate_headline
from doublebill.fit.fit_recommender import fit
from doublebill.fit.linear.grams.pair_support import PairSupport
from doublebill.fit.selection.candidates import candidates
from doublebill.fit.selection.select import choose
from doublebill.fit.selection.study import Study
from doublebill.fit.splits.user_splits import split
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Factors
from doublebill.model.interactions import Interactions

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
METRICS = ("ndcg@100", "recall@20")
TARGET = -0.002
"""NDCG@100 that the default may cost."""

DEFAULT = 3


def main() -> None:
    """Prints the costs."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--only")
    asked.add_argument("--seeds", type=int, nargs="*", default=[1, 2, 3])
    asked.add_argument("--k", type=int, nargs="*", default=[1, 2, 3, 5, 10])
    options = asked.parse_args()
    sets = {
        "MovieLens-100K": lambda: movielens().interactions,
        "Last.fm-2k": lambda: lastfm().interactions,
        "Last.fm-2k, all artists": lambda: read(DATA / "lastfm-2k" / "user_artists.dat"),
    }
    for name, load in sets.items():
        if options.only in (None, name):
            measure(name, load(), options.seeds, options.k)


def measure(name: str, interactions: Interactions, seeds: list[int], counts: list[int]) -> None:
    """Prints what each k costs on one set."""
    found: dict[int, list[dict[str, np.ndarray]]] = {k: [] for k in counts}
    facts: dict[int, dict[str, float]] = {}
    for seed in seeds:
        for k in counts:
            per_user, facts[k] = one(interactions, seed, k)
            found[k].append(per_user)
    base = joined(found[counts[0]])
    for k in counts:
        means = joined(found[k])
        costs = {metric: means[metric] - base[metric] for metric in METRICS}
        cost = float(costs["ndcg@100"].mean())
        told = {f"{metric} cost": round(float(costs[metric].mean()), 4) for metric in METRICS}
        errors = {
            f"{metric} error": round(float(costs[metric].std() / len(costs[metric]) ** 0.5), 4) for metric in METRICS
        }
        line = {
            "bench": "k-support",
            "name": f"k = {k}",
            "dataset": name,
            "ours": round(float(means["ndcg@100"].mean()), 4),
        }
        line |= {"recall@20": round(float(means["recall@20"].mean()), 4), **told, **errors, **facts[k]}
        line |= {"users": len(base["ndcg@100"])}
        line |= {"target": TARGET, "holds": cost >= TARGET} if k == DEFAULT else {}
        print(json.dumps(line), flush=True)


def joined(parts: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """The metrics of the users of all seeds."""
    return {metric: np.concatenate([part[metric] for part in parts]) for metric in METRICS}


def one(interactions: Interactions, seed: int, k: int) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """The metrics of the test users of one split under the kernel chosen for k, with facts of that model."""
    parts = split(interactions, seed)
    assert parts is not None
    catalog = Catalog.of((f"{item:06d}" for item in range(interactions.n_items)), {})
    study = Study(catalog, {"random": parts})
    tried = [one for one in candidates(parts.train, True, False) if not isinstance(one.family, Factors)]
    config: Config = choose(study, [replace(one, minimum_users=k) for one in tried], refined=()).config
    began = time.process_time()
    model = fit(catalog, parts.train, config)
    fitted = time.process_time() - began
    began = time.process_time()
    if k > 1:
        PairSupport.of(parts.train, k)
    counted = time.process_time() - began
    measured = evaluate_headline(model, parts.test)
    facts = {"edges": len(model.neighbours.targets), "seconds": round(counted, 2), "share": round(counted / fitted, 2)}
    return {metric: np.asarray(measured.per_user[metric]) for metric in METRICS}, facts


if __name__ == "__main__":
    main()
