"""How well models know what comes next and what is popular, beside the candidates of before.

python tests/bench/orders.py FILE … [--question last | random]      one JSON line per result

Each FILE of events, of any shape that `doublebill import` reads, is measured by leave-last-out (Kang and McAuley 2018)
against the whole catalog, or on unmet users with a random fifth of their items hidden. The peer is the choice among the
candidates and stages of before: half-lives from 3 and transitions to .1, no powers of popularity. Both choose on
validation targets and answer the test targets once. Differences are paired by user over all seeds; leave-last-out has
no chance in it but the order of items of one moment, so one seed is enough there.

ORDER, DECAY, the powers and the weights of transitions were laid out on validation targets of Toys and LastFM.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from doublebill.events import parse
from doublebill.fit.clean import Cleaned, clean
from doublebill.fit.evaluation.evaluate import evaluate
from doublebill.fit.selection import refine, stages
from doublebill.fit.selection.candidates import candidates
from doublebill.fit.selection.select import choose
from doublebill.fit.selection.study import Study
from doublebill.fit.splits.holdout import Split
from doublebill.fit.splits.last import last_split
from doublebill.fit.splits.user_splits import split
from doublebill.imports.files.raw_rows import RawRow
from doublebill.model.config import Config
from doublebill.model.recommender import Recommender
from file_rows import read_events

METRICS = ("ndcg@20", "ndcg@100", "recall@20", "hit_rate@10")
BEFORE = {"HALF_LIVES": (0.0, 3.0, 5.0, 8.0, 12.0, 20.0), "TRANSITIONS": (0.05, 0.1)}
STAGES_BEFORE = ("half-life", "transitions")
SERVED = 200
"""Histories whose scoring is timed."""


def study_of(cleaned: Cleaned, question: str, seed: int) -> Study:
    """One question alone, under the names that the stages look for."""
    parts = (last_split if question == "last" else split)(cleaned.interactions, seed)
    assert parts is not None
    named: dict[str, Split] = {"random": parts} | ({"newest": parts} if question == "last" else {})
    return Study(cleaned.catalog, named)


def chosen(study: Study, configs: Sequence[Config], before: bool) -> tuple[Config, float]:
    """The config that a training chooses, and the seconds of the processor that it takes."""
    began, now = time.process_time(), (dict(vars(stages)), refine.STAGES)
    if before:
        vars(stages).update(BEFORE)
        refine.STAGES = tuple(stage for stage in now[1] if stage.name in STAGES_BEFORE)
    config = choose(study, configs).config
    vars(stages).update(now[0])
    refine.STAGES = now[1]
    return config, time.process_time() - began


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


def measure(file: Path, question: str, seeds: Sequence[int], quick: bool) -> None:
    """All results of one file."""
    rows = (row for row in read_events(file) if isinstance(row, RawRow))
    cleaned = clean((parse(row.values, lambda user: user) for row in rows), {})
    found: dict[bool, list[dict[str, np.ndarray]]] = {True: [], False: []}
    told: dict[bool, list[dict[str, object]]] = {True: [], False: []}
    for seed in seeds:
        for before in (True, False):
            study = study_of(cleaned, question, seed)
            parts = study.questions["random"]
            configs = candidates(parts.validation.reference, exclude_seen=True, metadata=False)
            configs = [config for config in configs if config.family.name == "edlae"][: 1 if quick else None]
            config, seconds = chosen(study, configs, before)
            model = study.fitted(config, parts.test)
            found[before].append(dict(evaluate(model, parts.test).per_user))
            size, micros = served(model, parts)
            about = {"config": str(config), "cpu_s": round(seconds, 1), "mb": round(size, 1), "us": round(micros)}
            told[before].append(about)
    for metric in METRICS:
        ours, peer = (np.concatenate([one[metric] for one in found[before]]) for before in (False, True))
        error = float((ours - peer).std(ddof=1) / np.sqrt(len(ours)))
        line = {
            "bench": "orders",
            "name": f"{metric}, {question}",
            "dataset": file.stem,
            "ours": round(float(ours.mean()), 4),
            "peer": round(float(peer.mean()), 4),
            "peer_name": "candidates of before",
            "ratio": round(float(ours.mean() / peer.mean()), 4),
            "difference": round(float((ours - peer).mean()), 4),
            "standard_error": round(error, 4),
            "unit": metric,
            "users": len(ours),
            "seeds": list(seeds),
        }
        about = {"chosen": told[False], "peer_chosen": told[True]} if metric == METRICS[0] else {}
        print(json.dumps(line | about), flush=True)


def main() -> None:
    """Measures every file that is named."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--question", choices=("last", "random"), default="last")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--quick", action="store_true", help="with the first kernel alone")
    wanted = parser.parse_args()
    for file in wanted.files:
        measure(file, wanted.question, wanted.seeds, wanted.quick)


if __name__ == "__main__":
    sys.exit(main())
