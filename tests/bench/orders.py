"""How well models know what comes next and what is popular, beside the default training of an earlier commit.

python tests/bench/orders.py FILE … [--question last | random | thin] [--items FILE]      one JSON line per result

Each FILE of events, of any shape that `doublebill import` reads, is measured by leave-last-out (Kang and McAuley 2018)
against the whole catalog; on unmet users with a random fifth of their items hidden; or on thin data, where a model of
15 % of the users answers all others, half of them for validation. Ratings count as views (`views.py`), since all items
are looked for. Test targets are read once. Differences are paired by
user over all seeds; leave-last-out has no chance in it but which `--users` are measured. The fallback to a baseline is
off. Peers:

    default of 077ed57        what a training of that commit chose from the same training part (`earlier.py`), before
                              order, powers of popularity and metadata were learnt
    popularity, item-kNN,
    recent popularity         the baselines of every training
    sequential rules, STAN    by leave-last-out: see `sequence_peers.py`

ORDER, DECAY, the powers and the weights of transitions were laid out on validation targets of Toys and LastFM, the
weights of metadata on thin data of MovieLens-100K with seeds 11, 12 and 13.
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from earlier import COMMIT, earlier
from sequence_peers import sequence_peers
from views import as_views

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from doublebill.events import parse
from doublebill.fit.clean import Cleaned, clean
from doublebill.fit.evaluation.evaluate import evaluate
from doublebill.fit.selection.candidates import candidates
from doublebill.fit.selection.judge import baseline_configs
from doublebill.fit.selection.select import choose
from doublebill.fit.selection.study import Study
from doublebill.fit.splits.holdout import Holdout, Split, eligible_users, hold_out
from doublebill.fit.splits.last import last_split
from doublebill.fit.splits.user_splits import split, temporal_split
from doublebill.imports.files.raw_rows import RawRow
from doublebill.model.interactions import Interactions
from doublebill.model.items import parse_item
from doublebill.model.recommender import Recommender
from file_rows import read_events, read_items

METRICS = ("ndcg@20", "ndcg@100", "recall@20", "hit_rate@10")
DEFAULT = f"default of {COMMIT}"
THIN_SHARE = 0.15
BASELINES = ("popularity", "recent popularity", "item-kNN")
SERVED = 200
"""Histories whose scoring is timed."""

PerUser = Mapping[str, np.ndarray]
Splitting = Callable[[Interactions, int], Split | None]


def study_of(cleaned: Cleaned, question: str, seed: int, most_users: int) -> Study:
    """One question, and beside a random one that of the newest items of the same users, as trainings have it."""
    ways = {"last": last_split, "random": split, "thin": thin_split}
    newest: Mapping[str, Splitting] = {"random": temporal_split, "thin": partial(thin_split, timed=True)}
    parts = ways[question](cleaned.interactions, seed)
    assert parts is not None
    parts = replace(parts, validation=some_of(parts.validation, most_users), test=some_of(parts.test, most_users))
    by_time = parts if question == "last" else newest[question](cleaned.interactions, seed)
    named = {"random": parts} | ({"newest": by_time.fitted_on(parts.validation.reference)} if by_time else {})
    return Study(cleaned.catalog, named)


def thin_split(interactions: Interactions, seed: int, timed: bool = False) -> Split:
    """A few users for training, and the others halved; where `timed`, their newest items are hidden."""
    random = np.random.default_rng(seed)
    users = random.permutation(interactions.n_users)
    few, half = int(THIN_SHARE * len(users)), (len(users) - int(THIN_SHARE * len(users))) // 2
    train, validation, test = (interactions.rows(np.sort(part)) for part in np.split(users, [few, few + half]))
    asked = (
        hold_out(part.rows(np.flatnonzero(eligible_users(part))), train, random, timed) for part in (validation, test)
    )
    return Split(train, *asked)


def some_of(holdout: Holdout, most: int) -> Holdout:
    """A holdout of at most so many of its users, and the same training part."""
    users = np.sort(np.random.default_rng(1).permutation(holdout.fold_in.n_users)[:most])
    return replace(
        holdout, fold_in=holdout.fold_in.rows(users), targets=holdout.targets.rows(users), train=holdout.reference
    )


def served(model: Recommender, parts: Split) -> tuple[float, float]:
    """Megabytes of the edges, and microseconds of scoring and ranking a history."""
    neighbours, known = model.neighbours, parts.test.fold_in
    size = sum(array.nbytes for array in neighbours.to_arrays().values()) / 1e6
    began = time.process_time()
    users = range(min(SERVED, known.n_users))
    for user in users:
        items = known.items[known.indptr[user] : known.indptr[user + 1]]
        model.recommend(items, np.ones(len(items)), 20, items)
    return size, 1e6 * (time.process_time() - began) / len(users)


def measure(file: Path, question: str, seeds: Sequence[int], quick: bool, more: tuple[Path | None, int]) -> None:
    """All results of one file."""
    items_file, most_users = more
    rows = (row for row in read_events(file) if isinstance(row, RawRow))
    described = (row for row in (read_items(items_file) if items_file else ()) if isinstance(row, RawRow))
    items = {item.item_id: item for item in (parse_item(row.values) for row in described)}
    cleaned = clean((parse(row.values, lambda user: user) for row in rows), items)
    cleaned = replace(cleaned, interactions=as_views(cleaned.interactions))
    ours: list[PerUser] = []
    peers: dict[str, list[PerUser]] = defaultdict(list)
    chosen: list[dict[str, object]] = []
    for seed in seeds:
        study = study_of(cleaned, question, seed, most_users)
        parts = study.questions["random"]
        configs = candidates(parts.validation.reference, exclude_seen=True, metadata=cleaned.catalog.described)
        configs = [config for config in configs if config.family.name == "edlae"][: 1 if quick else None]
        began = time.process_time()
        config = choose(study, configs).config
        seconds = time.process_time() - began
        model = study.fitted(config, parts.test)
        ours.append(evaluate(model, parts.test).per_user)
        peers[DEFAULT].append(earlier(parts.test, cleaned.catalog).per_user)
        for name, baseline in baseline_configs(study, config).items():
            peers[name].append(evaluate(study.fitted(baseline, parts.test), parts.test).per_user)
        size, micros = served(model, parts)
        about = {"config": str(config), "cpu_s": round(seconds, 1), "mb": round(size, 1), "us": round(micros)}
        for name, (parameters, evaluation) in (sequence_peers(parts, some_of) if question == "last" else {}).items():
            peers[name].append(evaluation.per_user)
            about[name] = parameters
        chosen.append(about)
    tell({"name": f"chosen, {question}", "dataset": file.stem, "seeds": list(seeds), "chosen": chosen})
    for name, theirs in peers.items():
        for metric in METRICS:
            mine, peer = (np.concatenate([one[metric] for one in found]) for found in (ours, theirs))
            error = float((mine - peer).std(ddof=1) / np.sqrt(len(mine)))
            line = {
                "name": f"{metric}, {question}",
                "dataset": file.stem,
                "ours": round(float(mine.mean()), 4),
                "peer": round(float(peer.mean()), 4),
                "peer_name": name,
                "ratio": round(float(mine.mean() / peer.mean()), 4),
                "difference": round(float((mine - peer).mean()), 4),
                "standard_error": round(error, 4),
                "unit": metric,
                "users": len(mine),
                "seeds": list(seeds),
            }
            tell(line | target(name, float((mine - peer).mean()), error))


def target(peer_name: str, difference: float, error: float) -> dict[str, object]:
    """What a difference to a simple baseline must reach, and whether it does."""
    if peer_name not in BASELINES:
        return {}
    return {"target": ">= -2 standard errors", "holds": difference >= -2 * error}


def tell(line: Mapping[str, object]) -> None:
    """One result as one line."""
    print(json.dumps({"bench": "orders", **line}), flush=True)


def main() -> None:
    """Measures every file that is named."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--question", choices=("last", "random", "thin"), default="last")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--quick", action="store_true", help="with the first kernel alone")
    parser.add_argument("--items", type=Path, help="a file of their metadata")
    parser.add_argument("--users", type=int, default=10**9, help="users asked at most")
    wanted = parser.parse_args()
    for file in wanted.files:
        measure(file, wanted.question, wanted.seeds, wanted.quick, (wanted.items, wanted.users))


if __name__ == "__main__":
    sys.exit(main())
