"""Item-kNN, each weighting under the model contract, the kernel against a slow oracle."""

import numpy as np
import pytest
import scipy.sparse as sp

from doublebill.fit.linear import knn
from doublebill.fit.linear.knn import fit_edges
from doublebill.fit.linear.weightings import weighted
from doublebill.fit.quantise import quantise
from doublebill.model.config import Config, Knn
from doublebill.model.interactions import Interactions
from doublebill.model.neighbours import Neighbours
from model_contract import ModelContract


def fit_neighbours(interactions: Interactions, config: Config) -> Neighbours:
    return quantise(fit_edges(interactions, config), "float32")


class TestCosine(ModelContract):
    config = Config(Knn("cosine"))


class TestCosineOfLog(ModelContract):
    config = Config(Knn("cosine"), saturation="log")


class TestTfidf(ModelContract):
    config = Config(Knn("tfidf"))


class TestBm25(ModelContract):
    config = Config(Knn("bm25"), saturation="log")


def random_interactions(seed: int, users: int = 60, items: int = 40) -> Interactions:
    random = np.random.default_rng(seed)
    present = np.argwhere(random.random((users, items)) < 0.15)
    weights = random.integers(1, 6, len(present)).astype(float)
    return Interactions.of(present[:, 0], present[:, 1], weights, np.zeros(len(present), int), items)


def oracle(interactions: Interactions, config: Config) -> np.ndarray:
    """[sources, targets] by plain loops: for every target its k strongest sources."""
    matrix = weighted(interactions, config).toarray()
    similarities = np.round(matrix.T @ matrix, 9)
    kept = np.zeros_like(similarities)
    for target in range(interactions.n_items):
        order = sorted(
            (source for source in range(interactions.n_items) if source != target and similarities[source, target] > 0),
            key=lambda source: (-similarities[source, target], source),
        )
        for source in order[: config.k]:
            kept[source, target] = similarities[source, target]
    return kept


@pytest.mark.parametrize("weighting", ["cosine", "tfidf", "bm25"])
@pytest.mark.parametrize("k", [1, 5, 1000])
def test_the_blocked_kernel_keeps_what_the_slow_oracle_keeps(weighting: str, k: int) -> None:
    interactions, config = random_interactions(seed=k), Config(Knn(weighting), saturation="log", k=k)
    found = fit_neighbours(interactions, config)
    dense = sp.csr_array((found.similarities, found.targets, found.indptr), shape=(40, 40)).toarray()
    np.testing.assert_allclose(dense, oracle(interactions, config), rtol=1e-6)


@pytest.mark.parametrize("config", [Config(Knn("cosine"), k=5), Config(Knn("bm25"), saturation="log", k=5)])
@pytest.mark.parametrize("numbers", [1, 100, 1 << 20])
def test_neither_threads_nor_the_size_of_blocks_show(
    config: Config, numbers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    interactions = random_interactions(seed=9)
    alone = fit_edges(interactions, config, threads=1)
    monkeypatch.setattr(knn, "BLOCK_NUMBERS", numbers)
    for threads in (1, 2, 3):
        edges = fit_edges(interactions, config, threads=threads)
        for name in ("data", "indices", "indptr"):
            assert getattr(edges, name).tobytes() == getattr(alone, name).tobytes()


@pytest.mark.parametrize("shared", [(1, 3, 5, 9, 10), (10, 9, 5, 3, 1), (3, 9, 1, 10, 5)])
def test_what_ties_goes_to_the_lower_item_whatever_single_precision_makes_of_it(shared: tuple[int, ...]) -> None:
    """Items 1 to 5 have n users of item 0's twelve among 2 n² of their own: n / √(12 · 2 n²) is the same for any n."""
    columns = [range(12), *([*range(n), *range(20, 20 + 2 * n * n - n)] for n in shared)]
    users = np.concatenate([list(column) for column in columns])
    items = np.repeat(np.arange(6), [len(column) for column in columns])
    interactions = Interactions.of(users, items, np.ones(len(users)), np.zeros(len(users), int), 6)
    edges = fit_edges(interactions, Config(Knn("cosine"), k=2)).toarray()
    assert edges[:, 0].tolist() == [0, *[round(1 / np.sqrt(24), 9)] * 2, 0, 0, 0]


def test_no_item_is_its_own_neighbour() -> None:
    found = fit_neighbours(random_interactions(seed=3), Config(Knn("cosine")))
    sources = np.repeat(np.arange(found.n_items), np.diff(found.indptr))
    assert not (sources == found.targets).any()


def test_every_target_has_at_most_k_sources() -> None:
    found = fit_neighbours(random_interactions(seed=4), Config(Knn("cosine"), k=3))
    assert np.bincount(found.targets, minlength=40).max() == 3


def test_cosine_of_two_items_is_shared_users_over_the_root_of_both_counts() -> None:
    users, items = np.array([0, 0, 1, 2, 2]), np.array([0, 1, 0, 0, 1])
    interactions = Interactions.of(users, items, np.ones(5), np.zeros(5, int), 2)
    found = fit_neighbours(interactions, Config(Knn("cosine")))
    assert found.around(0)[1].tolist() == pytest.approx([2 / np.sqrt(3 * 2)])


def test_a_catalog_without_interactions_has_items_without_neighbours() -> None:
    none = np.zeros(0, int)
    found = fit_neighbours(Interactions.of(none, none, np.zeros(0), none, 3), Config(Knn("bm25")))
    assert found.n_items == 3
    assert len(found.targets) == 0
