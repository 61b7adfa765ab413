"""GramMatrix of a gram: the large one answers like the dense one."""

import numpy as np
import pytest

from doublebill.fit.linear import edlae
from doublebill.fit.linear.gram import Gram
from doublebill.fit.linear.grams import gram_matrix
from doublebill.fit.linear.grams.gram_matrix import DenseGram, LargeGram, gram_matrix_of
from doublebill.fit.linear.grams.shared_grams import GramParts
from doublebill.model.config import Config, Edlae
from doublebill.model.interactions import Interactions


def random_gram(seed: int, users: int = 60, items: int = 30) -> Gram:
    random = np.random.default_rng(seed)
    present = np.argwhere(random.random((users, items)) < 0.2)
    weights = random.integers(1, 9, len(present)).astype(float)
    interactions = Interactions.of(present[:, 0], present[:, 1], weights, np.zeros(len(present), int), items)
    return Gram.of(interactions, 0.5, Config(saturation="log").saturate)


@pytest.fixture(params=[0, 5, 30])
def both(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[DenseGram, LargeGram]:
    """The same gram dense, and with so many popular items."""
    monkeypatch.setattr(gram_matrix, "HEAD_ITEMS", request.param)
    gram, active = random_gram(seed=request.param), np.arange(2, 30)
    return DenseGram(np.asarray(gram.dense(active), np.float32)), LargeGram.of(gram, active)


def test_any_part_is_that_of_the_dense_gram(both: tuple[DenseGram, LargeGram]) -> None:
    dense, large = both
    for sources, target in ((np.array([0, 3, 4, 27]), 5), (np.arange(1, 28), 0), (np.array([5]), 27)):
        for ours, exact in zip(large.system(sources, target), dense.system(sources, target), strict=True):
            np.testing.assert_allclose(ours, exact, rtol=1e-5)
        among = large.system(sources, target)[0]
        np.testing.assert_array_equal(among, among.T)
        np.testing.assert_array_equal(dense.system(sources, target)[0], dense.whole[np.ix_(sources, sources)])
        np.testing.assert_array_equal(dense.system(sources, target)[1], dense.whole[sources, target])


def test_the_diagonal_is_that_of_the_dense_gram(both: tuple[DenseGram, LargeGram]) -> None:
    dense, large = both
    np.testing.assert_allclose(large.diagonal, dense.diagonal, rtol=1e-5)


def test_correlations_are_every_pair_of_two_items_once_in_each_direction(both: tuple[DenseGram, LargeGram]) -> None:
    powers = np.random.default_rng(1).random(28).astype(np.float32)
    for one in both:
        found = np.zeros((28, 28))
        for sources, targets, strengths in one.correlations(powers):
            np.add.at(found, (sources, targets), strengths)
        expected = both[0].whole * powers * powers[:, np.newaxis]
        np.fill_diagonal(expected, 0)
        np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_a_small_gram_is_there_as_a_whole_and_a_large_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(gram_matrix_of(random_gram(1), np.arange(30)), DenseGram)
    monkeypatch.setattr(gram_matrix, "HEAD_ITEMS", 7)
    assert isinstance(gram_matrix_of(random_gram(1), np.arange(30)), LargeGram)


@pytest.mark.parametrize("support", ["cosine", "pruned"])
def test_a_model_of_a_large_gram_is_that_of_the_dense_one(support: str, monkeypatch: pytest.MonkeyPatch) -> None:
    family = Edlae(ridge=5.0, support=support)
    dense = edlae.edges_of(GramParts(random_gram(4)), family, 5).toarray()
    monkeypatch.setattr(gram_matrix, "HEAD_ITEMS", 7)
    np.testing.assert_allclose(
        edlae.edges_of(GramParts(random_gram(4)), family, 5).toarray(), dense, rtol=1e-3, atol=1e-6
    )
