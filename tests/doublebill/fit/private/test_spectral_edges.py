"""Spectral edges: what stands out of the noise becomes edges, and noise alone becomes none."""

import numpy as np

from doublebill.fit.private.noised_sums import NoisedSums
from doublebill.fit.private.spectral_edges import denoised, spectral_edges


def symmetric_noise(n: int, seed: int) -> np.ndarray:
    upper = np.triu(np.random.default_rng(seed).standard_normal((n, n)))
    return upper + np.triu(upper, 1).T


def sums_of(gram: np.ndarray, deviation: int) -> NoisedSums:
    n = len(gram)
    pairs = np.rint(gram[np.triu_indices(n)]).astype(np.int64)
    return NoisedSums(np.zeros(2 * n, np.int64), 1, np.arange(n) * 2 + 1, pairs, deviation)


def test_directions_above_the_noise_stay_and_noise_goes() -> None:
    direction = np.ones(100) / 10
    left = denoised(50 * np.outer(direction, direction) + symmetric_noise(100, 1), 1.0)
    values = np.linalg.eigvalsh(left)
    assert 45 < values[-1] < 55
    assert np.abs(values[:-1]).max() < 10
    assert abs(direction @ left @ direction - 50) < 10


def test_two_circles_of_taste_become_edges_within_each_of_them() -> None:
    likes = np.kron(np.eye(2), np.ones((30, 30))) * 40
    edges = spectral_edges(sums_of(1_000 * (likes + symmetric_noise(60, 2)), 1_000), 120, 10)
    assert edges.shape == (120, 120)
    assert (np.diff(edges.tocsc().indptr)[1::2] == 10).all()
    sources, targets = edges.nonzero()
    assert (sources % 2 == 1).all()
    strong = edges.tocoo().data > 0.5 * edges.data.max()
    assert ((sources < 60) == (targets < 60))[strong].mean() > 0.95


def test_noise_alone_leaves_hardly_any_edges_and_no_error() -> None:
    quiet = spectral_edges(sums_of(900 * symmetric_noise(80, 3), 1_000), 160, 10)
    assert quiet.nnz == 0
    assert spectral_edges(sums_of(np.zeros((0, 0)), 5), 0, 10).shape == (0, 0)
