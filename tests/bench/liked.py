"""How well liked items are found where people rate, beside the same data as likes only and beside every rating alike.

python tests/bench/liked.py [--events FILE …] [--seeds 1 2 3]      one JSON line per result

Files are of any shape that `doublebill import` reads; by default those of MovieLens-100K and MovieTweetings. For each
seed the stages `ratings` and `verdicts` choose on validation users, from the first candidate of a training, and the
liked items of the test users are ranked once by

    ours                  the config chosen
    default of 077ed57    what a training of that commit chooses from the same training part; every rating counts alike
    served                the first candidate, histories as they are served: what was rated low counts for nothing
    alike                 the first candidate, every rating of a history alike
    likes only            the same kernel fitted to liked interactions alone, histories without the others
    popularity            the most popular items
    recent popularity     visits halved per half-life, chosen on validation users; where ratings have times
    item-kNN              the cosine of two items

Differences are paired by user, over all seeds. Shares and weights were laid out on validation users of seeds 1 and 2.
"""

import argparse
import dataclasses
import json
import sys
from pathlib import Path

import numpy as np
from earlier import COMMIT, earlier

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from doublebill.events import parse
from doublebill.fit.clean import Cleaned, clean
from doublebill.fit.evaluation.evaluate import evaluate_headline
from doublebill.fit.fit_recommender import fit
from doublebill.fit.ratings.liked_part import liked_part
from doublebill.fit.selection.candidates import candidates
from doublebill.fit.selection.judge import baseline_configs
from doublebill.fit.selection.refine import Refinement
from doublebill.fit.selection.stages import STAGES
from doublebill.fit.selection.study import Study
from doublebill.fit.splits.holdout import Holdout
from doublebill.imports.files.raw_rows import RawRow
from doublebill.model.config import Config
from doublebill.model.recommender import Recommender
from doublebill.values.rating_scale import LARGEST_RATING, RatingScale
from file_rows import read_events

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
FILES = (DATA / "movielens-100k" / "ml-100k.inter", DATA / "movietweetings-100k" / "ratings.dat")
SEEDS = (1, 2, 3)
METRIC = "ndcg@10"
ANY_SCALE = RatingScale(-LARGEST_RATING, LARGEST_RATING)
"""Ratings may be below 0; the scale of each file is learnt."""
DEFAULT = f"default of {COMMIT}"


def main() -> None:
    """Measures each file and prints the results."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=Path, nargs="+", default=FILES)
    options.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    wanted = options.parse_args()
    for file in wanted.events:
        rows = (row for row in read_events(file) if isinstance(row, RawRow))
        cleaned = clean((parse(row.values, lambda user: user, scale=ANY_SCALE) for row in rows), {})
        parts = [measured(cleaned, seed, file.name) for seed in wanted.seeds]
        found = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        ours = found.pop("ours")
        for peer, theirs in found.items():
            report(file.name, peer, ours, theirs)


def measured(cleaned: Cleaned, seed: int, dataset: str) -> dict[str, np.ndarray]:
    """Returns by contestant [users] the metric on the test users of a seed."""
    study = Study.of(cleaned.catalog, cleaned.interactions, seed)
    if "liked" not in study.questions:
        raise SystemExit(f"{dataset}: nobody rated an item as less than liked")
    parts, start = study.questions["liked"], candidates(cleaned.interactions, True, metadata=False)[0]
    refinement = Refinement(study, start)
    for stage in STAGES:
        if stage.name in ("ratings", "verdicts"):
            refinement.run(stage, stage.variants(refinement.best, study))
    print(json.dumps({"bench": "liked", "dataset": dataset, "seed": seed, "chosen": str(refinement.best)}), flush=True)
    test, usual = parts.test, study.fitted(start, parts.test)
    baselines = baseline_configs(study, start)
    unrated = dataclasses.replace(test, fold_in=dataclasses.replace(test.fold_in, stars=None))
    return {
        "ours": reached(study.fitted(refinement.best, test), test),
        DEFAULT: earlier(test).per_user[METRIC],
        "served": reached(usual, test),
        "alike": reached(usual, unrated),
        "likes only": reached(likes_only(study, start), test),
        **{name: reached(study.fitted(config, test), test) for name, config in baselines.items()},
    }


def reached(recommender: Recommender, holdout: Holdout) -> np.ndarray:
    return evaluate_headline(recommender, holdout).per_user[METRIC]


def likes_only(study: Study, start: Config) -> Recommender:
    """Returns the recommender of liked interactions alone, which counts nothing else of a history."""
    train, liked_from = study.questions["liked"].train, study.liked_from
    assert liked_from is not None
    part, config = liked_part(train, start, liked_from)
    fitted = fit(study.catalog, part, config)
    return dataclasses.replace(fitted, config=dataclasses.replace(config, liked_from=liked_from, others=0.0))


def report(dataset: str, peer: str, ours: np.ndarray, theirs: np.ndarray) -> None:
    """Prints our mean beside a peer's, paired by user."""
    differences = ours - theirs
    line = {
        "bench": "liked",
        "name": f"{METRIC} of liked items",
        "dataset": dataset,
        "users": len(ours),
        "ours": round(float(ours.mean()), 4),
        "peer": peer,
        "theirs": round(float(theirs.mean()), 4),
        "difference": round(float(differences.mean()), 4),
        "standard_error": round(float(differences.std(ddof=1) / np.sqrt(len(differences))), 4),
    }
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
