"""How good recommendations are for known users after a moment, beside recent popularity: as a live service is asked.

python tests/bench/calendar_split.py [FILE …] [--shares 0.7,0.8,0.9] [--quick]      one JSON line per result

Each share of the interactions, the oldest, is known; users who were known are asked for the items that they met later.
Ratings count as views (`views.py`). The half-life of the peer and everything of ours is chosen by NDCG@100 on an
earlier moment, and the fallback to a baseline is off. Differences are paired by user. The kernel is the first candidate
of a training; all stages follow. Peers:

    default of 077ed57       what a training of that commit chooses from what is known at the moment (earlier.py)
    ours, without a prior    the same config, its prior taken away
    recent popularity        visits halved per half-life
    popularity, item-kNN     the other baselines of every training

The grids of the prior were laid out on earlier parts (from the .6 to the .7 quantile of the times) of MovieTweetings
and MovieLens-100K. `--quick` leaves the earlier commit out.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from earlier import COMMIT, earlier
from quality import DATA, read

from doublebill.fit.evaluation.evaluate import evaluate
from doublebill.fit.selection.candidates import candidates
from doublebill.fit.selection.judge import baseline_configs
from doublebill.fit.selection.refine import refine
from doublebill.fit.selection.study import SEED, Study
from doublebill.fit.splits.calendar import Timeline, calendar_split
from doublebill.fit.splits.user_splits import split, temporal_split
from doublebill.model.catalog import Catalog
from doublebill.model.interactions import Interactions

METRICS = ("recall@20", "ndcg@100")
SHARES = (0.7, 0.8, 0.9)
FILES = (DATA / "movietweetings-100k" / "ratings.dat", DATA / "movielens-100k" / "ml-100k.inter")
DEFAULT = f"default of {COMMIT}"
FEWEST_USERS = 20
"""With fewer users after a moment nothing is said about it."""


def study_at(interactions: Interactions, share: float) -> Study:
    """The questions of a training at the moment before which that share lies; its test is what came after."""
    parts = calendar_split(Timeline.of(interactions), share)
    assert parts is not None
    known = parts.test.reference
    random, newest = split(known, SEED), temporal_split(known, SEED)
    assert random is not None
    assert newest is not None
    catalog = Catalog.of((f"{number:08d}" for number in range(interactions.n_items)), {})
    return Study(catalog, {"random": random, "newest": newest.fitted_on(random.train), "calendar": parts}, "calendar")


def measure(name: str, interactions: Interactions, shares: Sequence[float], quick: bool) -> None:
    """Prints our figures beside those of all peers."""
    for share in shares:
        study = study_at(interactions, share)
        test = study.questions["calendar"].test
        if test.fold_in.n_users < FEWEST_USERS:
            continue
        ours = refine(study, candidates(test.reference, exclude_seen=True, metadata=False)[0]).best
        peers = {
            "ours, without a prior": replace(ours, prior=None),
            **baseline_configs(study, ours),
        }
        mine = evaluate(study.fitted(ours, test), test).per_user
        others = {peer: evaluate(study.fitted(config, test), test).per_user for peer, config in peers.items()}
        if not quick:
            others[DEFAULT] = earlier(test).per_user
        for peer_name, theirs in others.items():
            for metric in METRICS:
                differences = mine[metric] - theirs[metric]
                error = float(differences.std(ddof=1) / np.sqrt(len(differences)))
                row = {
                    "bench": "quality",
                    "name": f"{metric} over {peer_name}, {share:.0%} of the calendar known",
                    "dataset": name,
                    "ours": round(float(mine[metric].mean()), 4),
                    "peer": round(float(theirs[metric].mean()), 4),
                    "peer_name": peer_name,
                    "difference": round(float(differences.mean()), 4),
                    "standard_error": round(error, 4),
                    "users": len(differences),
                    "unit": metric,
                    "chosen": str(ours),
                    **({"peer_chosen": str(peers[peer_name])} if peer_name in peers else {}),
                    **target(peer_name, metric, float(differences.mean()), error),
                }
                print(json.dumps(row), flush=True)


def target(peer_name: str, metric: str, difference: float, error: float) -> dict[str, object]:
    """What a difference must reach, and whether it does."""
    if (peer_name, metric) == ("recent popularity", "ndcg@100"):
        return {"target": ">= 2 standard errors", "holds": difference >= 2 * error}
    if (peer_name, metric) == (DEFAULT, "recall@20"):
        return {"target": ">= +0.08", "holds": difference >= 0.08}
    if peer_name in ("popularity", "item-kNN"):
        return {"target": ">= -2 standard errors", "holds": difference >= -2 * error}
    return {}


def main() -> None:
    """Measures MovieTweetings and MovieLens-100K, or the files that are named."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--shares", default=",".join(map(str, SHARES)))
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    for file in options.files or FILES:
        measure(file.name, read(file), [float(share) for share in options.shares.split(",")], options.quick)


if __name__ == "__main__":
    sys.exit(main())
