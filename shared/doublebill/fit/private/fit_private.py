"""Fitting with differential privacy: a recommender that is computed from noised sums and public facts alone.

    items, metadata      public: the catalog that is passed, which no event has changed
    config, head size    fixed without the data
    popularity           the noised popularity, in shares of the greatest, negative sums as 0
    edges                computed from the noised pairs of the head
    golden requests      answers of the model itself

Ratings, order, recency, cold items and support are left out: they would each cost a share of the budget.
"""

import secrets
from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Floats32, Ints
from doublebill.fit.linear.sums.summing import HERE, Summing
from doublebill.fit.private.clipped_users import MOST_ITEMS
from doublebill.fit.private.discrete_gaussian import Entropy
from doublebill.fit.private.noised_sums import NoisedSums, noised_sums
from doublebill.fit.private.spectral_edges import spectral_edges
from doublebill.fit.quantise import quantise
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Private
from doublebill.model.interactions import Interactions
from doublebill.model.recommender import Recommender
from doublebill.values.privacy_claim import PrivacyClaim, nano_rho_of


@dataclass(frozen=True, eq=False)
class PrivateFit:
    """A model, and the noised sums that it was computed from."""

    model: Recommender
    sums: NoisedSums


def fit_private(
    catalog: Catalog,
    interactions: Interactions,
    claim: PrivacyClaim,
    exclude_seen: bool = True,
    entropy: Entropy = secrets.token_bytes,
    summing: Summing = HERE,
) -> PrivateFit:
    """Fits a recommender that is private as claimed; the items of the interactions are numbered as in the catalog.

    The budget must have been paid before: noise is drawn here.
    """
    config = Config(Private(claim.epsilon, claim.delta), exclude_seen=exclude_seen, most_items=MOST_ITEMS)
    sums = noised_sums(interactions, nano_rho_of(claim), entropy, summing)
    edges = spectral_edges(sums, len(catalog), config.k)
    model = Recommender(catalog, quantise(edges, config.values), _shares(sums.popularity), config)
    return PrivateFit(model, sums)


def _shares(popularity: Ints) -> Floats32:
    """Returns [n_items] noised popularity from 0 to 1."""
    positive = np.maximum(popularity, 0)
    return np.asarray(positive / max(int(positive.max(initial=1)), 1), np.float32)
