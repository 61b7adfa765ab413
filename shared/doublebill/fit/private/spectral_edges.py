"""Spectral edges: a linear autoencoder from noised sums of pairs, of which only those directions count that stand out.

Noise of deviation σ alone, on all pairs of n items, has eigenvalues up to 2σ√n (Wigner 1958). Directions of the noised
gram with eigenvalues below that edge cannot be distinguished from noise, so they are left out; the others are as in
Dwork et al. (2014, "Analyze Gauss", doi:10.1145/2591796.2591883), shrunk to the least squared error (Gavish
and Donoho 2017, arXiv:1405.7511). The edges are then those of EDLAE (see `fit.linear.edlae`) on the gram that is left:

    G̃ = V diag(l) Vᵀ,  G = V diag(√(l² - 4σ²n)) Vᵀ for l > 2σ√n
    A = G + λ I + p/(1-p) diag G,  λ = `RIDGE` · σ√n
    P = A⁻¹,  B = -P / diag P by column, diagonal 0

No number here was chosen by looking at the data that a model is trained on, and nothing but noised sums is looked at.
"""

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Floats
from doublebill.fit.private.noised_sums import NoisedSums
from doublebill.fit.top_k import top_k

EDGE = 2.0
"""Of the spectrum of the noise, in σ√n."""

RIDGE = 0.5
"""λ, in σ√n."""

DROPOUT = 0.3
"""p: how strongly an item's own popularity regularises it."""


def spectral_edges(sums: NoisedSums, n_items: int, k: int) -> sp.csr_array:
    """Returns [sources, targets] the `k` strongest edges of every target of the head; none where only noise is left."""
    solution = _solution(denoised(_symmetric(sums), sums.pair_deviation), _ridge(sums))
    targets, sources = np.nonzero(solution.T)
    values = solution[sources, targets]
    kept = top_k(targets, sources, np.abs(values), k)
    places = (sums.head[sources[kept]], sums.head[targets[kept]])
    return sp.csr_array((values[kept], places), shape=(n_items, n_items))


def denoised(gram: Floats, deviation: float) -> Floats:
    """Returns the part of a symmetric noised gram [n, n] that its noise cannot explain."""
    edge = EDGE * deviation * np.sqrt(len(gram))
    values, vectors = np.linalg.eigh(gram)
    clear = values > edge
    shrunk = np.sqrt(values[clear] ** 2 - edge**2)
    return np.asarray((vectors[:, clear] * shrunk) @ vectors[:, clear].T)


def _symmetric(sums: NoisedSums) -> Floats:
    """Returns [head, head] the noised gram."""
    gram = np.zeros((len(sums.head), len(sums.head)))
    rows, columns = np.triu_indices(len(gram))
    gram[rows, columns] = gram[columns, rows] = sums.pairs
    return gram


def _ridge(sums: NoisedSums) -> float:
    return RIDGE * sums.pair_deviation * float(np.sqrt(len(sums.head)))


def _solution(gram: Floats, ridge: float) -> Floats:
    """Returns B [head, head]; zeros where the gram is."""
    diagonal = np.maximum(gram.diagonal(), 0)
    if not diagonal.any():
        return np.zeros_like(gram)
    inverse = np.linalg.inv(gram + np.diag(ridge + DROPOUT / (1 - DROPOUT) * diagonal))
    solution = -inverse / inverse.diagonal()
    np.fill_diagonal(solution, 0)
    return np.asarray(solution)
