"""EDLAE: a linear autoencoder that does not learn the identity, sparse and refitted on its support.

The full solution (Steck 2019, EASE, arXiv:1905.03375; Steck 2020, EDLAE, "Autoencoders that don't overfit towards the
identity", NeurIPS) is dense and ridge-regresses every item on all others:

    G = Xᵀ diag(w) X          X the saturated interactions, w_u ∝ |u|^-length_power with mean 1
    A = G + λ I + p/(1-p) diag G
    P = A⁻¹,  B = -P / diag P by column, diagonal 0

Here each target's ridge is solved on a support S of few sources, and scaled to least squares:

    b = A_SS⁻¹ r_Sj,  times  bᵀr_Sj / bᵀG_SS b where `scaled`

where r is G, or G mixed with what comes soon after a source more than before it, and drawn towards the similarities of
items by metadata (see `terms`). Those are edges of the support too, and A is larger by their ridge.

One threshold for the whole matrix chooses the support, so that popular targets keep many sources and rare ones few:

    inverse   on |B| of the full solution
    cosine    on G_ij / √(G_ii G_jj); no inverse is needed, so it also serves where n² numbers do not fit
    pruned    on √(|b_ij| cosine_ij) among twice as many edges by cosine, with b fitted on those: sources that
              others explain lose, and merely rare ones do not win
"""

import dataclasses
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Ints, Matrix
from doublebill.fit.linear.cholesky import lower_inverse
from doublebill.fit.linear.gram import Gram, Saturate
from doublebill.fit.linear.grams.gram_matrix import BLOCK, DenseGram
from doublebill.fit.linear.grams.shared_grams import FEWEST_USERS, GramParts, SharedGrams, most_sources
from doublebill.fit.linear.refit import by_target, refit
from doublebill.fit.linear.support import Strengths, Support, choose_support
from doublebill.fit.linear.terms import Terms
from doublebill.fit.order.directed import DirectedGram
from doublebill.model.config import Config, Edlae
from doublebill.model.counting.strength import strengths
from doublebill.model.interactions import Interactions

MOST_ITEMS = 20_000
"""Items with edges in the dense solution, the most popular first; a matrix of these takes 1.6 GB."""

WIDER = 2
"""Edges fitted per edge kept, where the support is pruned."""


def fit_edges(
    interactions: Interactions,
    config: Config,
    similar: sp.csr_array | None = None,
    shared: SharedGrams | None = None,
    whole: Interactions | None = None,
) -> sp.csr_array:
    """Fits [sources, targets] the edges of a config, `config.k` a target on average over the items with edges.

    `similar` are the similarities of items by metadata, needed where the family has a weight of `text`. `shared` keeps
    the gram for other configs; there it is known by the `whole` interactions, where these are the liked part of them.
    """
    assert isinstance(config.family, Edlae)  # noqa: S101  # fitting chooses by it
    family, by_strength = config.family, config.strength != "none"
    shared, whole = shared or SharedGrams(), whole or interactions
    supported = shared.supported(interactions, config, whole)

    def gram() -> Gram:
        saturate = _strengths_within(interactions, config) if by_strength else config.saturate
        return Gram.of(interactions, family.length_power, saturate, config.most_influence, shared.summing)

    key = (
        config.liked_from if config.liked_edges else None,
        config.minimum_users,
        family.length_power,
        config.strength,
        by_strength or config.saturation,
        config.most_influence,
    )
    parts = shared.of(whole, key, gram, supported, max(FEWEST_USERS, config.minimum_users))
    directed = DirectedGram.of(interactions, parts.gram, config.minimum_users) if family.order else None
    return edges_of(parts, family, config.k, directed, similar, to_all_alike=by_strength)


def _strengths_within(interactions: Interactions, config: Config) -> Saturate:
    """Returns the function from weights to strengths within each history."""
    return lambda weights: strengths(weights, interactions.indptr, config.strength)


def edges_of(
    parts: GramParts,
    family: Edlae,
    k: int,
    directed: DirectedGram | None = None,
    similar: sp.csr_array | None = None,
    to_all_alike: bool = False,
) -> sp.csr_array:
    """Fits the same edges from the gram and the terms that the family has.

    With `to_all_alike` the items of the gram count by strength as sources, and once as targets; see `strong_sources`.

    Raises:
        numpy.linalg.LinAlgError: when the regularised gram is not positive definite.
        ValueError: when the family needs a term that is missing.
    """
    by_inverse = family.support == "inverse"
    active = _most_popular(parts) if by_inverse else parts.active
    terms = Terms.of(family, active, directed, similar, parts.supported)
    if to_all_alike:
        terms = dataclasses.replace(terms, strong=parts.gram)
    found = (_by_inverse if by_inverse else _by_cosine)(parts, active, family, k, terms)
    edges, shape = found.tocoo(), (parts.gram.n_items, parts.gram.n_items)
    return sp.csr_array((edges.data, (active[edges.coords[0]], active[edges.coords[1]])), shape=shape)


def _most_popular(parts: GramParts) -> Ints:
    """Returns the numbers of the items with edges in the dense solution, ascending."""
    counts = parts.gram.popularity()[parts.active]
    return np.sort(parts.active[np.lexsort((parts.active, -counts))[:MOST_ITEMS]])


def _ridge(diagonal: Matrix, family: Edlae) -> Matrix:
    """Returns [active] λ + ρ + p/(1-p) G_ii, with ρ the weight of text."""
    return (family.ridge + family.text + family.dropout / (1 - family.dropout) * diagonal).astype(np.float32)


def _by_inverse(parts: GramParts, active: Ints, family: Edlae, k: int, terms: Terms) -> sp.csr_array:
    """Fits [active, active] edges whose support comes from the dense solution.

    One matrix serves twice: LAPACK works in one triangle, and the other keeps the gram for the refit.
    """
    whole: Matrix = np.ascontiguousarray(parts.gram.dense(active), np.float32)
    diagonal = whole.diagonal().copy()
    ridge = _ridge(diagonal, family)
    invert(whole, diagonal + ridge)
    support = choose_support(parts.enough(_strengths(whole), active), most_sources(parts.gram, active), k)
    if not family.refit:
        return _cut(whole, support)
    support = terms.extended(support)
    restore(whole, diagonal)
    return by_target(support, refit(DenseGram(whole), ridge, support, family.scaled, terms.aim(support)))


def invert(whole: Matrix, diagonal: Matrix) -> None:
    """Inverts a symmetric matrix [n, n], with `diagonal` for its diagonal, into its upper triangle, in place.

    The lower triangle is left unchanged.

    Raises:
        numpy.linalg.LinAlgError: when it is not positive definite.
    """
    if not len(whole):
        return
    np.fill_diagonal(whole, diagonal)
    inverse = lower_inverse(whole.T, "the regularised gram", clean=False)
    assert np.shares_memory(inverse, whole)  # noqa: S101  # a copy would leave `whole` half done


def restore(whole: Matrix, diagonal: Matrix) -> None:
    """Restores a symmetric matrix [n, n] from its lower triangle and its diagonal, in place."""
    for start, stop in _blocks(len(whole)):
        whole[start:stop, stop:] = whole[stop:, start:stop].T
        corner = whole[start:stop, start:stop]
        corner[:] = np.tril(corner, -1) + np.tril(corner, -1).T
    np.fill_diagonal(whole, diagonal)


def _solution(whole: Matrix, start: int, stop: int) -> Matrix:
    """Returns B [targets from start to stop, sources], signed, from the inverse in the upper triangle of `whole`."""
    columns = np.empty((stop - start, len(whole)), np.float32)
    columns[:, :start] = whole[:start, start:stop].T
    columns[:, stop:] = whole[start:stop, stop:]
    corner = whole[start:stop, start:stop]
    columns[:, start:stop] = np.triu(corner) + np.triu(corner, 1).T
    columns /= -corner.diagonal()[:, np.newaxis]
    columns[np.arange(stop - start), np.arange(start, stop)] = 0
    return columns


def _strengths(whole: Matrix) -> Iterator[Strengths]:
    """Yields |B| of every edge."""
    sources = np.arange(len(whole), dtype=np.int32)
    for start, stop in _blocks(len(whole)):
        targets = np.repeat(np.arange(start, stop, dtype=np.int32), len(whole))
        yield np.tile(sources, stop - start), targets, np.abs(_solution(whole, start, stop)).ravel()


def _cut(whole: Matrix, support: Support) -> sp.csr_array:
    """Returns [sources, targets] the edges of a support in the dense solution, not refitted."""
    targets, values = support.targets, [np.zeros(0, np.float32)]
    for start, stop in _blocks(len(whole)):
        edges = slice(support.indptr[start], support.indptr[stop])
        values.append(_solution(whole, start, stop)[targets[edges] - start, support.sources[edges]])
    return by_target(support, np.concatenate(values))


def _blocks(n: int) -> Iterator[tuple[int, int]]:
    edges = [*range(0, n, BLOCK), n]
    return ((start, stop) for start, stop in pairwise(edges) if start < stop)


def _by_cosine(parts: GramParts, active: Ints, family: Edlae, k: int, terms: Terms) -> sp.csr_array:
    """Fits [active, active] edges whose support comes from cosines, without an inverse."""
    matrix, pruned = parts.matrix, family.support == "pruned"
    ridge = _ridge(matrix.diagonal, family)
    support = parts.by_cosine(WIDER * k if pruned else k)
    if pruned and len(support.sources) > k * len(active):  # else all of them stay
        fitted = refit(matrix, ridge, support, False, terms.aim(support))
        strengths = np.sqrt(np.abs(fitted) * support.strengths)
        strongest = (support.sources, support.targets, strengths)
        support = choose_support([strongest], most_sources(parts.gram, active), k)
    support = terms.extended(support)
    return by_target(support, refit(matrix, ridge, support, family.scaled, terms.aim(support)))
