"""How good recommendations are, beside tuned dense EASE and EDLAE, ALS, item-kNN, RP3beta and popularity.

python tests/bench/quality.py [--only NAME --data FOLDER | --events FILE] [--peers ease,als] [--default] [--seeds 1 2 3]

One JSON line per result.

For each seed a tenth of the users is for choosing and a tenth for the test; every contestant, peers included, is tuned
by NDCG@100 on the same validation users, over the grids that stand here and in peers.py, als.py and implicit_knn.py,
and answers the test users once. Differences are paired by user, over all seeds; the fallback to a baseline is off. The
baselines of every training (popularity, recent popularity, item-kNN) stand beside the peers. Ratings count as views
(`views.py`). `--events` measures on another file of events, of any shape that `doublebill import` reads. `--default`
leaves out our tuned contestant, whose grid takes most of the time. The grids were laid out on validation users of other
seeds (11, 12, 13).
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from peers import PEERS, PerUser
from views import as_views

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from doublebill.events import parse
from doublebill.fit.clean import clean
from doublebill.fit.evaluation.evaluate import Evaluation, evaluate
from doublebill.fit.fit_recommender import fit
from doublebill.fit.selection.candidates import candidates
from doublebill.fit.selection.judge import baseline_configs
from doublebill.fit.selection.select import choose
from doublebill.fit.selection.study import SEED, Study
from doublebill.fit.splits.holdout import Split
from doublebill.fit.splits.newest_split import newest_split
from doublebill.fit.splits.user_splits import repeat_holdout, split, temporal_split
from doublebill.imports.files.raw_rows import RawRow
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Edlae
from doublebill.model.interactions import Interactions
from doublebill.model.recommender import Recommender
from file_rows import read_events

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"

METRICS = ("recall@20", "ndcg@100")
DEFAULT, TUNED = "ours by default", "ours, tuned"
BASELINES = ("popularity", "recent popularity", "item-kNN")
ACCURATE = ("recall@10", "recall@20", "ndcg@10", "ndcg@100", "precision@20", "map@20", "mrr@20", "hit_rate@20", "auc")

RIDGES = (1.0, 2.0, 4.0)
"""Times the mean number of users of an item."""
DROPOUTS = (0.4, 0.6, 0.75)
SUPPORTS = ("pruned", "cosine", "inverse")
HALF_LIVES = (0.0, 3.0, 5.0, 8.0, 12.0, 20.0)
TRANSITIONS = (0.0, 0.05, 0.1, 0.2)


@dataclass(frozen=True)
class Dataset:
    """Interactions to measure on, and what is wanted there."""

    name: str
    interactions: Interactions
    over_ease: Mapping[str, float]
    temporal: float = 0.0
    seeds: Sequence[int] = (1, 2, 3)


def lastfm(data: Path = DATA) -> Dataset:
    """Last.fm-2k: artists with at least 4 users, users with at least 5 artists."""
    file = data / "lastfm-2k" / "user_artists.dat"
    return Dataset("Last.fm-2k", core(read(file), 4, 5), {"ndcg@100": 0.015, "recall@20": 0.024})


def movielens(data: Path = DATA) -> Dataset:
    """MovieLens-100K whole: every rating counts as a view."""
    file = data / "movielens-100k" / "ml-100k.inter"
    return Dataset("MovieLens-100K", read(file), {"ndcg@100": 0.004, "recall@20": 0.004}, temporal=0.31)


def read(file: Path) -> Interactions:
    """The interactions of a file, as a training would see them; ratings are views, since every item is looked for."""
    if not file.exists():
        sys.exit(f"there is no {file}: name the folder above with --data, or any file of events with --events")
    rows = (row for row in read_events(file) if isinstance(row, RawRow))
    return as_views(clean((parse(row.values, lambda user: user) for row in rows), {}).interactions)


def core(whole: Interactions, fewest_users: int, fewest_items: int) -> Interactions:
    """What is left where items with fewer users and users with fewer items are left out, again and again."""
    users, items = whole.users_of_entries(), whole.items.astype(np.int64)
    kept = np.ones(len(items), bool)
    while True:
        by_item = np.bincount(items[kept], minlength=whole.n_items)
        by_user = np.bincount(users[kept], minlength=whole.n_users)
        still = kept & (by_item[items] >= fewest_users) & (by_user[users] >= fewest_items)
        if still.sum() == kept.sum():
            break
        kept = still
    numbers = np.unique(items[kept], return_inverse=True)[1]
    return Interactions.of(users[kept], numbers, whole.weights[kept], whole.timestamps[kept], int(numbers.max()) + 1)


# contestants: each chooses on the validation part and answers the test part once


def ours(catalog: Catalog, parts: Split, configs: Sequence[Config], by_time: Split | None = None) -> Recommender:
    """The best of our configs, refined where a split by time is given."""
    questions = {"random": parts} | ({"newest": by_time.fitted_on(parts.train)} if by_time else {})
    study = Study(catalog, questions)
    return study.fitted(choose(study, configs).config, parts.test)


def grid(parts: Split) -> list[Config]:
    """Everything that is tried by hand."""
    counts = parts.train.popularity()
    mean = float(counts[counts > 1].mean())
    return [
        Config(Edlae(round(mean * ridge, 1), dropout, support=support))
        for support in SUPPORTS
        for ridge in RIDGES
        for dropout in DROPOUTS
    ]


# results


def tell(name: str, dataset: str, ours_: float, **more: object) -> None:
    """One result as one line."""
    facts = {"bench": "quality", "name": name, "dataset": dataset, "ours": round(ours_, 4), **more}
    print(json.dumps(facts), flush=True)


def versus(dataset: Dataset, metric: str, ours_: np.ndarray, peer: np.ndarray, peer_name: str, **more: object) -> None:
    """Our mean beside a peer's, paired by user."""
    differences = ours_ - peer
    error = float(differences.std(ddof=1) / np.sqrt(len(differences)))
    facts = {
        "peer": round(float(peer.mean()), 4),
        "peer_name": peer_name,
        "ratio": round(float(ours_.mean() / peer.mean()), 4),
        "difference": round(float(differences.mean()), 4),
        "standard_error": round(error, 4),
        "users": len(differences),
        "unit": metric,
        "seeds": dataset.seeds,
    }
    if peer_name == "dense EASE" and metric in dataset.over_ease:
        target = dataset.over_ease[metric]
        facts |= {"target": f">= {target:+}", "holds": bool(differences.mean() >= target)}
    if peer_name == "implicit ALS":
        facts |= {"target": ">= 3 standard errors", "holds": bool(differences.mean() >= 3 * error)}
    if peer_name in BASELINES:
        facts |= {"target": ">= -2 standard errors", "holds": bool(differences.mean() >= -2 * error)}
    tell(f"{metric} over {peer_name}", dataset.name, float(ours_.mean()), **facts, **more)


def strong(dataset: Dataset, peers: Sequence[str], tuned: bool) -> None:
    """Users that no model has met, a fifth of their items hidden at random."""
    catalog = Catalog.of((f"{number:08d}" for number in range(dataset.interactions.n_items)), {})
    reached: dict[str, list[PerUser]] = defaultdict(list)
    chosen: dict[str, list[object]] = defaultdict(list)
    lost: list[dict[str, float]] = []
    for seed in dataset.seeds:
        parts = split(dataset.interactions, seed)
        assert parts is not None
        contestants = {
            DEFAULT: ours(
                catalog, parts, candidates(parts.train, True, False), temporal_split(dataset.interactions, seed)
            )
        }
        if tuned:
            contestants[TUNED] = ours(catalog, parts, grid(parts))
        for name, model in contestants.items():
            measured = evaluate(model, parts.test)
            reached[name].append(measured.per_user)
            chosen[name].append({"config": str(model.config), "edges_per_item": edges_per_item(model)})
        lost.append(losses(measured, evaluate(fit(catalog, parts.train, exact(model.config)), parts.test)))
        same = replace(parts, validation=repeat_holdout(parts.validation, SEED))  # as our own choice asks them
        study = Study(catalog, {"random": parts})
        for name, config in baseline_configs(study, contestants[DEFAULT].config).items():
            chosen[name].append(str(config))
            reached[name].append(evaluate(study.fitted(config, parts.test), parts.test).per_user)
        for name, (config, per_user) in [pair for peer in peers for pair in PEERS[peer](same, seed).items()]:
            chosen[name].append(config)
            reached[name].append(per_user)
    mine = [name for name in (TUNED, DEFAULT) if name in reached]
    for metric in METRICS:
        together = {name: np.concatenate([one[metric] for one in ones]) for name, ones in reached.items()}
        for name in [name for name in reached if name not in mine]:
            for our in mine:
                facts = {"contestant": our, "chosen": chosen[our], "peer_chosen": chosen[name]}
                versus(dataset, metric, together[our], together[name], name, **facts)
        if tuned:
            short = float((together[TUNED] - together[DEFAULT]).mean())
            holds = {"target": "<= 0.003", "holds": short <= 0.003} if metric == "ndcg@100" else {}
            peer = {"peer": round(float(together[TUNED].mean()), 4), "peer_name": TUNED}
            tell(f"{metric} lost by default", dataset.name, short, unit=metric, seeds=dataset.seeds, **holds, **peer)
    by_metric = {name: float(np.mean([one[name] for one in lost])) for name in ACCURATE}
    worst = max(by_metric, key=lambda name: by_metric[name])
    facts = {"unit": worst, "seeds": dataset.seeds, "target": "<= 0.001", "holds": by_metric[worst] <= 0.001}
    tell("most lost by int8 of any metric", dataset.name, by_metric[worst], **facts, of=by_metric)


def edges_per_item(model: Recommender) -> float:
    """Returns the mean number of edges of a target."""
    return round(len(model.neighbours.targets) / model.neighbours.n_items, 1)


def exact(config: Config) -> Config:
    """The config with nothing rounded."""
    return replace(config, values="float32")


def losses(model: Evaluation, unrounded: Evaluation) -> dict[str, float]:
    """What rounding costs, by metric."""
    return {name: float((unrounded.per_user[name] - model.per_user[name]).mean()) for name in ACCURATE}


def temporal(dataset: Dataset) -> None:
    """What is newest is hidden: of everybody (`newest`), or of users that the model has not met (`temporal`)."""
    ways: Sequence[tuple[str, Callable[[Interactions, int], Split | None]]]
    ways = (("everybody's newest fifth", newest_split), ("unmet users' newest fifth", temporal_split))
    catalog = Catalog.of((f"{number:08d}" for number in range(dataset.interactions.n_items)), {})
    for way, splitting in ways:
        tuned, plain, chosen = [], [], []
        for seed in dataset.seeds:
            parts = splitting(dataset.interactions, seed)
            if parts is None:
                return
            usual = candidates(parts.validation.train or parts.train, exclude_seen=True, metadata=False)[0]
            tried = [
                replace(usual, transitions=weight, half_life=life) for weight in TRANSITIONS for life in HALF_LIVES
            ]
            config = by_recall(catalog, parts, tried)
            chosen.append(f"half-life {config.half_life:g}, transitions {config.transitions:g}")
            tuned.append(evaluate(fit(catalog, parts.test.train or parts.train, config), parts.test).per_user)
            plain.append(evaluate(fit(catalog, parts.test.train or parts.train, usual), parts.test).per_user)
        for metric in METRICS:
            mine, without = (np.concatenate([one[metric] for one in ones]) for ones in (tuned, plain))
            target = {"target": f">= {dataset.temporal}", "holds": bool(mine.mean() >= dataset.temporal)}
            facts = {**(target if metric == "recall@20" and dataset.temporal else {}), "chosen": chosen, "unit": metric}
            facts |= {
                "peer": round(float(without.mean()), 4),
                "peer_name": "ours, whatever the time",
                "seeds": dataset.seeds,
            }
            tell(f"{metric}, {way} hidden", dataset.name, float(mine.mean()), **facts)


def by_recall(catalog: Catalog, parts: Split, configs: Sequence[Config]) -> Config:
    """The config best on validation users by Recall@20; each weight of transitions is fitted once."""
    reached, fitted = [], {}
    for config in configs:
        if config.transitions not in fitted:
            fitted[config.transitions] = fit(catalog, parts.validation.train or parts.train, config)
        model = replace(fitted[config.transitions], config=config)
        reached.append(evaluate(model, parts.validation).means()["recall@20"])
    return configs[int(np.argmax(reached))]


def main() -> None:
    """Measures the datasets that are there, or the file that is named."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", choices=("lastfm", "movielens"))
    parser.add_argument("--events", type=Path)
    parser.add_argument("--data", type=Path, default=DATA, help="where lastfm-2k and movielens-100k are")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--default", action="store_true", help="without our tuned contestant")
    parser.add_argument("--peers", default=",".join(PEERS), help="of " + ", ".join(PEERS))
    arguments = parser.parse_args()
    if arguments.events:
        datasets = [Dataset(arguments.events.name, read(arguments.events), {"ndcg@100": 0.005})]
    else:
        made = {"lastfm": lastfm, "movielens": movielens}
        datasets = [make(arguments.data) for name, make in made.items() if arguments.only in (None, name)]
    for dataset in (replace(one, seeds=arguments.seeds) for one in datasets):
        strong(dataset, [peer for peer in arguments.peers.split(",") if peer], tuned=not arguments.default)
        if not arguments.default:
            temporal(dataset)


if __name__ == "__main__":
    sys.exit(main())
