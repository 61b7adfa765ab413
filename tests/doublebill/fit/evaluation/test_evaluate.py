"""Evaluation: what is measured are the answers that serving gives, against the whole catalog."""

import json

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from doublebill.fit.clean import clean
from doublebill.fit.evaluation import evaluate as evaluation
from doublebill.fit.evaluation import metrics
from doublebill.fit.evaluation.evaluate import HEADLINE, Evaluation, evaluate, evaluate_popularity
from doublebill.fit.fit_recommender import fit
from doublebill.fit.splits.holdout import Holdout, Split
from doublebill.fit.splits.user_splits import split
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Edlae, Family, Knn
from doublebill.model.interactions import Interactions
from doublebill.model.recommender import Recommender
from worlds import checkerboard


def catalog_of(items: int) -> Catalog:
    return Catalog.of((f"item-{n:02}" for n in range(items)), {})


def rows(matrix: Interactions) -> list[list[int]]:
    return [matrix.items[start:end].tolist() for start, end in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)]


def matrix(*rows: list[int], n_items: int, times: int = 0) -> Interactions:
    """One user per list of items; with times, each item of a list is met `times` after the one before it."""
    users, items = np.repeat(np.arange(len(rows)), [len(row) for row in rows]), np.concatenate(rows)
    met = np.concatenate([np.arange(1, len(row) + 1) * times for row in rows])
    return Interactions.of(users, items, np.ones(len(items)), met, n_items)


def parted() -> Split:
    present = np.argwhere(np.random.default_rng(1).random((50, 30)) < 0.4)
    whole = Interactions.of(present[:, 0], present[:, 1], np.ones(len(present)), np.zeros(len(present), int), 30)
    parts = split(whole, seed=3, share=0.2)
    assert parts is not None
    return parts


def dense(model: Recommender) -> np.ndarray:
    """[sources, targets] similarities."""
    n_items = model.neighbours.n_items
    edges = np.zeros((n_items, n_items))
    sources = np.repeat(np.arange(n_items), np.diff(model.neighbours.indptr))
    edges[sources, model.neighbours.targets] = model.neighbours.similarities
    return edges


@pytest.mark.parametrize("family", [Knn("cosine"), Edlae(ridge=5.0)])
@pytest.mark.parametrize("damping", [0.0, 0.5])
def test_metrics_are_those_of_scoring_the_whole_catalog_densely(family: Family, damping: float) -> None:
    parts = parted()
    model = fit(catalog_of(30), parts.train, Config(family, damping=damping, values="float32"))
    measured = evaluate(model, parts.test)
    popularity = model.popularity
    for user, (shown, hidden) in enumerate(zip(rows(parts.test.fold_in), rows(parts.test.targets), strict=True)):
        scores = dense(model)[shown].sum(axis=0) * (popularity / popularity.max()) ** -damping
        keys = [(round(float(scores[item]), 6), popularity[item]) for item in range(30)]
        others = sorted(set(range(30)) - set(shown), key=lambda item: (-keys[item][0], -keys[item][1], item))
        hits, wanted = np.isin(others, hidden), len(hidden)
        for n in (10, 20):
            assert measured.per_user[f"recall@{n}"][user] == metrics.recall(hits, wanted, n)
            assert measured.per_user[f"precision@{n}"][user] == metrics.precision(hits, n)
            assert measured.per_user[f"f1@{n}"][user] == metrics.f1(hits, wanted, n)
            assert measured.per_user[f"accuracy@{n}"][user] == metrics.accuracy(hits, wanted, len(others), n, 30)
            assert measured.per_user[f"ndcg@{n}"][user] == pytest.approx(metrics.ndcg(hits, wanted, n))
            assert measured.per_user[f"map@{n}"][user] == pytest.approx(metrics.average_precision(hits, wanted, n))
            assert measured.per_user[f"mrr@{n}"][user] == metrics.reciprocal_rank(hits, n)
            assert measured.per_user[f"hit_rate@{n}"][user] == metrics.hit_rate(hits, n)
        assert measured.per_user["ndcg@100"][user] == pytest.approx(metrics.ndcg(hits, wanted, 100))
        ranks = [sorted(set(keys)).index(keys[item]) for item in others]
        assert measured.per_user["auc"][user] == pytest.approx(roc_auc_score(hits, ranks))


def test_lists_are_described_by_the_interactions_trained_on() -> None:
    parts = parted()
    model = fit(catalog_of(30), parts.train, Config(Knn("cosine")))
    measured = evaluate(model, parts.test)
    met = np.zeros((30, parts.train.n_users))
    met[parts.train.items, parts.train.users_of_entries()] = 1
    columns = met / np.linalg.norm(met, axis=1, keepdims=True)
    for user, shown in enumerate(rows(parts.test.fold_in)):
        first = model.recommend(np.array(shown), np.ones(len(shown)), 10, np.array(shown)).items
        assert measured.per_user["novelty@10"][user] == pytest.approx(np.mean(-np.log2(met[first].mean(axis=1))))
        cosines = (columns[first] @ columns[first].T)[np.triu_indices(10, 1)]
        assert measured.per_user["diversity@10"][user] == pytest.approx(1 - np.mean(cosines))


def test_on_the_checkerboard_neighbours_beat_popularity() -> None:
    cleaned = clean(checkerboard(60, 12), {})
    parts = split(cleaned.interactions, seed=1, share=0.2)
    assert parts is not None
    model = fit(cleaned.catalog, parts.train, Config(Knn("cosine")))
    better, baseline = evaluate(model, parts.test).means(), evaluate_popularity(model, parts.test).means()
    # two items of the right colour are left for each user, one of them hidden: the first two hold it
    assert better["ndcg@10"] >= 1 / np.log2(3)
    assert better["ndcg@10"] > baseline["ndcg@10"] + 0.1
    assert better["auc"] > baseline["auc"] + 0.1


def test_popularity_is_measured_as_the_order_of_popularity() -> None:
    train = matrix([0, 1, 2], [0, 1], [0], n_items=5)
    model = fit(catalog_of(5), train, Config(Knn("cosine")))
    held_out = Holdout(matrix([4], n_items=5), matrix([1], n_items=5), train=train)
    told = evaluate_popularity(model, held_out).per_user
    assert told["mrr@10"] == [1 / 2]
    assert told["auc"] == pytest.approx([2 / 3])  # of 0, 2 and 3 only 0 is more popular than 1


def test_coverage_is_the_share_of_items_in_somebodys_first_places() -> None:
    train = matrix([0, 1], n_items=50)
    model = fit(catalog_of(50), train, Config(Knn("cosine")))
    measured = evaluate(model, Holdout(matrix([0], n_items=50), matrix([1], n_items=50), train=train))
    assert measured.means()["coverage@20"] == 20 / 50
    assert measured.whole["coverage@10"] == 10 / 50
    assert measured.whole["gini@10"] == pytest.approx(40 / 49)


@pytest.mark.parametrize("timed", [False, True])
def test_a_history_decays_where_times_are_known_and_only_there(timed: bool) -> None:
    train = matrix(*[[0, 1, 2, 6]] * 2, *[[3, 7]] * 2, n_items=8)
    model = fit(catalog_of(8), train, Config(Knn("cosine"), half_life=1.0))
    shown, hidden = matrix([0, 1, 2, 3], n_items=8, times=1000), matrix([7], n_items=8)
    measured = evaluate(model, Holdout(shown, hidden, timed, train))
    # three old items lead to 6 and the newest one to 7: 1/2 + 1/4 + 1/8 against 1, or 3 against 1
    assert measured.per_user["mrr@10"] == [1.0 if timed else 0.5]
    assert measured.per_user["auc"] == pytest.approx([1.0 if timed else 2 / 3])


def test_a_catalog_smaller_than_the_lists_is_measured_without_its_shown_items() -> None:
    train = matrix([0, 1, 2], [0, 1], n_items=4)
    model = fit(catalog_of(4), train, Config(Knn("cosine")))
    told = evaluate(model, Holdout(matrix([0], n_items=4), matrix([2], n_items=4), train=train)).per_user
    assert told["recall@20"] == [1.0]
    assert told["precision@10"] == [0.1]
    assert told["accuracy@10"] == [1 - 2 / 4]  # 1, 2 and 3 are told, one of them rightly


def test_the_headline_comes_first() -> None:
    parts = parted()
    measured = evaluate(fit(catalog_of(30), parts.train, Config(Knn("cosine"))), parts.test)
    assert tuple(measured.per_user)[:3] == HEADLINE
    assert set(measured.segments) == {"head items", "tail items", "cold items", "short histories", "long histories"}


def test_what_was_measured_is_reported_as_json() -> None:
    parts = parted()
    measured = evaluate(fit(catalog_of(30), parts.train, Config(Knn("cosine"))), parts.test)
    told = json.loads(json.dumps(measured.to_json(), allow_nan=False))
    assert told == measured.to_json()
    assert told["users"] == parts.test.fold_in.n_users
    for name, values in measured.per_user.items():
        metric = told["metrics"][name]
        assert metric["low"] <= metric["mean"] <= metric["high"]
        assert metric["mean"] == measured.means()[name] == values.mean()
    assert told["whole"] == measured.whole
    assert told["segments"]["tail items"]["users"] > 0


def test_likeness_is_measured_on_the_first_users_where_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    train = matrix([0, 1], [0, 2], [0, 3], n_items=4)
    model = fit(catalog_of(4), train, Config(Knn("cosine")))
    held_out = Holdout(matrix([3], n_items=4), matrix([0], n_items=4), train=train)
    three = evaluate(model, held_out).per_user["diversity@10"]
    monkeypatch.setattr(evaluation, "DIVERSITY_USERS", 1)
    met = sorted(rows(train)[0])[1]
    one = evaluate(model, held_out).per_user["diversity@10"]
    assert three[0] == pytest.approx(1 - 2 / np.sqrt(3) / 3)
    assert one[0] == pytest.approx(1 - (1 / 3 if met != 3 else 0))


def test_measured_values_alone_are_enough() -> None:
    assert Evaluation({"recall@20": np.array([0.0, 1.0])}).means() == {"recall@20": 0.5}


def test_what_a_short_list_lacks_finds_nothing_of_the_user_before() -> None:
    hidden = Interactions(
        np.array([0, 1, 2]), np.array([3, 2], np.int32), np.ones(2, np.float32), np.zeros(2, np.int64), n_items=4
    )
    answers = np.array([[3, 1, -1], [2, -1, -1]], np.int32)
    assert evaluation.hits_of(answers, hidden).tolist() == [[True, False, False], [True, False, False]]
