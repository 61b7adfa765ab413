"""Fitting: the model that a config names, of whatever family."""

import numpy as np

from doublebill.catalog import Catalog
from doublebill.config import Config
from doublebill.fit import edlae, knn
from doublebill.interactions import Interactions
from doublebill.recommender import Recommender

FAMILIES = {"knn": knn.fit_neighbours, "edlae": edlae.fit_neighbours}


def fit(catalog: Catalog, interactions: Interactions, config: Config) -> Recommender:
    """The recommender of the interactions under a config."""
    popularity = interactions.popularity() / max(interactions.n_users, 1)
    neighbours = FAMILIES[config.family](interactions, config)
    return Recommender(catalog, neighbours, popularity.astype(np.float32), config)
