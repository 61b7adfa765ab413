"""Factors learnt by gradients: the gradients against finite differences, the edges against dense algebra."""

import numpy as np
import pytest
import scipy.sparse as sp

from doublebill.fit.factors import gradient as module
from doublebill.fit.factors.gradient import LOSSES, Epoch, fit_edges, fit_factors
from doublebill.model.config import Config, Factors
from doublebill.model.interactions import Interactions
from model_contract import ModelContract

QUICK = {"dimensions": 8, "epochs": 15}


class TestMeanSquaredError(ModelContract):
    config = Config(Factors("mse", **QUICK))


class TestCrossEntropy(ModelContract):
    config = Config(Factors("cross-entropy", **QUICK), saturation="log")


def random_interactions(seed: int, users: int = 60, items: int = 20) -> Interactions:
    random = np.random.default_rng(seed)
    present = np.argwhere(random.random((users, items)) < 0.3)
    weights = random.integers(1, 6, len(present)).astype(float)
    return Interactions.of(present[:, 0], present[:, 1], weights, np.zeros(len(present), int), items)


def two_tastes(users: int = 100, items: int = 20) -> Interactions:
    """Even users like even items, odd users odd items, each about half of them and a few of the others."""
    random = np.random.default_rng(4)
    alike = (np.arange(users)[:, None] + np.arange(items)) % 2 == 0
    present = np.argwhere(random.random((users, items)) < np.where(alike, 0.5, 0.1))
    return Interactions.of(present[:, 0], present[:, 1], np.ones(len(present)), np.zeros(len(present), int), items)


def some_histories() -> sp.csr_array:
    random = np.random.default_rng(5)
    whole = random.integers(1, 4, (6, 9)) * (random.random((6, 9)) < 0.5) * 0.7
    whole[0] = 0
    whole[0, 4] = 1.3  # one item only
    whole[:, 8] = 0  # an item of nobody
    return sp.csr_array(whole)


def mse_by_definition(factors: np.ndarray, histories: np.ndarray) -> float:
    """Vančura et al. 2022, equation by equation, with the whole item-item matrix."""
    unit = factors / np.linalg.norm(factors, axis=1, keepdims=True)
    predicted = histories @ (unit @ unit.T - np.eye(len(unit)))
    apart = [x / np.linalg.norm(x) - y / np.linalg.norm(y) for x, y in zip(histories, predicted, strict=True)]
    return float(np.sum(np.square(apart)))


def cross_entropy_by_definition(factors: np.ndarray, histories: np.ndarray) -> float:
    between = factors @ factors.T
    np.fill_diagonal(between, 0)
    total = 0.0
    for x in histories:
        scores = (x / x.sum()) @ between
        total -= x @ np.log(np.exp(scores) / np.exp(scores).sum()) / np.sqrt(x.sum())
    return float(total)


@pytest.mark.parametrize(
    ("loss", "definition"), [("mse", mse_by_definition), ("cross-entropy", cross_entropy_by_definition)]
)
def test_a_loss_is_what_its_definition_says(loss: str, definition: object) -> None:
    factors, histories = np.random.default_rng(1).standard_normal((9, 3)), some_histories()
    assert LOSSES[loss](factors, histories)[0] == pytest.approx(definition(factors, histories.toarray()), rel=1e-9)


@pytest.mark.parametrize("loss", ["mse", "cross-entropy"])
def test_a_gradient_is_that_of_finite_differences(loss: str) -> None:
    factors, histories, step = np.random.default_rng(2).standard_normal((9, 3)), some_histories(), 1e-5
    _, gradient = LOSSES[loss](factors, histories)
    for place in np.ndindex(factors.shape):
        nudge = np.zeros_like(factors)
        nudge[place] = step
        above, below = (LOSSES[loss](factors + sign * nudge, histories)[0] for sign in (1, -1))
        assert gradient[place] == pytest.approx((above - below) / (2 * step), rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("loss", ["mse", "cross-entropy"])
def test_the_loss_on_users_left_out_falls_and_stops_the_epochs(loss: str) -> None:
    heard: list[Epoch] = []
    config = Config(Factors(loss, dimensions=6, batch_users=16, epochs=200, patience=3, learning_rate=0.02))
    learnt = fit_factors(two_tastes(), config, heard.append)
    validation = [epoch.validation for epoch in learnt.curve]
    best = int(np.argmin(validation))
    assert heard == learnt.curve
    assert validation[best] < validation[0]
    assert len(validation) == best + 1 + 3 < 200


def test_the_factors_are_those_of_the_best_epoch_not_the_last() -> None:
    family = {"dimensions": 6, "batch_users": 16, "patience": 3, "learning_rate": 0.02}
    interactions = two_tastes()
    stopped = fit_factors(interactions, Config(Factors(**family)))
    best = int(np.argmin([epoch.validation for epoch in stopped.curve])) + 1
    exactly = fit_factors(interactions, Config(Factors(**family, epochs=best)))
    assert best < len(stopped.curve)
    np.testing.assert_array_equal(stopped.factors, exactly.factors)


def test_users_left_out_do_not_teach(monkeypatch: pytest.MonkeyPatch) -> None:
    taught: list[int] = []

    def counting(factors: np.ndarray, histories: sp.csr_array) -> tuple[float, np.ndarray]:
        taught.append(histories.shape[0])
        return 1.0, np.zeros_like(factors)

    monkeypatch.setitem(LOSSES, "mse", counting)
    fit_factors(random_interactions(1, users=50), Config(Factors("mse", dimensions=2, epochs=1, batch_users=20)))
    assert taught == [20, 20, 5, 5]  # 45 users in batches, then the 5 left out


@pytest.mark.parametrize("loss", ["mse", "cross-entropy"])
def test_steps_that_overflow_are_an_arithmetic_error(loss: str) -> None:
    with pytest.raises(ArithmeticError):
        fit_factors(two_tastes(), Config(Factors(loss, **QUICK, learning_rate=1e30)))


def test_with_too_few_users_to_leave_any_out_the_training_loss_decides() -> None:
    curve = fit_factors(random_interactions(1, users=9), Config(Factors(**QUICK))).curve
    assert curve
    assert all(epoch.validation is None for epoch in curve)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    interactions = random_interactions(2)
    one, same, other = (
        fit_factors(interactions, Config(Factors(**QUICK, seed=seed))).factors.tobytes() for seed in (1, 1, 2)
    )
    assert one == same != other


def test_weight_decay_takes_its_share_of_the_factors_at_each_step() -> None:
    once = {"dimensions": 4, "epochs": 1, "batch_users": 1000, "learning_rate": 0.1}
    free, decayed = (
        fit_factors(two_tastes(), Config(Factors("cross-entropy", **once, weight_decay=decay))).factors
        for decay in (0.0, 2.0)
    )
    started = np.float32(0.1) * np.random.default_rng(1).standard_normal(free.shape, np.float32)
    np.testing.assert_allclose(free - decayed, 0.1 * 2.0 * started, atol=1e-7)


@pytest.mark.parametrize("k", [1, 3, 1000])
def test_edges_found_in_blocks_are_the_strongest_of_the_dense_matrix_rescaled(
    k: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BLOCK", 7)
    interactions, config = random_interactions(3), Config(Factors(**QUICK), saturation="log", k=k)
    factors = fit_factors(interactions, config).factors.astype(float)
    whole = np.zeros((interactions.n_users, 20))
    whole[interactions.users_of_entries(), interactions.items] = np.log1p(interactions.weights)
    between = factors @ factors.T
    np.fill_diagonal(between, 0)
    expected = np.zeros_like(between)
    users = np.count_nonzero(whole, axis=1) ** -0.5
    for target in range(20):
        kept = np.lexsort((np.arange(20), -np.abs(between[:, target])))[:k]
        expected[kept, target] = between[kept, target]
        predicted = whole @ expected[:, target]
        scale = users @ (whole[:, target] * predicted) / (users @ predicted**2)
        expected[:, target] *= max(scale, 0)
    np.testing.assert_allclose(fit_edges(interactions, config).toarray(), expected, rtol=1e-4, atol=1e-6)


def test_items_of_a_single_user_take_no_part() -> None:
    known = two_tastes()
    users, items = np.append(known.users_of_entries(), [0, 500]), np.append(known.items, [20, 21])
    interactions = Interactions.of(users, items, np.ones(len(users)), np.zeros(len(users), int), 22)
    found = fit_edges(interactions, Config(Factors(**QUICK))).toarray()
    assert found[:20, :20].any()
    assert not found[20:].any()
    assert not found[:, 20:].any()


@pytest.mark.parametrize("loss", ["mse", "cross-entropy"])
def test_what_is_liked_together_is_near_and_what_is_not_is_not(loss: str) -> None:
    found = fit_edges(two_tastes(), Config(Factors(loss, dimensions=4, batch_users=16, learning_rate=0.05))).toarray()
    alike = (np.arange(20)[:, None] + np.arange(20)) % 2 == 0
    np.fill_diagonal(alike, False)
    assert found[alike].mean() > 0.03
    assert found[~alike].mean() < 0.2 * found[alike].mean()


def test_without_interactions_there_are_no_edges() -> None:
    none = np.zeros(0, int)
    nothing = Interactions.of(none, none, np.zeros(0), none, 3)
    assert fit_edges(nothing, Config(Factors())).shape == (3, 3)
    assert fit_edges(nothing, Config(Factors())).nnz == 0
    assert fit_factors(nothing, Config(Factors())).curve == []
