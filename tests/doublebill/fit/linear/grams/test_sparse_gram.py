"""Sparse gram matrices answer as the dense one, byte for byte."""

import numpy as np
import pytest

from doublebill.fit.linear import edlae
from doublebill.fit.linear.gram import Gram
from doublebill.fit.linear.grams import gram_matrix, sparse_gram
from doublebill.fit.linear.grams.gram_matrix import DenseGram, LargeGram, gram_matrix_of
from doublebill.fit.linear.grams.shared_grams import GramParts
from doublebill.fit.linear.grams.sparse_gram import SparseGram
from doublebill.model.config import Config, Edlae
from doublebill.model.interactions import Interactions


def random_gram(seed: int, users: int = 60, items: int = 30, share: float = 0.1) -> Gram:
    random = np.random.default_rng(seed)
    present = np.argwhere(random.random((users, items)) < share)
    weights = random.integers(1, 9, len(present)).astype(float)
    interactions = Interactions.of(present[:, 0], present[:, 1], weights, np.zeros(len(present), int), items)
    return Gram.of(interactions, 0.5, Config(saturation="log").saturate)


@pytest.fixture(params=[0, 5, 30])
def both(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[DenseGram, SparseGram]:
    """The same gram dense, and sparse with so many popular items."""
    monkeypatch.setattr(sparse_gram, "HEAD_ITEMS", request.param)
    gram, active = random_gram(seed=request.param), np.arange(2, 30)
    return DenseGram(np.asarray(gram.dense(active), np.float32)), SparseGram.of(gram, active)


def test_any_part_is_that_of_the_dense_gram(both: tuple[DenseGram, SparseGram]) -> None:
    dense, sparse = both
    for sources, target in ((np.array([0, 3, 4, 27]), 5), (np.arange(1, 28), 0), (np.array([5]), 27)):
        for ours, exact in zip(sparse.system(sources, target), dense.system(sources, target), strict=True):
            np.testing.assert_array_equal(ours, exact)
    np.testing.assert_array_equal(sparse.diagonal, dense.diagonal)


def test_correlations_are_those_of_the_dense_gram(both: tuple[DenseGram, SparseGram]) -> None:
    powers = np.random.default_rng(1).random(28).astype(np.float32)
    found = [np.concatenate(columns) for columns in zip(*both[1].correlations(powers), strict=True)]
    expected = [np.concatenate(columns) for columns in zip(*both[0].correlations(powers), strict=True)]
    for ours, exact in zip(found, expected, strict=True):
        np.testing.assert_array_equal(ours, exact)


def test_a_gram_is_sparse_where_there_are_many_items_and_few_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    active = np.arange(30)
    assert isinstance(gram_matrix_of(random_gram(1), active), DenseGram)
    monkeypatch.setattr(gram_matrix, "FEW_ITEMS", 20)
    assert isinstance(gram_matrix_of(random_gram(1, users=20), active), SparseGram)
    assert isinstance(gram_matrix_of(random_gram(1, share=0.9), active), DenseGram)
    monkeypatch.setattr(gram_matrix, "MOST_PAIRS", 50)
    monkeypatch.setattr(gram_matrix, "HEAD_ITEMS", 20)
    assert isinstance(gram_matrix_of(random_gram(1, users=20), active), LargeGram)


@pytest.mark.parametrize("support", ["cosine", "pruned"])
def test_a_model_of_a_sparse_gram_is_that_of_the_dense_one(support: str, monkeypatch: pytest.MonkeyPatch) -> None:
    family = Edlae(ridge=5.0, support=support)
    dense = edlae.edges_of(GramParts(random_gram(4, users=20)), family, 5)
    monkeypatch.setattr(gram_matrix, "FEW_ITEMS", 20)
    sparse = edlae.edges_of(GramParts(random_gram(4, users=20)), family, 5)
    np.testing.assert_array_equal(sparse.indices, dense.indices)
    np.testing.assert_allclose(sparse.data, dense.data, rtol=1e-5)
