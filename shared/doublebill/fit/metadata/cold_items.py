"""Cold items: edges from metadata for items with few users or none.

Policy, item by item and user by user:

- An item with `config.cold_users` users or more is warm; its edges are those of the family.
- An item with fewer is cold. Edges predicted by metadata (below) have weight 1 - users / cold_users, and those of the
  family users / cold_users, so that an item changes gradually from one to the other.
- A cold item that shares no metadata with another keeps the edges of the family.
- A history of cold items only is recommended popular items, tilted towards items with similar metadata.
- An empty history, an unknown user, and a history without edges are recommended popular items, with `cold` true.
- A history of disliked items only ranks the targets of their edges last, and never returns the items themselves.

The predicted edges of a cold item are those of the items most similar to it (`item_features`), as in the mapping of
attributes to factors of Gantner et al. 2010 (doi:10.1109/ICDM.2010.129), here by neighbours:

    predicted(i, j) = a · mean of fitted(i, l) over the items l most similar to j  +  d · cosine(i, j)

to a cold target j, and the same with fitted(l, j) from a cold source i. The scales a and d are a least-squares fit of
the fitted edges of warm items by the edges predicted to them as if they were cold. Predicted edges to targets are then
multiplied by `config.cold_boost`, since a mean never reaches the scores of the best items. A cold source also gets
edges to the most popular items, of the same total: with so little evidence, these are the safer half.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Floats, Ints, Mask
from doublebill.fit.metadata.item_features import item_features, most_similar
from doublebill.fit.top_k import strongest_entries
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config
from doublebill.model.interactions import Interactions

SIMILAR_ITEMS = 100
"""Warm items whose edges are averaged."""

DIRECT_EDGES = 20
"""Items, warm or cold, with an edge from the cosine alone."""

EDGES = 50
"""Predicted edges to a cold item, and from it; `config.k` where that is less."""

POPULAR = 50
"""Most popular items with an edge from every cold item."""

MOST_COLD = 20_000
"""Cold items with predicted edges: available ones first, then those with more users, then lower numbers."""

MOST_OTHERS = 8_000
"""Items that a cold item is compared with, the most popular first; bounds the work per item."""

SCALE_ITEMS = 500
"""Warm items that the scales are fitted on."""

TINY = np.finfo(np.float64).tiny

BLOCK = 512
"""Items compared at once: [BLOCK, MOST_OTHERS] in float64 are 33 MB."""


@dataclass(frozen=True, eq=False)
class AlikeBlock:
    """Some items, and the items that are like them by metadata."""

    items: Ints
    """[block] item numbers."""
    shares: sp.csr_array
    """[block, n_items] of the most similar warm items; each row has sum 1, or is empty."""
    cosines: sp.csr_array
    """[block, n_items] of the most similar items, warm or cold."""


@dataclass(frozen=True, eq=False)
class ColdItems:
    """The cold items of a training part and the items like them, equal for all edges that are fitted to it."""

    features: sp.csr_array
    """[n_items, features] rows of length 1."""
    users: Ints
    """[n_items] users of each item."""
    others: Ints
    """Item numbers that cold ones are compared with, the most popular first."""
    warm: Ints
    """Those of `others` that are warm."""
    cold: Ints
    """Item numbers, ascending."""

    @classmethod
    def of(cls, catalog: Catalog, interactions: Interactions, config: Config) -> "ColdItems":
        """Returns the cold items of interactions, by the limits of a config."""
        features = item_features(catalog)
        users = interactions.popularity(config.minimum_users)
        described = np.diff(features.indptr) > 0
        cold = cold_item_numbers(described & (users < config.cold_users), users, catalog.available)
        by_popularity = np.lexsort((np.arange(len(users)), -users))
        others = by_popularity[described[by_popularity]][:MOST_OTHERS]
        return cls(features, users, others, others[users[others] >= config.cold_users], cold)

    @cached_property
    def blocks(self) -> Sequence[AlikeBlock]:
        """Returns the cold items with what is like them."""
        return self._alike(self.cold)

    @cached_property
    def sample(self) -> Sequence[AlikeBlock]:
        """Returns warm items, as if they were cold, to fit the scales on."""
        return self._alike(np.sort(self.warm)[:: max(len(self.warm) // SCALE_ITEMS, 1)])

    @cached_property
    def popular(self) -> sp.csr_array:
        """Returns [1, n_items] the most popular items weighted by their users, with sum 1; empty without users."""
        users = self.users
        best = np.lexsort((np.arange(len(users)), -users))[:POPULAR]
        best = best[users[best] > 0]
        shares = users[best] / max(float(users[best].sum()), 1.0)
        return sp.csr_array((shares, (np.zeros(len(best), np.int64), best)), shape=(1, len(users)))

    def _alike(self, items: Ints) -> Sequence[AlikeBlock]:
        return [self._block(items[start : start + BLOCK]) for start in range(0, len(items), BLOCK)]

    def _block(self, items: Ints) -> AlikeBlock:
        similar = most_similar(self.features, items, self.warm, SIMILAR_ITEMS)
        shares = sp.csr_array(sp.diags_array(1 / np.maximum(_row_sums(similar), TINY)) @ similar)
        return AlikeBlock(items, shares, most_similar(self.features, items, self.others, DIRECT_EDGES))


def with_cold_items(
    edges: sp.csr_array,
    catalog: Catalog,
    interactions: Interactions,
    config: Config,
    items: ColdItems | None = None,
) -> sp.csr_array:
    """Blends the edges [sources, targets] of cold items with those predicted by metadata.

    `items` are the cold items of the interactions, where they are known.
    """
    if not config.cold_users:
        return edges
    items = items or ColdItems.of(catalog, interactions, config)
    if not len(items.cold):
        return edges
    most = min(EDGES, config.k)
    shares = items.users[items.cold] / config.cold_users
    nothing = sp.csr_array((1, len(items.users)), dtype=np.float64)
    by_target = edges.T.tocsr()
    to_cold = _predicted(items, by_target, nothing, most) * config.cold_boost
    towards = _blended(by_target, items.cold, shares, to_cold).T.tocsr()
    from_cold = _predicted(items, towards, items.popular, most)
    return _blended(towards, items.cold, shares, from_cold)


def cold_item_numbers(wanted: Mask, users: Ints, available: Mask) -> Ints:
    """Returns the numbers of the cold items, ascending."""
    cold = np.flatnonzero(wanted)
    first = np.lexsort((cold, -users[cold], ~available[cold]))[:MOST_COLD]
    return np.sort(cold[first])


def _scales(items: ColdItems, fitted: sp.csr_array) -> tuple[float, float]:
    """Returns the scales a and d >= 0 with the least squared error on the fitted rows of warm items.

    Without fitted edges, only cosines count.
    """
    if not fitted.nnz:
        return 0.0, 1.0
    mm = md = dd = mt = dt = 0.0
    for block in items.sample:
        means, cosines, true = _means(block, fitted), block.cosines, fitted[block.items]
        mm, md, dd = mm + _dot(means, means), md + _dot(means, cosines), dd + _dot(cosines, cosines)
        mt, dt = mt + _dot(means, true), dt + _dot(cosines, true)
    return least_squares_scales(mm, md, dd, mt, dt)


def _predicted(items: ColdItems, fitted: sp.csr_array, also: sp.csr_array, most: int) -> sp.csr_array:
    """Returns [cold, n_items] the strongest edges predicted from `fitted`, plus `also` of the same total.

    `fitted` is [n_items, n_items], `also` [1, n_items].
    """
    a, d = _scales(items, fitted)
    rows = []
    for block in items.blocks:
        predicted = strongest_entries(_means(block, fitted) * a + block.cosines * d, most)
        amounts = sp.csr_array(_row_sums(abs(predicted))[:, np.newaxis])
        rows.append(_without_self(predicted + amounts @ also, block.items))
    return sp.csr_array(sp.vstack(rows, format="csr"))


def _means(block: AlikeBlock, fitted: sp.csr_array) -> sp.csr_array:
    """Returns [block, n_items] the mean of the fitted rows of the items that are like each."""
    return _without_self(block.shares @ fitted, block.items)


def _blended(fitted: sp.csr_array, cold: Ints, share: Floats, predicted: sp.csr_array) -> sp.csr_array:
    """Returns the fitted rows, with those of cold items weighted by `share` [cold], and predicted rows by the rest.

    A cold item without predicted edges keeps its row.
    """
    n_items = fitted.shape[0]
    counts = np.ones(n_items)
    counts[cold] = np.where(np.diff(predicted.indptr) > 0, share, 1.0)
    places = sp.csr_array((1 - share, (cold, np.arange(len(cold)))), shape=(n_items, len(cold)))
    blended = sp.csr_array(sp.diags_array(counts) @ fitted + places @ predicted)
    blended.eliminate_zeros()
    return blended


def _without_self(rows: sp.csr_array, items: Ints) -> sp.csr_array:
    """Returns the rows of `items` [items, n_items] without the entry of each item for itself."""
    rows = rows.tocsr()
    rows.data[rows.indices == np.repeat(items, np.diff(rows.indptr))] = 0
    rows.eliminate_zeros()
    return rows


def _row_sums(matrix: sp.csr_array) -> Floats:
    return np.asarray(matrix.sum(axis=1), np.float64).ravel()


def _dot(one: sp.csr_array, other: sp.csr_array) -> float:
    return float(one.multiply(other).sum())


def least_squares_scales(mm: float, md: float, dd: float, mt: float, dt: float) -> tuple[float, float]:
    """Returns a, d >= 0 that minimise |a m + d c - t|², from the products of m, c and t."""
    determinant = mm * dd - md * md
    if determinant > 1e-9 * mm * dd:  # else one is a multiple of the other
        a, d = (mt * dd - dt * md) / determinant, (dt * mm - mt * md) / determinant
        if min(a, d) >= 0:
            return a, d
    a, d = max(mt / mm, 0.0) if mm else 0.0, max(dt / dd, 0.0) if dd else 0.0
    return (a, 0.0) if a * mt >= d * dt else (0.0, d)
