"""EDLAE cut to few edges: against the closed form where nothing is cut, and under the model contract."""

import numpy as np
import pytest

from doublebill.fit.linear import edlae
from doublebill.fit.linear.edlae import fit_edges
from doublebill.fit.linear.grams.shared_grams import SOURCES_A_USER
from doublebill.fit.quantise import quantise
from doublebill.model.config import Config, Edlae
from doublebill.model.interactions import Interactions
from doublebill.model.neighbours import Neighbours
from model_contract import ModelContract


def fit_neighbours(interactions: Interactions, config: Config) -> Neighbours:
    return quantise(fit_edges(interactions, config), "float32")


class TestPruned(ModelContract):
    config = Config(Edlae(ridge=5.0))


class TestByCosine(ModelContract):
    config = Config(Edlae(ridge=5.0, support="cosine"))


class TestByInverse(ModelContract):
    config = Config(Edlae(ridge=5.0, support="inverse"))


class TestNotRefitted(ModelContract):
    config = Config(Edlae(ridge=5.0, support="inverse", refit=False))


def random_interactions(seed: int, users: int = 80, items: int = 25) -> Interactions:
    present = np.argwhere(np.random.default_rng(seed).random((users, items)) < 0.25)
    return Interactions.of(present[:, 0], present[:, 1], np.ones(len(present)), np.zeros(len(present), int), items)


def dense(neighbours: Neighbours) -> np.ndarray:
    whole = np.zeros((neighbours.n_items, neighbours.n_items))
    sources = np.repeat(np.arange(neighbours.n_items), np.diff(neighbours.indptr))
    whole[sources, neighbours.targets] = neighbours.similarities
    return whole


def closed_form(interactions: Interactions, config: Config) -> tuple[np.ndarray, np.ndarray]:
    """The gram and B = -P / diag P by plain dense algebra in double precision."""
    whole = np.zeros((interactions.n_users, interactions.n_items))
    whole[interactions.users_of_entries(), interactions.items] = 1
    weights = whole.sum(axis=1) ** -config.family.length_power
    gram = whole.T @ np.diag(weights / weights.mean()) @ whole
    ridge = config.family.ridge + config.family.dropout / (1 - config.family.dropout) * np.diag(gram)
    inverse = np.linalg.inv(gram + np.diag(ridge))
    solution = -inverse / np.diag(inverse)
    np.fill_diagonal(solution, 0)
    return gram, solution


@pytest.mark.parametrize("length_power", [0.0, 0.5])
@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_uncut_it_is_the_closed_form_scaled_to_least_squares(length_power: float, dropout: float) -> None:
    interactions = random_interactions(seed=1)
    config = Config(Edlae(20.0, dropout, length_power, "inverse"), k=1000)
    gram, solution = closed_form(interactions, config)
    scales = (solution * gram).sum(axis=0) / np.einsum("st,su,ut->t", solution, gram, solution)
    np.testing.assert_allclose(dense(fit_neighbours(interactions, config)), solution * scales, rtol=1e-4, atol=1e-6)


def test_cut_it_keeps_the_strongest_edges_of_all_and_k_a_target_on_average() -> None:
    interactions = random_interactions(seed=2)
    config = Config(Edlae(20.0, support="inverse"), k=5)
    _, solution = closed_form(interactions, config)
    kept = dense(fit_neighbours(interactions, config)) != 0
    assert kept.sum() == 5 * 25
    assert np.abs(solution)[kept].min() >= np.abs(solution)[~kept].max() * (1 - 1e-4)
    assert kept.sum(axis=0).max() > 5


def test_each_target_is_the_ridge_on_its_own_sources() -> None:
    interactions = random_interactions(seed=3)
    config = Config(Edlae(10.0, 0.2, support="inverse"), k=4)
    gram, _ = closed_form(interactions, config)
    regular = gram + np.diag(10.0 + 0.25 * np.diag(gram))
    found = dense(fit_neighbours(interactions, config))
    for target in range(25):
        sources = np.flatnonzero(found[:, target])
        values = np.linalg.solve(regular[np.ix_(sources, sources)], gram[sources, target])
        scale = values @ gram[sources, target] / (values @ gram[np.ix_(sources, sources)] @ values)
        np.testing.assert_allclose(found[sources, target], values * scale, rtol=1e-4)


def test_not_refitted_it_is_the_closed_form_cut_to_its_strongest_edges() -> None:
    interactions = random_interactions(seed=5)
    config = Config(Edlae(20.0, support="inverse", refit=False), k=5)
    _, solution = closed_form(interactions, config)
    found = dense(fit_neighbours(interactions, config))
    np.testing.assert_allclose(found[found != 0], solution[found != 0], rtol=1e-4)
    assert np.count_nonzero(found) == 5 * 25
    assert np.abs(solution)[found != 0].min() >= np.abs(solution)[found == 0].max() * (1 - 1e-4)


def cosines(gram: np.ndarray) -> np.ndarray:
    lengths = np.sqrt(np.diag(gram))
    found = gram / lengths / lengths[:, np.newaxis]
    np.fill_diagonal(found, 0)
    return found


def test_by_cosine_it_keeps_the_pairs_most_alike() -> None:
    interactions = random_interactions(seed=6)
    config = Config(Edlae(20.0, support="cosine"), k=4)
    gram, _ = closed_form(interactions, config)
    kept, alike = dense(fit_neighbours(interactions, config)) != 0, cosines(gram)
    assert 4 * 25 <= kept.sum() <= 4 * 25 + 2
    assert alike[kept].min() >= alike[~kept].max() * (1 - 1e-4)


def test_pruned_it_keeps_what_is_strong_and_alike_among_twice_as_many() -> None:
    interactions = random_interactions(seed=7)
    config = Config(Edlae(20.0, 0.2, support="pruned"), k=4)
    gram, _ = closed_form(interactions, config)
    alike, regular = cosines(gram), gram + np.diag(20.0 + 0.25 * np.diag(gram))
    least = np.sort(alike, axis=None)[-2 * 4 * 25]
    strength = np.zeros_like(alike)
    for target in range(25):
        sources = np.flatnonzero(alike[:, target] >= least * (1 - 1e-5))
        values = np.linalg.solve(regular[np.ix_(sources, sources)], gram[sources, target])
        strength[sources, target] = np.sqrt(np.abs(values) * alike[sources, target])
    kept = dense(fit_neighbours(interactions, config)) != 0
    assert kept.sum() == 4 * 25
    assert strength[kept].min() >= strength[~kept].max() * (1 - 1e-4)


def test_where_few_pairs_are_alike_pruning_takes_no_fit_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    fits: list[bool] = []
    refit = edlae.refit
    monkeypatch.setattr(edlae, "refit", lambda *of: fits.append(of[3]) or refit(*of))
    for k, expected in ((24, [True]), (4, [False, True])):
        fits.clear()
        fit_edges(random_interactions(seed=7), Config(Edlae(20.0), k=k))
        assert fits == expected


def test_the_gram_outlives_the_inverse_in_the_same_memory() -> None:
    gram, _ = closed_form(random_interactions(seed=8), Config(Edlae()))
    whole = gram.astype(np.float32)
    edlae.invert(whole, whole.diagonal() + 20)
    inverse = np.linalg.inv(gram + 20 * np.eye(25))
    np.testing.assert_allclose(np.triu(whole), np.triu(inverse), rtol=1e-3, atol=1e-6)
    edlae.restore(whole, gram.diagonal().astype(np.float32))
    np.testing.assert_array_equal(whole, gram.astype(np.float32))


def test_what_is_not_positive_definite_is_reported() -> None:
    with pytest.raises(np.linalg.LinAlgError, match="not positive definite"):
        edlae.invert(np.ones((3, 3), np.float32), np.zeros(3, np.float32))


def test_items_of_a_single_user_take_no_part() -> None:
    users, items = np.array([0, 0, 1, 1, 2, 2, 2]), np.array([0, 1, 0, 1, 0, 1, 2])
    interactions = Interactions.of(users, items, np.ones(7), np.zeros(7, int), 3)
    found = dense(fit_neighbours(interactions, Config(Edlae(ridge=1.0))))
    assert found[0, 1] > 0
    assert not found[2].any()
    assert not found[:, 2].any()


def test_without_interactions_there_are_no_edges() -> None:
    none = np.zeros(0, int)
    found = fit_neighbours(Interactions.of(none, none, np.zeros(0), none, 3), Config(Edlae()))
    assert found.n_items == 3
    assert len(found.targets) == 0


def test_two_people_with_the_same_rare_items_leave_the_edges_of_everybody_else() -> None:
    real = random_interactions(seed=9)
    users, items = [real.users_of_entries()], [real.items.astype(int)]
    for user in (80, 81):
        users.append(np.full(300, user))
        items.append(25 + np.arange(300))
    together = np.concatenate(users), np.concatenate(items)
    n = len(together[0])
    poisoned = Interactions.of(*together, np.ones(n), np.zeros(n, int), 325)
    for support in ("pruned", "cosine"):
        config = Config(Edlae(5.0, support=support), k=20)
        kept = dense(fit_neighbours(poisoned, config))
        assert np.count_nonzero(kept[:, 25:]) <= 300 * 2 * SOURCES_A_USER
        assert np.count_nonzero(kept[:25, :25]) > 0.9 * 25 * 20
