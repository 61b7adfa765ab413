"""Fitting: the model that a config names, of whatever family."""

from collections.abc import Callable, Mapping

import numpy as np
import scipy.sparse as sp

from doublebill.catalog import Catalog
from doublebill.config import Config, Edlae, Family, Knn
from doublebill.fit import edlae, knn
from doublebill.fit.quantise import quantise
from doublebill.interactions import Interactions
from doublebill.recommender import Recommender

KERNELS: Mapping[type[Family], Callable[[Interactions, Config], sp.csr_array]] = {
    Knn: knn.fit_edges,
    Edlae: edlae.fit_edges,
}


def fit(catalog: Catalog, interactions: Interactions, config: Config) -> Recommender:
    """The recommender of the interactions under a config."""
    popularity = interactions.popularity() / max(interactions.n_users, 1)
    neighbours = quantise(KERNELS[type(config.family)](interactions, config), config.values)
    return Recommender(catalog, neighbours, popularity.astype(np.float32), config)
