"""What an attacker learns from models about one user, with nothing on, with k-support, and with differential privacy.

python tests/bench/attacks.py [--only membership|versions] [--ways none k=3 epsilon=1] [--evaluated 20000] [--noise 50]

One JSON line per result.

The users are synthetic, since no public set at hand has tens of thousands: each has the length of the history of a
Last.fm user, drawn anew, half of it from the artists of one of 40 tastes and half from all, by their numbers of
listeners. Members are trained on; as many others of the same kind are not. The attacker sees every array of the
artifact and knows the whole history in question.

membership   Is this user in the training data? (Shokri et al. 2017, arXiv:1610.05820, with known members instead of
             shadow models.) Features: of the pairs of the user's items, by the popularity of both, the share that are
             edges and the sum of their similarities. A linear discriminant is fitted to 5,000 members and 5,000 others
             whose membership the attacker knows, with the threshold that tells most of these apart, and is asked about
             all the rest.
versions     Which item did this user add between two versions? (Calandrino et al. 2011, doi:10.1109/SP.2011.40.) The
             attacker knows the rest of the user's history, and compares the item that was added with one that somebody
             else added. The score is the share of the user's items whose edges to the item appeared or rose. The
             threshold is chosen on the first two pairs of versions.

`advantage` is the share of members (or of items that were added) found minus the share of others taken for one, 0 by
chance; `low` and `high` are the ends of its two-sided 95 % interval (normal, two proportions), `bound` is the upper
end of the one-sided one. Targets: clearly above chance with nothing on; a bound of at most .02 by ε <= 2.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from quality import read

from doublebill.fit.fit_recommender import fit
from doublebill.fit.private.fit_private import fit_private
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Edlae, Family, Knn
from doublebill.model.interactions import Interactions
from doublebill.model.recommender import Recommender
from doublebill.values.privacy_claim import PrivacyClaim

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

ITEMS = 3_000
"""The artists with most listeners."""

TASTES = 40
LEARNT_FROM = 5_000
"""Members, and as many others, from whom the attacker learns."""

CLASSES = 7
"""Classes of popularity, each of twice the users of the one before."""

ADDING, VERSIONS = 1_250, 11
"""Users who add one item each between two versions, and pairs of versions."""

DELTA = 1e-6
TWO_SIDED, ONE_SIDED = 1.96, 1.645
TARGET = 0.02

KERNELS: dict[str, Family] = {"knn": Knn(), "edlae": Edlae(100.0, 0.6, support="cosine")}


@dataclass(frozen=True)
class Marginals:
    """What synthetic users have in common with real ones."""

    lengths: np.ndarray
    shares: np.ndarray
    """[items] of all listeners."""
    tastes: np.ndarray
    """[items] the taste of each item."""


def marginals() -> Marginals:
    """The lengths of histories and the listeners of artists of Last.fm."""
    real = read(DATA / "lastfm-2k" / "user_artists.dat")
    listeners = np.sort(real.popularity())[::-1][:ITEMS].astype(float)
    tastes = np.random.default_rng(0).integers(0, TASTES, ITEMS)
    return Marginals(np.diff(real.indptr), listeners / listeners.sum(), tastes)


def histories(world: Marginals, users: int, seed: int) -> list[np.ndarray]:
    """The items of synthetic users, in the order in which they met them."""
    random = np.random.default_rng(seed)
    by_taste = [np.flatnonzero(world.tastes == taste) for taste in range(TASTES)]
    found = []
    for length, taste in zip(random.choice(world.lengths, users), random.integers(0, TASTES, users), strict=True):
        own, shares = by_taste[taste], world.shares[by_taste[taste]]
        near = random.choice(own, length // 2, p=shares / shares.sum())
        found.append(
            random.permutation(np.unique(np.concatenate([near, random.choice(ITEMS, length, p=world.shares)])))
        )
    return [one[: max(len(one) * 2 // 3, 2)] for one in found]


def interactions_of(table: list[np.ndarray]) -> Interactions:
    """The histories as interactions without times."""
    users = np.repeat(np.arange(len(table)), [len(one) for one in table])
    items, ones = np.concatenate(table), np.ones(len(users))
    return Interactions.of(users, items, ones, np.zeros(len(users), np.int64), ITEMS)


CATALOG = Catalog.of((f"{item:06d}" for item in range(ITEMS)), {})


def fitted(way: str, family: Family, interactions: Interactions) -> Recommender:
    """The model of some users with a protection: none, k=N or epsilon=E."""
    name, _, value = way.partition("=")
    if name == "epsilon":
        return fit_private(CATALOG, interactions, PrivacyClaim(float(value), DELTA)).model
    return fit(CATALOG, interactions, Config(family, minimum_users=int(value) if value else 1))


def similarities(model: Recommender) -> sp.csr_array:
    """[items, items] what the artifact says of each pair."""
    edges = model.neighbours
    values = edges.values.astype(np.float64) * edges.scales[edges.targets]
    return sp.csr_array((values, edges.targets, edges.indptr), shape=(ITEMS, ITEMS))


# membership


def features(model: Recommender, table: list[np.ndarray]) -> np.ndarray:
    """[users, features] what the artifact says of the pairs of each history."""
    have = interactions_of_rows(table)
    edges, popular = similarities(model).tocoo(), model.popularity
    classes = np.clip(np.log2(np.maximum(popular, 1e-9) / popular.max()).astype(int) + CLASSES - 1, 0, CLASSES - 1)
    counts = np.stack([have[:, np.flatnonzero(classes == one)].sum(axis=1) for one in range(CLASSES)], axis=1)
    columns = []
    kinds = classes[edges.row] * CLASSES + classes[edges.col]
    for first in range(CLASSES):
        for second in range(CLASSES):
            of_kind = np.flatnonzero(kinds == first * CLASSES + second)
            if not len(of_kind):
                continue
            pairs = np.maximum(counts[:, first] * counts[:, second] - (first == second) * counts[:, first], 1)
            for values in (np.ones(len(of_kind)), edges.data[of_kind], -np.log(np.abs(edges.data[of_kind]) + 1e-6)):
                part = sp.csr_array((values, (edges.row[of_kind], edges.col[of_kind])), shape=(ITEMS, ITEMS))
                columns.append(np.asarray((have @ part).multiply(have).sum(axis=1)).ravel() / pairs)
    lengths = counts.sum(axis=1, keepdims=True)
    return np.column_stack([*columns, counts / lengths, np.log(lengths)]) if columns else np.log(lengths)


def interactions_of_rows(table: list[np.ndarray]) -> sp.csr_array:
    """[users, items] in the order of the table, which interactions are not."""
    starts = np.concatenate([[0], np.cumsum([len(one) for one in table])])
    return sp.csr_array((np.ones(starts[-1]), np.concatenate(table), starts), shape=(len(table), ITEMS))


def discriminant(seen: np.ndarray, unseen: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """The linear score that tells members from others best on those that are known."""
    both = np.concatenate([seen, unseen])
    mean, spread = both.mean(axis=0), both.std(axis=0) + 1e-12
    scaled = (both - mean) / spread
    wanted = np.repeat([1.0, -1.0], [len(seen), len(unseen)])
    weights = np.linalg.solve(scaled.T @ scaled + 10 * np.eye(scaled.shape[1]), scaled.T @ wanted)
    return lambda table: (table - mean) / spread @ weights


def threshold(positive: np.ndarray, negative: np.ndarray) -> float:
    """The score from which most are told apart."""
    tried = np.unique(np.quantile(np.concatenate([positive, negative]), np.linspace(0, 1, 400)))
    return float(tried[np.argmax([(positive >= one).mean() - (negative >= one).mean() for one in tried])])


def membership(way: str, kernel: str, world: Marginals, evaluated: int) -> None:
    """Prints how well members are told from others."""
    members, others = (histories(world, LEARNT_FROM + evaluated, seed) for seed in (1, 2))
    model = fitted(way, KERNELS[kernel], interactions_of(members))
    inside, outside = features(model, members), features(model, others)
    score = discriminant(inside[:LEARNT_FROM], outside[:LEARNT_FROM])
    limit = threshold(score(inside[:LEARNT_FROM]), score(outside[:LEARNT_FROM]))
    told = score(inside[LEARNT_FROM:]) >= limit, score(outside[LEARNT_FROM:]) >= limit
    tell("membership", way, kernel, *told)


# versions


def versions(way: str, kernel: str, world: Marginals, _: int) -> None:
    """Prints how well the items that users added are found by the difference of two versions."""
    table = histories(world, ADDING * VERSIONS, 3)
    partners, random = list[tuple[np.ndarray, np.ndarray]](), np.random.default_rng(4)
    before = similarities(fitted(way, KERNELS[kernel], interactions_of([one[:-1] for one in table])))
    for step in range(VERSIONS):
        adding = range(step * ADDING, (step + 1) * ADDING)
        now = [one if user < adding.stop else one[:-1] for user, one in enumerate(table)]
        after = similarities(fitted(way, KERNELS[kernel], interactions_of(now)))
        items = np.array([table[user][-1] for user in adding])
        decoys = random.permutation(items)
        grown = ((after - before) > 1e-9).astype(np.float64) + ((after - before).T > 1e-9).astype(np.float64)
        scores = [scores_of(grown, [table[user] for user in adding], one) for one in (items, decoys)]
        fair = np.array([item not in table[user] for user, item in zip(adding, decoys, strict=True)])
        partners.append((scores[0][fair], scores[1][fair]))
        before = after
    known, asked = (
        [np.concatenate(column) for column in zip(*part, strict=True)] for part in (partners[:2], partners[2:])
    )
    limit = threshold(known[0], known[1])
    tell("versions", way, kernel, asked[0] >= limit, asked[1] >= limit)


def scores_of(grown: sp.csr_array, table: list[np.ndarray], items: np.ndarray) -> np.ndarray:
    """Of each user's items but the last, the share whose edge from or to one item grew."""
    rows = interactions_of_rows([one[:-1] for one in table])
    towards = grown.tocsc()[:, items]
    return np.asarray((rows.multiply(towards.T)).sum(axis=1)).ravel() / np.maximum(np.diff(rows.indptr), 1)


def tell(attack: str, way: str, kernel: str, positive: np.ndarray, negative: np.ndarray) -> None:
    """Prints one result."""
    found, mistaken = float(positive.mean()), float(negative.mean())
    error = (found * (1 - found) / len(positive) + mistaken * (1 - mistaken) / len(negative)) ** 0.5
    advantage = found - mistaken
    line: dict[str, object] = {
        "bench": "attacks",
        "name": f"{attack}, {way}",
        "dataset": "synthetic, Last.fm marginals",
    }
    line |= {"kernel": "private" if way.startswith("epsilon") else kernel, "ours": round(advantage, 4)}
    line |= {"low": round(advantage - TWO_SIDED * error, 4), "high": round(advantage + TWO_SIDED * error, 4)}
    line |= {"bound": round(advantage + ONE_SIDED * error, 4), "members": len(positive), "others": len(negative)}
    if way.startswith("epsilon") and float(way.partition("=")[2]) <= 2:
        line |= {"target": TARGET, "holds": advantage + ONE_SIDED * error <= TARGET}
    print(json.dumps(line), flush=True)


def main() -> None:
    """Prints the advantages."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--only", choices=["membership", "versions"])
    asked.add_argument("--ways", nargs="*", default=["none", "k=3", "k=5", "epsilon=2", "epsilon=1"])
    asked.add_argument("--kernels", nargs="*", default=["knn", "edlae"])
    asked.add_argument("--evaluated", type=int, default=20_000)
    options = asked.parse_args()
    world = marginals()
    for name, attack in {"membership": membership, "versions": versions}.items():
        for way in options.ways if options.only in (None, name) else ():
            for kernel in options.kernels[:1] if way.startswith("epsilon") else options.kernels:
                attack(way, kernel, world, options.evaluated)


if __name__ == "__main__":
    main()
