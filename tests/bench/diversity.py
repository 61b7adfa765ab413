"""What diversity costs in accuracy on MovieLens-100K, and what it buys: one JSON line per method and setting.

python tests/bench/diversity.py [ml-100k.inter ml-100k.item]

A quarter of the users are held out; of each a fifth of the films is hidden at random and the others are the history.
From the 100 best films 20 are chosen: by the code that serves (`mean`), by maximal marginal relevance as it was first
written (`maximum`), by xQuAD over genres (Santos et al. 2010, doi:10.1145/1772690.1772780) and by calibration to the
genres of the history (Steck 2018, doi:10.1145/3240323.3240372). Distances are means over the pairs of a list: 1 - the
Jaccard of genres, and 1 - the cosine of contributions. Means over three splits.
"""

import csv
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from doublebill.events import Event
from doublebill.fit.clean import clean
from doublebill.fit.fit_recommender import fit
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config
from doublebill.model.items import Item
from doublebill.model.recommender import Recommender
from doublebill.reranking.rerank import Rules, choose
from doublebill.reranking.resemblance import resemblance

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "movielens-100k"
N, POOL = 20, 100
SETTINGS = (0, 0.1, 0.2, 0.3, 0.5, 0.7, 1)
SEEDS = (1, 2, 3)
PAIRS = np.triu_indices(N, 1)
DISCOUNTS = 1 / np.log2(np.arange(2, N + 2))


@dataclass(frozen=True, eq=False)
class Case:
    """One held-out user: what is known, what is hidden, and the candidates."""

    model: Recommender
    history: np.ndarray
    hidden: np.ndarray
    items: np.ndarray
    relevance: np.ndarray
    genres: np.ndarray
    """[POOL, genres] 1 where a candidate has a genre."""
    liked: np.ndarray
    """[genres] the share of each in the history."""
    by_genres: np.ndarray
    """[POOL, POOL] Jaccard."""
    by_contributions: np.ndarray
    """[POOL, POOL] cosine."""


def read(inter: Path, item: Path) -> tuple[list[Event], dict[str, Item]]:
    """Every rating as a view, and every film with its genres."""
    with inter.open(newline="") as lines:
        rows = [list(row.values()) for row in csv.DictReader(lines, delimiter="\t")]
    events = [Event(row[0], row[1], "view", 1.0, int(row[3]) * 1000) for row in rows]
    with item.open(newline="") as lines:
        films = [list(row.values()) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]
    return events, {film[0]: Item(film[0], film[1], tuple((film[3] or "").split())) for film in films}


def cases(events: list[Event], films: dict[str, Item], seed: int) -> Iterator[Case]:
    """The held-out users of one split."""
    random = np.random.default_rng(seed)
    users = sorted({event.user for event in events})
    held = set(random.permutation(users)[: len(users) // 4].tolist())
    cleaned = clean([event for event in events if event.user not in held], films)
    model = fit(cleaned.catalog, cleaned.interactions, Config())
    genres = has_genre(model.catalog)
    for user in sorted(held):
        known = random.permutation([model.catalog.find(event.item_id) for event in events if event.user == user])
        hidden, history = np.split(known[known >= 0].astype(np.int32), [len(known) // 5])
        yield case(model, history, hidden, genres)


def case(model: Recommender, history: np.ndarray, hidden: np.ndarray, genres: np.ndarray) -> Case:
    """One user's candidates and all that methods ask of them."""
    weights = np.ones(len(history))
    ranking = model.recommend(history, weights, POOL, history)
    bare = Catalog.of([model.catalog.item_ids[n] for n in range(len(model.catalog))], {})
    cosines = resemblance(bare, ranking.items, model.contributions(history, weights, ranking.items))
    shares = genres[history] / np.maximum(genres[history].sum(1, keepdims=True), 1)
    scaled = (ranking.scores - ranking.scores.min()) / np.ptp(ranking.scores)
    jaccard = resemblance(model.catalog, ranking.items, None)
    chosen = genres[ranking.items]
    return Case(model, history, hidden, ranking.items, scaled, chosen, shares.mean(0), jaccard, cosines)


def has_genre(catalog: Catalog) -> np.ndarray:
    """[n_items, genres] 1 where an item has a genre."""
    table = np.zeros((len(catalog), len(catalog.tag_names)))
    table[np.repeat(np.arange(len(catalog)), np.diff(catalog.tag_offsets)), catalog.item_tags] = 1
    return table


def mean(case: Case, d: float) -> list[int]:
    """The places chosen by the code that serves."""
    weights, rules = np.ones(len(case.history)), Rules(diversity=d)
    chosen = choose(case.model, case.history, weights, N, case.history, None, rules).ranking.items
    place = {item: at for at, item in enumerate(case.items.tolist())}
    return [place[item] for item in chosen.tolist()]


def greedy(case: Case, worth: Callable[[list[int]], np.ndarray]) -> list[int]:
    """The places picked one by one, each the best by `worth` of those picked before."""
    picked: list[int] = []
    for _ in range(N):
        values = worth(picked).copy()
        values[picked] = -np.inf
        picked.append(int(values.argmax()))
    return picked


def maximum(case: Case, d: float) -> list[int]:
    """The same resemblance, of which the largest counts instead of the mean."""
    alike = (case.by_genres + case.by_contributions) / 2
    return greedy(case, lambda p: (1 - d) * case.relevance - d * (alike[p].max(0) if p else 0 * case.relevance))


def xquad(case: Case, d: float) -> list[int]:
    """Genres of the history are to be covered."""
    of_genre = case.genres / np.maximum(case.genres.sum(1, keepdims=True), 1)

    def worth(picked: list[int]) -> np.ndarray:
        gains = of_genre @ (case.liked * np.prod(1 - of_genre[picked], axis=0))
        return (1 - d) * case.relevance + d * gains / max(np.delete(gains, picked).max(), 1e-12)

    return greedy(case, worth)


def calibrated(case: Case, d: float) -> list[int]:
    """The list's genres are to be distributed as the history's are."""
    of_genre = case.genres / np.maximum(case.genres.sum(1, keepdims=True), 1)

    def worth(picked: list[int]) -> np.ndarray:
        mixed = (of_genre[picked].sum(0) + of_genre) / (len(picked) + 1)
        ratio = np.maximum(case.liked, 1e-12) / (0.99 * mixed + 0.01 * case.liked + 1e-12)
        relevance = (case.relevance[picked].sum() + case.relevance) / (len(picked) + 1)
        return (1 - d) * relevance - d * (case.liked * np.log(ratio)).sum(1)

    return greedy(case, worth)


def measured(case: Case, places: list[int]) -> list[float]:
    """Recall, NDCG, the two distances within the list, and how many genres it has."""
    hits = np.isin(case.items[places], case.hidden)
    most = min(N, len(case.hidden))
    within = np.ix_(places, places)
    return [
        hits.sum() / most,
        hits @ DISCOUNTS / DISCOUNTS[:most].sum(),
        (1 - case.by_genres[within])[PAIRS].mean(),
        (1 - case.by_contributions[within])[PAIRS].mean(),
        np.count_nonzero(case.genres[places].sum(0)),
    ]


MEASURES = ("recall@20", "ndcg@20", "genre distance", "contribution distance", "genres")
METHODS = (mean, maximum, xquad, calibrated)


def main(inter: Path, item: Path) -> None:
    """All methods on all splits."""
    events, films = read(inter, item)
    users = [one for seed in SEEDS for one in cases(events, films, seed) if len(one.hidden)]
    for method in METHODS:
        for d in SETTINGS:
            means = np.mean([measured(one, method(one, d)) for one in users], axis=0).round(4).tolist()
            told = {"bench": "diversity", "name": method.__name__, "dataset": "MovieLens-100K", "diversity": d}
            print(json.dumps({**told, **dict(zip(MEASURES, means, strict=True)), "users": len(users)}), flush=True)


if __name__ == "__main__":
    main(*(map(Path, sys.argv[1:]) if len(sys.argv) > 1 else (FOLDER / "ml-100k.inter", FOLDER / "ml-100k.item")))
