"""Fitting: the model that a config names, of whatever family.

A kernel gives edges by what users have in common; the order of histories may add to those edges, and metadata gives
edges to items that too few users have met.
"""

import dataclasses
from collections.abc import Callable, Mapping

import numpy as np
import scipy.sparse as sp

from doublebill.fit.factors import gradient
from doublebill.fit.linear import edlae, knn, rp3beta
from doublebill.fit.linear.transitions import transitions
from doublebill.fit.metadata import cold_items
from doublebill.fit.quantise import quantise
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Edlae, Factors, Family, Knn, Rp3beta
from doublebill.model.interactions import Interactions
from doublebill.model.ratings import RatingModel
from doublebill.model.recommender import Recommender

KERNELS: Mapping[type[Family], Callable[[Interactions, Config], sp.csr_array]] = {
    Knn: knn.fit_edges,
    Rp3beta: rp3beta.fit_edges,
    Edlae: edlae.fit_edges,
}


def fit(
    catalog: Catalog,
    interactions: Interactions,
    config: Config,
    ratings: RatingModel | None = None,
    notes: dict[str, object] | None = None,
) -> Recommender:
    """The recommender of the interactions under a config; with a model of `ratings`, it predicts them.

    `notes` gets what a report should tell of the course of the fit: the loss `curve` of gradient-trained factors.
    """
    popularity = interactions.popularity() / max(interactions.n_users, 1)
    edges = _kernel(interactions, config, {} if notes is None else notes)
    if config.transitions:
        edges = _with_transitions(edges, interactions, config.transitions)
    neighbours = quantise(cold_items.with_cold(edges, catalog, interactions, config), config.values)
    return Recommender(catalog, neighbours, popularity.astype(np.float32), config, ratings)


def _kernel(interactions: Interactions, config: Config, notes: dict[str, object]) -> sp.csr_array:
    if not isinstance(config.family, Factors):
        return KERNELS[type(config.family)](interactions, config)
    curve: list[gradient.Epoch] = []
    edges = gradient.fit_edges(interactions, config, curve.append)
    notes["curve"] = [dataclasses.asdict(epoch) for epoch in curve]
    return edges


def _with_transitions(edges: sp.csr_array, interactions: Interactions, weight: float) -> sp.csr_array:
    """The same edges, each with `weight` times how often and soon its target follows its source: no edge is added."""
    present = sp.csr_array((np.ones_like(edges.data), edges.indices, edges.indptr), shape=edges.shape)
    added: sp.csr_array = edges + weight * transitions(interactions).multiply(present).tocsr()
    return added
