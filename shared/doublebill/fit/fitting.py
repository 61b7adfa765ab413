"""Fitting: the model that a config names, of whatever family.

A kernel gives edges by what users have in common; the order of histories may add to those edges, and metadata gives
edges to items that too few users have met.
"""

from collections.abc import Callable, Mapping

import numpy as np
import scipy.sparse as sp

from doublebill.catalog import Catalog
from doublebill.config import Config, Edlae, Factors, Family, Knn, Rp3beta
from doublebill.fit import edlae, factors, knn, metadata, rp3beta
from doublebill.fit.quantise import quantise
from doublebill.fit.ratings import fit_ratings
from doublebill.fit.transitions import transitions
from doublebill.interactions import Interactions
from doublebill.recommender import Recommender

KERNELS: Mapping[type[Family], Callable[[Interactions, Config], sp.csr_array]] = {
    Knn: knn.fit_edges,
    Rp3beta: rp3beta.fit_edges,
    Edlae: edlae.fit_edges,
    Factors: factors.fit_edges,
}


def fit(
    catalog: Catalog, interactions: Interactions, config: Config, ratings: Interactions | None = None
) -> Recommender:
    """The recommender of the interactions under a config; with `ratings`, whose weights are stars, it predicts them."""
    popularity = interactions.popularity() / max(interactions.n_users, 1)
    edges = KERNELS[type(config.family)](interactions, config)
    if config.transitions:
        edges = _with_transitions(edges, interactions, config.transitions)
    neighbours = quantise(metadata.with_cold(edges, catalog, interactions, config), config.values)
    rating_model = None if ratings is None else fit_ratings(ratings)
    return Recommender(catalog, neighbours, popularity.astype(np.float32), config, rating_model)


def _with_transitions(edges: sp.csr_array, interactions: Interactions, weight: float) -> sp.csr_array:
    """The same edges, each with `weight` times how often and soon its target follows its source: no edge is added."""
    present = sp.csr_array((np.ones_like(edges.data), edges.indices, edges.indptr), shape=edges.shape)
    added: sp.csr_array = edges + weight * transitions(interactions).multiply(present).tocsr()
    return added
