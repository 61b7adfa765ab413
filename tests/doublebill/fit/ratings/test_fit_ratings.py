"""Fitted ratings: what is filled in, what is kept of it, and how it is measured."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doublebill.events import Event
from doublebill.fit.clean import clean
from doublebill.fit.fit_recommender import fit
from doublebill.fit.ratings import fit_ratings as ratings_fit
from doublebill.fit.ratings import gaussian, neighbour_edges, rating_errors
from doublebill.fit.ratings.fit_ratings import fit_biases, fit_ratings
from doublebill.fit.ratings.gaussian import NOISE, Gaussian
from doublebill.fit.ratings.rating_errors import (
    BIASES,
    NEIGHBOURS,
    errors,
    evaluate_ratings,
    fit_reported,
    predictions,
)
from doublebill.model import artifact
from doublebill.model.config import Config
from doublebill.model.interactions import Interactions
from doublebill.model.ratings import RatingModel


def world(users: int = 40, items: int = 12, seed: int = 1) -> Interactions:
    """Two tastes: users rate about two items in three, of their own parity with 5 or 4 stars, others with 1 or 2."""
    random = np.random.default_rng(seed)
    rows, columns = np.nonzero(random.random((users, items)) < 0.66)
    alike = rows % 2 == columns % 2
    stars = np.where(alike, 5 - random.integers(0, 2, len(rows)), 1 + random.integers(0, 2, len(rows)))
    return Interactions.of_ratings(rows, columns, stars.astype(np.float64), np.zeros(len(rows), np.int64), items)


def few(*triples: tuple[int, int, float], n_items: int = 4) -> Interactions:
    """The ratings (user, item, stars)."""
    users, items, stars = (np.array(column) for column in zip(*triples, strict=True)) if triples else (np.zeros(0),) * 3
    return Interactions.of_ratings(
        users.astype(int), items.astype(int), stars.astype(float), np.zeros(len(users), np.int64), n_items
    )


def tenth(whole: Interactions) -> tuple[Interactions, Interactions]:
    hidden = np.arange(len(whole.items)) % 10 == 0
    return whole.where(~hidden), whole.where(hidden)


def test_whoever_likes_even_items_is_predicted_to_like_the_other_even_items() -> None:
    model = fit_ratings(world())
    assert model is not None
    predicted = model.predict(np.array([0, 2, 1]), np.array([5.0, 5.0, 1.0]), np.arange(3, 12))
    assert predicted[1::2].min() > 3.5
    assert predicted[::2].max() < 2.7


def test_neighbours_predict_better_than_biases_alone() -> None:
    known, asked = tenth(world())
    model = fit_ratings(known)
    assert model is not None
    rmse = errors(predictions(model, known, asked), asked.weights)["rmse"]
    assert rmse < 0.7
    assert errors(predictions(fit_biases(known), known, asked), asked.weights)["rmse"] > 1.2


def test_a_rating_of_0_stars_is_a_rating() -> None:
    whole = few((0, 0, 0.0), (0, 1, 5.0), (1, 0, 0.0))
    assert sorted(whole.weights.tolist()) == [0.0, 0.0, 5.0]
    model = fit_ratings(whole)
    assert model is not None
    assert model.lowest == 0
    assert model.item_biases[0] < 0 < model.item_biases[1]


def test_without_ratings_there_is_no_model() -> None:
    assert fit_ratings(few()) is None
    assert evaluate_ratings(few(), 1) is None


@pytest.mark.parametrize(
    "triples",
    [
        [(0, 0, 3.0)],
        [(0, item, 1.0 + item) for item in range(4)],
        [(user, 0, 1.0 + user) for user in range(5)],
        [(user, item, 4.0) for user in range(5) for item in range(4)],
        [(user, item, 0.0) for user in range(5) for item in range(4)],
        [(user, item, 1.0 + (user + item) % 5) for user in range(5) for item in range(3)],
    ],
    ids=["one rating", "one user", "one item", "all equal", "all 0 stars", "nobody rated one item"],
)
def test_a_small_world_has_a_model_within_the_range_of_its_ratings(triples: list[tuple[int, int, float]]) -> None:
    whole = few(*triples)
    model = fit_ratings(whole)
    assert model is not None
    stars = [rating for _, _, rating in triples]
    predicted = model.predict(np.array([0]), np.array([stars[0]]), np.arange(4))
    assert (predicted >= min(stars)).all()
    assert (predicted <= max(stars)).all()


some_ratings = st.dictionaries(
    st.tuples(st.integers(0, 8), st.integers(0, 5)), st.sampled_from([0.0, 0.5, 3.0, 10.0]), min_size=1
)


@settings(max_examples=30)
@given(some_ratings)
def test_any_ratings_give_finite_predictions(told: dict[tuple[int, int], float]) -> None:
    model = fit_ratings(few(*((user, item, stars) for (user, item), stars in told.items()), n_items=6))
    assert model is not None
    assert np.isfinite(model.predict(np.array([0, 3]), np.array([10.0, 0.0]), np.arange(6))).all()


def test_no_item_tells_of_itself_and_few_edges_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbour_edges, "EDGES", 3)
    monkeypatch.setattr(neighbour_edges, "MOST_SOURCES", 4)
    model = fit_ratings(world())
    assert model is not None
    for edges in (model.deviations, model.presences):
        sources = np.repeat(np.arange(12), np.diff(edges.indptr))
        assert (sources != edges.targets).all()
        assert len(edges.targets) <= 3 * 12
        assert np.bincount(edges.targets).max() <= 4


def test_past_the_bounds_only_the_most_rated_items_and_newest_ratings_have_edges(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ratings_fit, "MOST_ITEMS", 5)
    monkeypatch.setattr(ratings_fit, "MOST_RATINGS", 6)
    whole = world()
    model = fit_ratings(whole)
    assert model is not None
    most = np.lexsort((np.arange(12), -whole.popularity()))[:5]
    assert set(model.deviations.targets.tolist()) == set(most.tolist())
    assert (model.item_biases != 0).all()


def test_of_users_who_would_cost_more_than_the_bound_the_first_take_part(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, taken = world(), []
    costs = np.cumsum(ratings_fit.work_of_users(np.diff(whole.indptr), 12))

    def fitting(part: Interactions, *more: object) -> Gaussian:
        taken.append(part)
        return gaussian.fit_gaussian(part, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(ratings_fit, "fit_gaussian", fitting)
    for most in (costs[-1], costs[-1] - 1, costs[9]):
        monkeypatch.setattr(ratings_fit, "MOST_WORK", most)
        fit_ratings(whole)
    assert [part.n_users for part in taken] == [40, 39, 10]
    np.testing.assert_array_equal(taken[2].items, whole.items[: whole.indptr[10]])


def test_the_work_grows_with_the_square_of_the_ratings_of_a_user_and_of_the_items() -> None:
    few_items, many_items = (ratings_fit.work_of_users(np.array([0, 100, 200]), items) for items in (0, 2_000))
    assert (few_items[2] - few_items[0]) == 4 * (few_items[1] - few_items[0])
    assert (many_items - few_items == 4_000).all()
    assert few_items[0] > 0


def test_the_newest_ratings_of_a_user_are_the_ones_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratings_fit, "MOST_RATINGS", 2)
    whole = Interactions.of_ratings(np.zeros(3, int), np.arange(3), np.array([1.0, 2.0, 3.0]), np.array([5, 9, 7]), 3)
    part = ratings_fit.standardised(whole, np.arange(3), 0.0, 1.0)
    assert part.items.tolist() == [1, 2]


def whole_gaussian(items: int = 5, seed: int = 3) -> Gaussian:
    random = np.random.default_rng(seed)
    root = random.normal(size=(items, items)) * 0.5
    return Gaussian(random.normal(size=items), (root @ root.T + 0.1 * np.eye(items)).astype(np.float32))


def expected_slowly(model: Gaussian, items: list[int], stars: list[float], wanted: int) -> float:
    """The conditional mean of one item, of the others that were rated alone."""
    others = [place for place, item in enumerate(items) if item != wanted]
    seen = np.array([items[place] for place in others], int)
    told = np.array([stars[place] for place in others]) - model.means[seen]
    among = model.covariance[np.ix_(seen, seen)].astype(np.float64) + NOISE * np.eye(len(seen))
    return float(model.covariance[wanted, seen] @ np.linalg.solve(among, told))


def test_what_is_expected_is_the_conditional_mean_without_the_rating_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gaussian, "CHUNK", 2)
    model = whole_gaussian()
    whole = few((0, 0, 1.0), (0, 2, -1.0), (0, 3, 0.5), (1, 1, 2.0), (2, 4, 1.0), (2, 0, 0.0), n_items=5)
    found = np.concatenate([expected for _, expected in model.expectations(whole)])
    for user, (start, end) in enumerate(pairwise(whole.indptr.tolist())):
        items, stars = whole.items[start:end].tolist(), whole.weights[start:end].tolist()
        slowly = [expected_slowly(model, items, stars, wanted) for wanted in range(5)]
        np.testing.assert_allclose(found[user], slowly, atol=1e-5)


def test_a_step_never_makes_the_ratings_less_likely_where_it_is_not_relaxed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gaussian, "RELAXATION", 1.0)
    monkeypatch.setattr(gaussian, "PRIOR_USERS", 1e-6)
    monkeypatch.setattr(gaussian, "MEAN_SHRINKAGE", 0.0)
    whole = world(users=30, items=5)
    model = Gaussian(np.zeros(5), gaussian.prior_covariance(5))
    likelihoods = []
    for _ in range(6):
        likelihoods.append(likelihood(model, whole))
        model = gaussian.em_step(model, whole)
    assert all(after > before for before, after in pairwise(likelihoods))


def likelihood(model: Gaussian, whole: Interactions) -> float:
    """The logarithm of the density of all ratings, up to a constant."""
    total = 0.0
    for start, end in pairwise(whole.indptr.tolist()):
        items = whole.items[start:end]
        deviations = whole.weights[start:end] - model.means[items]
        among = model.covariance[np.ix_(items, items)].astype(np.float64) + NOISE * np.eye(len(items))
        total -= float(np.linalg.slogdet(among)[1] + deviations @ np.linalg.solve(among, deviations)) / 2
    return total


def test_a_step_that_went_too_far_is_taken_unrelaxed() -> None:
    covariance = np.eye(2, dtype=np.float32)
    change = np.array([[-0.9, 0], [0, 0.5]], np.float32)
    np.testing.assert_allclose(gaussian.overrelaxed(covariance, change), covariance + change)
    np.testing.assert_allclose(
        gaussian.overrelaxed(covariance, change / 9), covariance + gaussian.RELAXATION * change / 9
    )


def test_the_dense_solution_is_the_ridge_without_the_features_of_the_target() -> None:
    random = np.random.default_rng(2)
    features, expected = random.normal(size=(30, 8)), random.normal(size=(30, 4))
    gram = (features.T @ features).astype(np.float32)
    found = neighbour_edges.dense_solution(gram, (features.T @ expected).astype(np.float32), 2.0)
    for target in range(4):
        others = [n for n in range(8) if n % 4 != target]
        among = features[:, others].T @ features[:, others] + 2 * np.eye(6)
        slowly = np.linalg.solve(among, features[:, others].T @ expected[:, target])
        np.testing.assert_allclose(found[others, target], slowly, atol=1e-4)
        np.testing.assert_allclose(found[[target, target + 4], target], 0, atol=1e-4)


def test_the_names_of_users_and_the_order_of_ratings_change_no_bit() -> None:
    events = [
        Event(f"u{u}", f"i{i}", "rate", 1.0 + (u * i) % 5, u + i) for u in range(9) for i in range(6) if (u + i) % 3
    ]
    renamed = [Event(e.user[::-1] + "x", e.item_id, e.kind, e.value, e.timestamp) for e in reversed(events)]
    versions, measured = set(), []
    for told in (events, renamed):
        cleaned = clean(told, {})
        learnt = fit_ratings(cleaned.ratings)
        versions.add(artifact.dump(fit(cleaned.catalog, cleaned.interactions, Config(), learnt)).version)
        measured.append(evaluate_ratings(cleaned.ratings, 1))
    assert len(versions) == 1
    assert measured[0] == measured[1]


def test_saved_and_loaded_a_recommender_predicts_alike(tmp_path: Path) -> None:
    cleaned = clean([Event(f"u{u}", f"i{i}", "rate", 1.0 + (u * i) % 5) for u in range(9) for i in range(6)], {})
    model = fit(cleaned.catalog, cleaned.interactions, Config(), fit_ratings(cleaned.ratings))
    dumped = artifact.dump(model)
    for name, data in dumped.files.items():
        (tmp_path / name).write_bytes(data)
    loaded = artifact.load(tmp_path, dumped.version)
    assert model.ratings is not None
    assert loaded.ratings is not None
    asked = np.array([0, 1]), np.array([5.0, 1.0]), np.arange(6)
    assert loaded.ratings.predict(*asked).tolist() == model.ratings.predict(*asked).tolist()


def test_a_recommender_without_ratings_has_no_arrays_of_them() -> None:
    cleaned = clean([Event(f"u{u}", f"i{i}", "view") for u in range(4) for i in range(4)], {})
    for model in (
        fit(cleaned.catalog, cleaned.interactions, Config()),
        fit(cleaned.catalog, cleaned.interactions, Config(), fit_ratings(cleaned.ratings)),
    ):
        assert model.ratings is None
        assert not [name for name in model.to_arrays() if name.startswith("rating")]


def test_the_measurement_hides_a_tenth_and_tells_what_biases_alone_reach() -> None:
    whole = world()
    told = evaluate_ratings(whole, 1)
    assert told is not None
    assert (told["users"], told["ratings"], told["hidden"]) == (40, len(whole.items), len(whole.items) // 10)
    assert isinstance(told["baseline"], dict)
    assert told["rmse"] < told["baseline"]["rmse"]
    assert told["mae"] < told["baseline"]["mae"]


def unrelated(users: int = 30, items: int = 12, seed: int = 1) -> Interactions:
    """Users and items have a bias each, and no rating tells more of another than that."""
    random = np.random.default_rng(seed)
    rows, columns = np.nonzero(random.random((users, items)) < 0.3)
    expected = 3 + random.normal(size=users)[rows] + random.normal(size=items)[columns]
    stars = expected + 0.5 * random.normal(size=len(rows))
    return Interactions.of_ratings(rows, columns, stars, np.zeros(len(rows), np.int64), items)


def fail(*_: object) -> RatingModel:
    raise np.linalg.LinAlgError("not positive definite")


def edges_of(model: RatingModel | None) -> int:
    assert model is not None
    return len(model.deviations.targets)


def test_neighbours_ship_where_they_were_measured_to_be_better() -> None:
    measured = evaluate_ratings(world(), 1)
    assert measured is not None
    assert measured["shipped"] == NEIGHBOURS
    assert measured["rmse"] == measured["neighbours"]["rmse"] < measured["baseline"]["rmse"]
    model, told = fit_reported(world(), measured)
    assert told == measured
    assert edges_of(model) > 0


def test_biases_ship_where_neighbours_were_measured_to_be_no_better() -> None:
    measured = evaluate_ratings(unrelated(), 1)
    assert measured is not None
    assert measured["shipped"] == BIASES
    assert measured["rmse"] == measured["baseline"]["rmse"] <= measured["neighbours"]["rmse"]
    assert measured["mae"] == measured["baseline"]["mae"]
    model, told = fit_reported(unrelated(), measured)
    assert told == measured
    assert edges_of(model) == 0


def test_neighbours_that_cannot_be_measured_leave_biases_and_say_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rating_errors, "fit_ratings", fail)
    measured = evaluate_ratings(world(), 1)
    assert measured is not None
    assert (measured["shipped"], measured["failed"]) == (BIASES, "not positive definite")
    assert "neighbours" not in measured
    assert measured["rmse"] == measured["baseline"]["rmse"]
    assert edges_of(fit_reported(world(), measured)[0]) == 0


def test_neighbours_that_fail_on_all_ratings_leave_biases_for_whoever_repeats_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    measured = evaluate_ratings(world(), 1)
    with monkeypatch.context() as broken:
        broken.setattr(rating_errors, "fit_ratings", fail)
        model, told = fit_reported(world(), measured)
    assert edges_of(model) == 0
    assert told is not None
    assert (told["shipped"], told["failed"]) == (BIASES, "not positive definite")
    assert told["rmse"] == told["baseline"]["rmse"]
    assert edges_of(fit_reported(world(), told)[0]) == 0


def test_ratings_too_few_to_hide_any_get_biases() -> None:
    whole = few((0, 0, 5.0), (0, 1, 1.0), (1, 0, 4.0), (1, 1, 2.0))
    assert evaluate_ratings(whole, 1) is None
    model, told = fit_reported(whole, None)
    assert told is None
    assert edges_of(model) == 0
    assert fit_reported(few(), None) == (None, None)


def test_errors_are_the_root_mean_square_and_the_mean_of_differences() -> None:
    assert errors(np.array([1.0, 5.0]), np.array([4.0, 1.0])) == {"rmse": np.sqrt(12.5), "mae": 3.5}


def test_what_is_hidden_is_not_known() -> None:
    known, asked = tenth(world())
    assert known.n_users == asked.n_users
    pairs = [set(zip(part.users_of_entries().tolist(), part.items.tolist(), strict=True)) for part in (known, asked)]
    assert not pairs[0] & pairs[1]
    assert len(pairs[0] | pairs[1]) == len(world().items)
