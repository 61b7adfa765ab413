"""Peers: models by others, each tuned on the validation part of a split and asked its test part once.

Dense EASE and EDLAE and RP3beta stand here, written from their papers and without the product's code; ALS and item-kNN
are implicit's, in an environment of their own.
"""

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
from scipy.linalg import lapack

from doublebill.fit.evaluation import metrics
from doublebill.fit.splits.holdout import Holdout, Split
from doublebill.model.interactions import Interactions

ROOT = Path(__file__).resolve().parents[2]
PEERS_PYTHON = ROOT / ".tools/peers/bin/python"
ALS = Path(__file__).with_name("als.py")
KNN = Path(__file__).with_name("implicit_knn.py")
DEEPEST = 100

EASE_RIDGES = (25, 50, 75, 100, 150, 200, 300, 400, 600, 800, 1200, 2000)
EDLAE_RIDGES = (25, 50, 100, 200, 400, 800)
EDLAE_DROPOUTS = (0.2, 0.35, 0.5, 0.65)
ALPHAS = (0.6, 0.8, 1.0, 1.2)
BETAS = (0.2, 0.4, 0.6, 0.8)

PerUser = Mapping[str, np.ndarray]
Peer = Callable[[Split, int], dict[str, tuple[object, PerUser]]]
"""From a split and a seed: by name, the hyper-parameters that were chosen and the metrics of the test users."""


def ease(parts: Split, _: int) -> dict[str, tuple[object, PerUser]]:
    """Dense EASE (Steck 2019, arXiv:1905.03375), all n² numbers of it, and its best ridge."""
    train = dense(parts.train)
    gram = (train.T @ train).astype(np.float32)
    tried = (({"ridge": ridge}, zero_diagonal(gram, np.full(len(gram), ridge))) for ridge in EASE_RIDGES)
    return {"dense EASE": best(parts, tried)}


def edlae(parts: Split, _: int) -> dict[str, tuple[object, PerUser]]:
    """Dense EDLAE (Steck 2020, NeurIPS): a ridge that grows with the popularity of the item."""
    train = dense(parts.train)
    gram = (train.T @ train).astype(np.float32)
    tried = (
        ({"ridge": ridge, "dropout": p}, zero_diagonal(gram, ridge + p / (1 - p) * np.diag(gram)))
        for p in EDLAE_DROPOUTS
        for ridge in EDLAE_RIDGES
    )
    return {"dense EDLAE": best(parts, tried)}


def rp3beta(parts: Split, _: int) -> dict[str, tuple[object, PerUser]]:
    """RP3beta (Paudel et al. 2017, doi:10.1145/2955101), dense: walks of three steps, popular items attract less."""
    train = dense(parts.train)
    of_users = train / np.maximum(train.sum(axis=1, keepdims=True), 1)
    popularity = train.sum(axis=0)
    of_items = train.T / np.maximum(popularity, 1)[:, np.newaxis]

    def tried() -> Iterator[tuple[object, np.ndarray | None]]:
        for alpha in ALPHAS:
            walks = (of_items**alpha) @ (of_users**alpha)
            np.fill_diagonal(walks, 0)
            for beta in BETAS:
                yield {"alpha": alpha, "beta": beta}, walks / np.maximum(popularity, 1) ** beta

    return {"RP3beta": best(parts, tried())}


def als(parts: Split, seed: int) -> dict[str, tuple[object, PerUser]]:
    """implicit's ALS (Hu, Koren and Volinsky 2008) and its best factors, regularization and alpha."""
    chosen, answers = in_peers(ALS, parts, seed)
    return {"implicit ALS": (chosen, found(answers["answers"], parts.test))}


def knn(parts: Split, seed: int) -> dict[str, tuple[object, PerUser]]:
    """implicit's item-kNN by tf-idf and BM25, each with its best parameters."""
    chosen, answers = in_peers(KNN, parts, seed)
    return {name: (chosen[name], found(answers[name], parts.test)) for name in answers}


PEERS: Mapping[str, Peer] = {"ease": ease, "edlae": edlae, "rp3beta": rp3beta, "knn": knn, "als": als}


def in_peers(script: Path, parts: Split, seed: int) -> tuple[dict[str, object], Mapping[str, np.ndarray]]:
    """What a script of the peers' environment chose, and its answers by name."""
    named = {
        "train": parts.train,
        "validation_shown": parts.validation.fold_in,
        "validation_hidden": parts.validation.targets,
        "test_shown": parts.test.fold_in,
    }
    arrays = {f"{name}_{what}": getattr(part, what) for name, part in named.items() for what in ("items", "indptr")}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "split.npz")
        np.savez(file, **arrays, n_items=parts.train.n_items, seed=seed)
        run = subprocess.run([PEERS_PYTHON, script, file], check=True, capture_output=True, text=True)
        with np.load(Path(folder, "split.answers.npz")) as answered:
            return json.loads(run.stdout)["chosen"], dict(answered)


def zero_diagonal(gram: np.ndarray, ridge: np.ndarray) -> np.ndarray | None:
    """The item-item weights of a ridge regression of each item on all others; None where there is no solution."""
    factor, failed = lapack.spotrf(gram + np.diag(ridge).astype(np.float32), lower=True)
    if failed:
        return None
    inverse, _ = lapack.spotri(factor, lower=True)
    inverse = np.tril(inverse) + np.tril(inverse, -1).T
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights


def best(parts: Split, tried: Iterator[tuple[object, np.ndarray | None]]) -> tuple[object, PerUser]:
    """The parameters whose weights [items, items] do best on validation users, and what they reach on test users."""
    highest, chosen = -1.0, None
    shown = dense(parts.validation.fold_in)
    for parameters, weights in tried:
        if weights is None:
            continue
        reached = float(found(best_of(shown @ weights, parts.validation), parts.validation)["ndcg@100"].mean())
        if reached > highest:
            highest, chosen, kept = reached, parameters, weights
    return chosen, found(best_of(dense(parts.test.fold_in) @ kept, parts.test), parts.test)


def dense(part: Interactions) -> np.ndarray:
    """[users, items] ones."""
    whole = np.zeros((part.n_users, part.n_items), np.float32)
    whole[part.users_of_entries(), part.items] = 1
    return whole


def best_of(scores: np.ndarray, held_out: Holdout) -> np.ndarray:
    """[users, DEEPEST] the items of the highest scores but those shown."""
    scores[held_out.fold_in.users_of_entries(), held_out.fold_in.items] = -np.inf
    return np.argsort(-scores, axis=1, kind="stable")[:, :DEEPEST]


def found(answers: np.ndarray, held_out: Holdout) -> PerUser:
    """The metrics of answers [users, DEEPEST]."""
    hidden = held_out.targets
    rows = zip(hidden.indptr[:-1], hidden.indptr[1:], answers, strict=True)
    hits = np.stack([np.isin(items, hidden.items[start:end]) for start, end, items in rows])
    wanted = np.diff(hidden.indptr)
    return {"recall@20": metrics.recall(hits, wanted, 20), "ndcg@100": metrics.ndcg(hits, wanted, DEEPEST)}
