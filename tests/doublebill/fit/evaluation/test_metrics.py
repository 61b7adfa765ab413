"""Metrics: each equals scikit-learn's, or its definition written out, on random inputs."""

from itertools import combinations

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn import metrics as reference
from sklearn.metrics.pairwise import cosine_similarity

from doublebill.fit.evaluation import metrics

ITEMS = 40
DEPTHS = [1, 5, 20, ITEMS]

World = tuple[np.ndarray, np.ndarray, np.ndarray]


@pytest.fixture(params=range(3))
def world(request: pytest.FixtureRequest) -> World:
    """Which items 12 users want, distinct scores of all items, and what stands at each place: three [12, ITEMS]."""
    random = np.random.default_rng(request.param)
    wanted = random.random((12, ITEMS)) < [0.05, 0.3, 0.7][request.param]
    wanted[np.arange(12), random.integers(ITEMS, size=12)] = True
    scores = random.permuted(np.tile(np.arange(1.0, ITEMS + 1), (12, 1)), axis=1)
    return wanted, scores, np.argsort(-scores, axis=1)


def hits(world: World) -> np.ndarray:
    wanted, _, order = world
    return np.take_along_axis(wanted, order, axis=1)


def recommended(world: World, n: int) -> np.ndarray:
    return world[1] > ITEMS - n


@pytest.mark.parametrize("n", DEPTHS)
def test_recall_is_that_of_scikit_learn_over_what_could_be_there(world: World, n: int) -> None:
    wanted = world[0].sum(axis=1)
    whole = reference.recall_score(world[0].T, recommended(world, n).T, average=None)  # every user is a label there
    assert np.allclose(metrics.recall(hits(world), wanted, n) * np.minimum(wanted, n) / wanted, whole)


@pytest.mark.parametrize("n", DEPTHS)
def test_precision_f1_and_accuracy_are_those_of_scikit_learn(world: World, n: int) -> None:
    wanted, found, told = world[0].sum(axis=1), hits(world), recommended(world, n)
    labels = {"y_true": world[0].T, "y_pred": told.T, "average": None}
    assert np.allclose(metrics.precision(found, n), reference.precision_score(**labels))
    assert np.allclose(metrics.f1(found, wanted, n), reference.f1_score(**labels))
    expected = [reference.accuracy_score(*both) for both in zip(world[0], told, strict=True)]
    assert np.allclose(metrics.accuracy(found, wanted, ITEMS, n, ITEMS), expected)


@pytest.mark.parametrize("n", DEPTHS)
def test_ndcg_is_that_of_scikit_learn(world: World, n: int) -> None:
    expected = [reference.ndcg_score([y], [scores], k=n) for y, scores in zip(world[0], world[1], strict=True)]
    assert np.allclose(metrics.ndcg(hits(world), world[0].sum(axis=1), n), expected)


def test_average_precision_to_the_end_is_that_of_scikit_learn(world: World) -> None:
    expected = reference.average_precision_score(world[0].T, world[1].T, average=None)
    assert np.allclose(metrics.average_precision(hits(world), world[0].sum(axis=1), ITEMS), expected)


@pytest.mark.parametrize("n", DEPTHS)
def test_average_precision_within_n_is_that_of_scikit_learn_over_what_could_be_there(world: World, n: int) -> None:
    found, wanted = hits(world), world[0].sum(axis=1)
    for first, sought, value in zip(found[:, :n], wanted, metrics.average_precision(found, wanted, n), strict=True):
        of_those = reference.average_precision_score(first, -np.arange(len(first))) if first.any() else 0.0
        assert value == pytest.approx(of_those * first.sum() / min(n, sought))


def test_reciprocal_rank_is_label_ranking_precision_of_the_best_wanted_item(world: World) -> None:
    best = (world[1] * world[0]).argmax(axis=1)[:, np.newaxis] == np.arange(ITEMS)
    expected = [
        reference.label_ranking_average_precision_score([y], [scores]) for y, scores in zip(best, world[1], strict=True)
    ]
    assert np.allclose(metrics.reciprocal_rank(hits(world), ITEMS), expected)


@pytest.mark.parametrize("n", DEPTHS[:-1])
def test_hit_rate_of_one_wanted_item_is_top_k_accuracy(world: World, n: int) -> None:
    _, scores, order = world
    only = np.random.default_rng(n).integers(ITEMS, size=len(scores))
    found = order == only[:, np.newaxis]
    expected = reference.top_k_accuracy_score(only, scores, k=n, labels=np.arange(ITEMS))
    assert metrics.hit_rate(found, n).mean() == pytest.approx(expected)
    assert np.array_equal(metrics.reciprocal_rank(found, n) > 0, metrics.hit_rate(found, n) > 0)


@pytest.mark.parametrize("levels", [2, 10, 10**6])
def test_auc_is_that_of_scikit_learn_with_ties_counting_half(levels: int) -> None:
    for seed in range(20):
        random = np.random.default_rng(seed)
        wanted, scores = random.random(ITEMS) < 0.3, random.integers(levels, size=ITEMS)
        expected = reference.roc_auc_score(wanted, scores)
        assert metrics.auc(scores[wanted], scores[~wanted]) == pytest.approx(expected)


def test_auc_without_others_is_one() -> None:
    assert metrics.auc(np.array([1.0]), np.zeros(0)) == 1.0


@pytest.mark.parametrize(
    ("found", "wanted", "n", "expected"),
    [([1, 0, 1, 0], 2, 4, 1.0), ([1, 0, 0, 0], 4, 2, 0.5), ([0, 0], 3, 2, 0.0), ([0, 1], 1, 20, 1.0)],
)
def test_recall_is_the_share_of_what_could_be_found(found: list[int], wanted: int, n: int, expected: float) -> None:
    assert metrics.recall(np.array(found, bool), wanted, n) == expected


@pytest.mark.parametrize(
    ("found", "wanted", "n", "expected"),
    [
        ([1, 1, 0], 2, 10, 1.0),
        ([0, 1, 0], 1, 10, 1 / np.log2(3)),
        ([1, 0, 1], 3, 3, (1 + 0.5) / (1 + 1 / np.log2(3) + 0.5)),
        ([0, 0, 0], 2, 3, 0.0),
    ],
)
def test_ndcg_discounts_by_place(found: list[int], wanted: int, n: int, expected: float) -> None:
    assert metrics.ndcg(np.array(found, bool), wanted, n) == pytest.approx(expected)


def test_places_that_a_short_list_lacks_count_as_wrong() -> None:
    short, padded = np.array([[True, False]]), np.array([[True, False, False, False]])
    wanted = np.array([3])
    for metric in (metrics.recall, metrics.f1, metrics.ndcg, metrics.average_precision):
        assert metric(short, wanted, 4) == metric(padded, wanted, 4)
    assert metrics.precision(short, 4) == 0.25
    # of 5 items, two are told and one rightly so, and two wanted ones are missed
    assert metrics.accuracy(short, wanted, 2, 4, 5) == pytest.approx(1 - 3 / 5)


ANSWERS = np.array([[0, 1, 2, 3], [3, 2, -1, -1], [5, -1, -1, -1]])


def test_novelty_is_the_mean_of_bits_in_the_list() -> None:
    shares = np.array([1.0, 0.5, 0.25, 0.125, 0.5, 0.0])
    assert np.allclose(metrics.novelty(ANSWERS, shares, 3), [(0 + 1 + 2) / 3, (3 + 2) / 2, 3])
    assert np.array_equal(metrics.novelty(ANSWERS, np.zeros(6), 3), np.zeros(3))


@pytest.mark.parametrize("n", [2, 7, 20])
def test_diversity_is_one_less_the_mean_cosine_of_pairs(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "BLOCK_LISTS", 4)
    random = np.random.default_rng(n)
    met = (random.random((ITEMS, 25)) < 0.2).astype(float)
    met[3] = 0  # an item of nobody
    lengths = np.linalg.norm(met, axis=1, keepdims=True)
    columns = sp.csr_array(np.divide(met, lengths, out=np.zeros_like(met), where=lengths > 0))
    answers = np.array([random.permutation(ITEMS)[:20] for _ in range(9)])
    answers[0, 4:], answers[1, 1:] = -1, -1
    cosines = cosine_similarity(met)
    for answer, value in zip(answers, metrics.diversity(answers, columns, n), strict=True):
        pairs = list(combinations(answer[:n][answer[:n] >= 0], 2))
        expected = 1 - np.mean([cosines[pair] for pair in pairs]) if pairs else 0.0
        assert value == pytest.approx(expected)


def test_exposure_counts_lists_and_coverage_the_items_in_any() -> None:
    assert metrics.exposure(ANSWERS, 6, 2).tolist() == [1, 1, 1, 1, 0, 1]
    assert metrics.coverage(metrics.exposure(ANSWERS, 6, 2)) == 5 / 6
    assert metrics.coverage(metrics.exposure(ANSWERS, 6, 1)) == 3 / 6


def test_gini_is_the_mean_difference_of_two_items_over_twice_the_mean() -> None:
    for seed in range(20):
        counts = np.random.default_rng(seed).poisson(2, size=ITEMS)
        differences = [abs(int(counts[i]) - int(counts[j])) for i, j in combinations(range(ITEMS), 2)]
        assert metrics.gini(counts) == pytest.approx(np.mean(differences) / (2 * counts.mean()))


def test_gini_is_nothing_among_equals_and_one_where_one_item_is_all() -> None:
    assert metrics.gini(np.full(9, 3)) == 0
    assert metrics.gini(np.eye(9, dtype=int)[4]) == pytest.approx(1)
    assert metrics.gini(np.zeros(9, int)) == metrics.gini(np.ones(1, int)) == 0


def test_popularity_lift_is_how_much_more_popular_lists_are_than_histories() -> None:
    shares = np.array([0.8, 0.4, 0.2, 0.1])
    lists, histories = np.array([[0, 1, 3], [0, -1, -1], [-1, -1, -1]]), np.array([0.4, 0.4, 0.2])
    assert metrics.popularity_lift(lists, histories, shares, 2) == pytest.approx((0.6 + 0.8) / 2 / 0.4 - 1)
    assert metrics.popularity_lift(lists[:1], shares[1:2], shares, 3) == pytest.approx((1.3 / 3) / 0.4 - 1)
    assert metrics.popularity_lift(lists[2:], histories[2:], shares, 2) == 0


def test_errors_of_predictions_are_those_of_scikit_learn() -> None:
    random = np.random.default_rng(1)
    predicted, actual = random.random(500) * 5, random.integers(1, 6, size=500).astype(float)
    assert metrics.mse(predicted, actual) == pytest.approx(reference.mean_squared_error(actual, predicted))
    assert metrics.rmse(predicted, actual) == pytest.approx(reference.root_mean_squared_error(actual, predicted))
    assert metrics.mae(predicted, actual) == pytest.approx(reference.mean_absolute_error(actual, predicted))


def test_log_loss_is_that_of_scikit_learn_certainties_included() -> None:
    random = np.random.default_rng(2)
    probabilities, outcomes = random.random(500), random.random(500) < 0.4
    probabilities[:3] = [0.0, 1.0, 0.0]
    outcomes[:3] = [True, False, False]
    assert metrics.log_loss(probabilities, outcomes) == pytest.approx(reference.log_loss(outcomes, probabilities))
