"""Fitting: one recommender from interactions and a config, in five steps.

kernel        edges [sources, targets] from users in common, by the family of the config
transitions   the order of histories, added to these edges
cold items    edges from metadata for items with few users
quantisation  one byte an edge
prior         recent visits of each item, where the config has a prior
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import scipy.sparse as sp

from doublebill.fit.factors import gradient
from doublebill.fit.linear import edlae, knn, rp3beta
from doublebill.fit.linear.grams.shared_grams import SharedGrams
from doublebill.fit.linear.sums.summing import HERE, Summing
from doublebill.fit.metadata.cold_items import ColdItems, with_cold_items
from doublebill.fit.metadata.similar_items import similar_items
from doublebill.fit.order.transitions import with_transitions
from doublebill.fit.priors.recency import recent_visits
from doublebill.fit.protection.newest_items import newest_items
from doublebill.fit.quantise import quantise
from doublebill.fit.ratings.liked_part import liked_part
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Edlae, Factors, Family, Knn, Popularity, Private, Rp3beta
from doublebill.model.interactions import Interactions
from doublebill.model.priors.recency_prior import RecentVisits
from doublebill.model.ratings import RatingModel
from doublebill.model.recommender import Recommender


def _never(_interactions: Interactions, config: Config, *_: object) -> sp.csr_array:
    raise ArithmeticError(f"{config.family}: it is not fitted again, since every fit would spend privacy")


KERNELS: Mapping[type[Family], Callable[[Interactions, Config, SharedGrams, Interactions], sp.csr_array]] = {
    Knn: knn.fit_edges,
    Rp3beta: rp3beta.fit_edges,
    Popularity: lambda interactions, *_: sp.csr_array((interactions.n_items, interactions.n_items)),
    Private: _never,
}


def fit(
    catalog: Catalog,
    interactions: Interactions,
    config: Config,
    ratings: RatingModel | None = None,
    notes: dict[str, object] | None = None,
    recent: RecentVisits | None = None,
    summing: Summing = HERE,
) -> Recommender:
    """Fits the recommender of a config to interactions; with a model of `ratings` it predicts stars too.

    `recent` are the visits for the prior of the config; without them, those that the interactions tell. Grams are
    summed by `summing`, with the same result wherever that is.
    `notes`, where passed, receives facts of the fit for a report: the loss `curve` of gradient-trained factors.
    """
    interactions = newest_items(interactions, config.most_items)
    shared = SharedGrams(summing)
    parts = [(share, kernel_edges(interactions, one, notes, catalog, shared)) for share, one in kernel_parts(config)]
    return finish(catalog, interactions, config, mixed(parts), ratings, CountedBefore(recent))


def kernel_edges(
    interactions: Interactions,
    config: Config,
    notes: dict[str, object] | None = None,
    catalog: Catalog | None = None,
    shared: SharedGrams | None = None,
) -> sp.csr_array:
    """Fits the edges [sources, targets] of one of the `kernel_parts` of a config.

    The catalog is needed where its metadata count in the kernel. `shared` keeps what other configs need again.
    """
    whole, shared = interactions, shared or SharedGrams()
    if config.liked_edges and config.liked_from is not None:
        interactions, config = liked_part(interactions, config, config.liked_from)
    if isinstance(config.family, Edlae):
        similar = similar_items(catalog) if config.family.text and catalog is not None else None
        return edlae.fit_edges(interactions, config, similar, shared, whole)
    if not isinstance(config.family, Factors):
        return KERNELS[type(config.family)](interactions, config, shared, whole)
    curve: list[gradient.Epoch] = []
    edges = gradient.fit_edges(interactions, config, curve.append, shared.supported(interactions, config, whole))
    if notes is not None and not config.liked_edges:
        notes["curve"] = [dataclasses.asdict(epoch) for epoch in curve]
    return edges


def kernel_parts(config: Config) -> list[tuple[float, Config]]:
    """Returns the kernels whose edges a config mixes, each with its share and without fields that it ignores."""
    everything, share = kernel_config(config), config.liked_edges
    liked = dataclasses.replace(everything, liked_edges=1.0, liked_from=config.liked_from) if share else everything
    return [(part, kernel) for part, kernel in ((1 - share, everything), (share, liked)) if part]


def mixed(parts: Sequence[tuple[float, sp.csr_array]]) -> sp.csr_array:
    """Returns the sum of edges [sources, targets], each times its share; those of a single part stay unchanged."""
    if len(parts) == 1:
        return parts[0][1]
    summed: sp.csr_array = sum((share * edges for share, edges in parts[1:]), parts[0][0] * parts[0][1])
    return summed


def kernel_config(config: Config) -> Config:
    """Returns the config with the defaults of all fields that the kernel fitted to everything does not depend on."""
    usual = Config()
    return dataclasses.replace(
        config,
        liked_edges=usual.liked_edges,
        liked_from=usual.liked_from,
        others=usual.others,
        transitions=usual.transitions,
        new_transitions=usual.new_transitions,
        cold_users=usual.cold_users,
        cold_boost=usual.cold_boost,
        half_life=usual.half_life,
        damping=usual.damping,
        values=usual.values,
        exclude_seen=usual.exclude_seen,
        prior=usual.prior,
    )


@dataclasses.dataclass(frozen=True, eq=False)
class CountedBefore:
    """What was counted of interactions before, so that it need not be counted again; None where it was not."""

    recent: RecentVisits | None = None
    followed: sp.csr_array | None = None
    """The transitions."""
    cold: ColdItems | None = None


def finish(
    catalog: Catalog,
    interactions: Interactions,
    config: Config,
    edges: sp.csr_array,
    ratings: RatingModel | None = None,
    counted: CountedBefore = CountedBefore(),
) -> Recommender:
    """Returns the recommender of a config from the edges of its kernel, which stay unchanged."""
    popularity = interactions.popularity(config.minimum_users) / max(interactions.n_users, 1)
    if config.transitions:
        edges = with_transitions(edges, interactions, config, counted.followed)
    neighbours = quantise(with_cold_items(edges, catalog, interactions, config, counted.cold), config.values)
    recent = visits_for(config, interactions, counted.recent)
    return Recommender(catalog, neighbours, popularity.astype(np.float32), config, ratings, recent)


def visits_for(config: Config, interactions: Interactions, recent: RecentVisits | None = None) -> RecentVisits | None:
    """Returns the visits for the prior of a config: `recent`, or those of interactions; None without a prior."""
    if config.prior is None:
        return None
    return recent or recent_visits(interactions, config.prior.half_life_days, config.minimum_users)
