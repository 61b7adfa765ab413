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

from collections.abc import Iterator

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


def with_cold_items(edges: sp.csr_array, catalog: Catalog, interactions: Interactions, config: Config) -> sp.csr_array:
    """Blends the edges [sources, targets] of cold items with those predicted by metadata."""
    if not config.cold_users:
        return edges
    features = item_features(catalog)
    users = interactions.popularity(config.minimum_users)
    described = np.diff(features.indptr) > 0
    cold = cold_item_numbers(described & (users < config.cold_users), users, catalog.available)
    if not len(cold):
        return edges
    by_popularity = np.lexsort((np.arange(len(users)), -users))
    others = by_popularity[described[by_popularity]][:MOST_OTHERS]
    warm = others[users[others] >= config.cold_users]
    predictor = _MetadataEdges(features, others, warm, min(EDGES, config.k))
    shares = users[cold] / config.cold_users
    nothing = sp.csr_array((1, len(users)), dtype=np.float64)
    by_target = edges.T.tocsr()
    to_cold = predictor.rows(by_target, cold, nothing) * config.cold_boost
    towards = _blended(by_target, cold, shares, to_cold).T.tocsr()
    from_cold = predictor.rows(towards, cold, _popular(users, by_popularity))
    return _blended(towards, cold, shares, from_cold)


def cold_item_numbers(wanted: Mask, users: Ints, available: Mask) -> Ints:
    """Returns the numbers of the cold items, ascending."""
    cold = np.flatnonzero(wanted)
    first = np.lexsort((cold, -users[cold], ~available[cold]))[:MOST_COLD]
    return np.sort(cold[first])


def _popular(users: Ints, by_popularity: Ints) -> sp.csr_array:
    """Returns [1, n_items] the most popular items weighted by their users, with sum 1; empty without users."""
    best = by_popularity[:POPULAR]
    best = best[users[best] > 0]
    shares = users[best] / max(float(users[best].sum()), 1.0)
    return sp.csr_array((shares, (np.zeros(len(best), np.int64), best)), shape=(1, len(users)))


class _MetadataEdges:
    """Predicted rows of items, for any fitted matrix [n_items, n_items]."""

    def __init__(self, features: sp.csr_array, others: Ints, warm: Ints, edges: int) -> None:
        self.features, self.others, self.warm, self.edges = features, others, warm, edges

    def parts(self, fitted: sp.csr_array, items: Ints) -> Iterator[tuple[Ints, sp.csr_array, sp.csr_array]]:
        """Yields blocks of items: their numbers, the mean of the fitted rows of similar items, and cosines."""
        for start in range(0, len(items), BLOCK):
            block = items[start : start + BLOCK]
            similar = most_similar(self.features, block, self.warm, SIMILAR_ITEMS)
            shares = sp.diags_array(1 / np.maximum(_row_sums(similar), TINY)) @ similar
            yield (
                block,
                _without_self(shares @ fitted, block),
                most_similar(self.features, block, self.others, DIRECT_EDGES),
            )

    def scale(self, fitted: sp.csr_array) -> tuple[float, float]:
        """Returns the scales a and d >= 0 with the least squared error on the fitted rows of warm items.

        Without fitted edges, only cosines count.
        """
        if not fitted.nnz:
            return 0.0, 1.0
        sample = np.sort(self.warm)[:: max(len(self.warm) // SCALE_ITEMS, 1)]
        mm = md = dd = mt = dt = 0.0
        for block, means, cosines in self.parts(fitted, sample):
            true = fitted[block]
            mm, md, dd = mm + _dot(means, means), md + _dot(means, cosines), dd + _dot(cosines, cosines)
            mt, dt = mt + _dot(means, true), dt + _dot(cosines, true)
        return least_squares_scales(mm, md, dd, mt, dt)

    def rows(self, fitted: sp.csr_array, items: Ints, also: sp.csr_array) -> sp.csr_array:
        """Returns [items, n_items] the strongest predicted edges, plus `also` [1, n_items] of the same total."""
        a, d = self.scale(fitted)
        blocks = []
        for block, means, cosines in self.parts(fitted, items):
            predicted = strongest_entries(means * a + cosines * d, self.edges)
            amounts = sp.csr_array(_row_sums(abs(predicted))[:, np.newaxis])
            blocks.append(_without_self(predicted + amounts @ also, block))
        return sp.csr_array(sp.vstack(blocks, format="csr"))


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
