"""Evaluation: the split keeps users apart, and the metrics are what their definitions say."""

import numpy as np
import pytest

from doublebill.catalog import Catalog
from doublebill.config import Config, Knn
from doublebill.fit.clean import clean
from doublebill.fit.evaluate import HeldOut, evaluate, evaluate_popularity, ndcg, recall, split
from doublebill.fit.fitting import fit
from doublebill.interactions import Interactions
from worlds import checkerboard


def interactions_of(users: int = 60, items: int = 12) -> Interactions:
    return clean(checkerboard(users, items), {}).interactions


def catalog_of(items: int) -> Catalog:
    return Catalog.of((f"item-{n:02}" for n in range(items)), {})


def rows(matrix: Interactions) -> list[tuple[int, ...]]:
    return [tuple(matrix.items[start:end]) for start, end in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)]


def random_interactions() -> Interactions:
    """Every user another row, so that rows tell users apart."""
    present = np.argwhere(np.random.default_rng(1).random((50, 30)) < 0.4)
    return Interactions.of(present[:, 0], present[:, 1], np.ones(len(present)), np.zeros(len(present), int), 30)


def test_no_user_is_in_two_parts_and_none_is_lost() -> None:
    whole = random_interactions()
    parts = split(whole, seed=7, held_share=0.2)
    assert parts is not None
    whole_rows = {frozenset(row) for row in rows(whole)}
    train = [frozenset(row) for row in rows(parts.train)]
    held = [
        frozenset(shown) | frozenset(hidden)
        for part in (parts.validation, parts.test)
        for shown, hidden in zip(rows(part.shown), rows(part.hidden), strict=True)
    ]
    assert len(train) + len(held) == len(whole_rows)
    assert set(train) | set(held) == whole_rows


def test_what_is_hidden_is_not_shown_and_is_a_fifth() -> None:
    parts = split(random_interactions(), seed=7, held_share=0.2)
    assert parts is not None
    for shown, hidden in zip(rows(parts.test.shown), rows(parts.test.hidden), strict=True):
        assert not set(shown) & set(hidden)
        assert len(hidden) == max(1, round((len(shown) + len(hidden)) * 0.2))


def test_the_split_follows_from_the_seed() -> None:
    one, same, other = (split(random_interactions(), seed) for seed in (1, 1, 2))
    assert one
    assert same
    assert other
    assert rows(one.test.hidden) == rows(same.test.hidden)
    assert rows(one.test.hidden) != rows(other.test.hidden)


def test_too_few_users_cannot_be_split() -> None:
    assert split(interactions_of(users=4), seed=1) is None


@pytest.mark.parametrize(
    ("hits", "wanted", "n", "expected"),
    [([1, 0, 1, 0], 2, 4, 1.0), ([1, 0, 0, 0], 4, 2, 0.5), ([0, 0], 3, 2, 0.0), ([0, 1], 1, 20, 1.0)],
)
def test_recall_is_the_share_of_what_could_be_found(hits: list[int], wanted: int, n: int, expected: float) -> None:
    assert recall(np.array(hits, bool), wanted, n) == expected


@pytest.mark.parametrize(
    ("hits", "wanted", "n", "expected"),
    [
        ([1, 1, 0], 2, 10, 1.0),
        ([0, 1, 0], 1, 10, 1 / np.log2(3)),
        ([1, 0, 1], 3, 3, (1 + 0.5) / (1 + 1 / np.log2(3) + 0.5)),
        ([0, 0, 0], 2, 3, 0.0),
    ],
)
def test_ndcg_discounts_by_place(hits: list[int], wanted: int, n: int, expected: float) -> None:
    assert ndcg(np.array(hits, bool), wanted, n) == pytest.approx(expected)


def test_metrics_are_those_of_scoring_the_whole_catalog_densely() -> None:
    whole = random_interactions()
    parts = split(whole, seed=3, held_share=0.2)
    assert parts is not None
    catalog = catalog_of(30)
    model = fit(catalog, parts.train, Config(Knn("cosine")))
    dense = np.zeros((30, 30))
    dense[np.repeat(np.arange(30), np.diff(model.neighbours.indptr)), model.neighbours.targets] = (
        model.neighbours.similarities
    )
    measured = evaluate(model, parts.test)
    for user, (shown, hidden) in enumerate(zip(rows(parts.test.shown), rows(parts.test.hidden), strict=True)):
        scores = dense[list(shown)].sum(axis=0)
        order = sorted(set(range(30)) - set(shown), key=lambda i: (-round(scores[i], 9), -model.popularity[i], i))
        assert measured.per_user["recall@20"][user] == recall(np.isin(order, hidden), len(hidden), 20)
        assert measured.per_user["ndcg@100"][user] == pytest.approx(ndcg(np.isin(order, hidden), len(hidden), 100))


def test_on_the_checkerboard_neighbours_beat_popularity() -> None:
    parts = split(interactions_of(), seed=1, held_share=0.2)
    assert parts is not None
    model = fit(clean(checkerboard(60, 12), {}).catalog, parts.train, Config(Knn("cosine")))
    better, baseline = evaluate(model, parts.test).means(), evaluate_popularity(model, parts.test).means()
    # two items of the right colour are left for each user, one of them hidden: the first two hold it
    assert better["ndcg@10"] >= 1 / np.log2(3)
    assert better["ndcg@10"] > baseline["ndcg@10"] + 0.1


def test_coverage_is_the_share_of_items_in_somebodys_first_twenty() -> None:
    one_user = Interactions.of(np.zeros(2, int), np.array([0, 1]), np.ones(2), np.zeros(2, int), 50)
    model = fit(catalog_of(50), one_user, Config(Knn("cosine")))
    shown = Interactions.of(np.zeros(1, int), np.array([0]), np.ones(1), np.zeros(1, int), 50)
    hidden = Interactions.of(np.zeros(1, int), np.array([1]), np.ones(1), np.zeros(1, int), 50)
    assert evaluate(model, HeldOut(shown, hidden)).coverage == 20 / 50
