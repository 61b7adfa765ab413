"""Cold items: neighbours from metadata for items that few users or none have met.

Policy, item by item and user by user:

- An item with `config.cold_users` users or more is warm; its edges are what the family learnt.
- An item with fewer is cold. What metadata promises of it (below) counts 1 - users / cold_users, and what the family
  learnt of it counts users / cold_users, so that an item glides from the one to the other as people meet it.
- A cold item without metadata, or with none that another item shares, keeps what the family learnt.
- A history of cold items only is answered by what is popular, tilted towards what their metadata points at.
- An empty history, an unknown user, and a history whose items lead nowhere get what is popular, and `cold` says so.
- A history of disliked items only ranks below everything else what these lead to; they never come back themselves.

What metadata promises of a cold item is what is true of the items most like it (`content`), as in the mapping of
attributes to what the model learns of Gantner et al. 2010 (doi:10.1109/ICDM.2010.129), here by neighbours:

    promised(i, j) = a · mean over the items l most like j, by cosine, of learnt(i, l)  +  d · cosine(i, j)

towards a cold target j, and the same of learnt(l, j) from a cold source i. The scale is not guessed: a and d are the
least squares fit of learnt edges of warm items by what would have been promised of them, had they been cold. Targets
are then multiplied by `config.cold_boost`, since a mean never reaches as high as the best do. To a cold source as
much again is added in edges to the most popular items: so little is known of it that these are the safer half.
"""

from collections.abc import Iterator

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Floats, Ints, Mask
from doublebill.fit.metadata.item_features import content_of, most_alike, strongest
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config
from doublebill.model.interactions import Interactions

ALIKE = 100
"""Warm items over whose edges a cold item's are averaged."""

DIRECT = 20
"""Items, warm or cold, that metadata joins to a cold item directly."""

EDGES = 50
"""Promised edges towards a cold item, and from it; fewer where `config.k` is less."""

POPULAR = 50
"""Most popular items that every cold item leads to, beside its promised edges."""

MOST_COLD = 20_000
"""Available items come first, then those that more users have, then lower numbers; the others keep what they have."""

MOST_OTHERS = 8_000
"""Items that a cold one is compared with, the most popular first: this bounds the work for one by a constant."""

PRETENDING = 500
"""Warm items that the scale is fitted on."""

TINY = np.finfo(np.float64).tiny

BLOCK = 512
"""Items compared at once: [BLOCK, MOST_OTHERS] in float64 are 33 MB."""


def with_cold(edges: sp.csr_array, catalog: Catalog, interactions: Interactions, config: Config) -> sp.csr_array:
    """The edges [sources, targets], with those of cold items blended into what their metadata promises."""
    if not config.cold_users:
        return edges
    content = content_of(catalog)
    users = interactions.popularity()
    described = np.diff(content.indptr) > 0
    cold = _cold(described & (users < config.cold_users), users, catalog.available)
    if not len(cold):
        return edges
    by_popularity = np.lexsort((np.arange(len(users)), -users))
    others = by_popularity[described[by_popularity]][:MOST_OTHERS]
    warm = others[users[others] >= config.cold_users]
    promises = _Promises(content, others, warm, min(EDGES, config.k))
    learnt = users[cold] / config.cold_users
    nothing = sp.csr_array((1, len(users)), dtype=np.float64)
    by_target = edges.T.tocsr()
    to_cold = promises.rows(by_target, cold, nothing) * config.cold_boost
    towards = _blended(by_target, cold, learnt, to_cold).T.tocsr()
    from_cold = promises.rows(towards, cold, _popular(users, by_popularity))
    return _blended(towards, cold, learnt, from_cold)


def _cold(wanted: Mask, users: Ints, available: Mask) -> Ints:
    """The numbers of the cold items, ascending."""
    cold = np.flatnonzero(wanted)
    first = np.lexsort((cold, -users[cold], ~available[cold]))[:MOST_COLD]
    return np.sort(cold[first])


def _popular(users: Ints, by_popularity: Ints) -> sp.csr_array:
    """[1, n_items] the most popular items by their number of users, which sum to 1, or nothing where nobody is."""
    best = by_popularity[:POPULAR]
    best = best[users[best] > 0]
    shares = users[best] / max(float(users[best].sum()), 1.0)
    return sp.csr_array((shares, (np.zeros(len(best), np.int64), best)), shape=(1, len(users)))


class _Promises:
    """What metadata promises of items, in terms of any learnt matrix [items, n_items], one row an item."""

    def __init__(self, content: sp.csr_array, others: Ints, warm: Ints, edges: int) -> None:
        self.content, self.others, self.warm, self.edges = content, others, warm, edges

    def parts(self, learnt: sp.csr_array, items: Ints) -> Iterator[tuple[Ints, sp.csr_array, sp.csr_array]]:
        """In blocks of items: their numbers, the mean of learnt rows of items like them, and cosines."""
        for start in range(0, len(items), BLOCK):
            block = items[start : start + BLOCK]
            alike = most_alike(self.content, block, self.warm, ALIKE)
            shares = sp.diags_array(1 / np.maximum(_row_sums(alike), TINY)) @ alike
            yield block, _without_self(shares @ learnt, block), most_alike(self.content, block, self.others, DIRECT)

    def scale(self, learnt: sp.csr_array) -> tuple[float, float]:
        """a and d: what the two parts count so that the sum of squares to the rows of warm items is least.

        Neither is below 0. Where nothing was learnt yet, cosines are all there is.
        """
        if not learnt.nnz:
            return 0.0, 1.0
        pretending = np.sort(self.warm)[:: max(len(self.warm) // PRETENDING, 1)]
        mm = md = dd = mt = dt = 0.0
        for block, means, cosines in self.parts(learnt, pretending):
            true = learnt[block]
            mm, md, dd = mm + _dot(means, means), md + _dot(means, cosines), dd + _dot(cosines, cosines)
            mt, dt = mt + _dot(means, true), dt + _dot(cosines, true)
        return _least_squares(mm, md, dd, mt, dt)

    def rows(self, learnt: sp.csr_array, items: Ints, also: sp.csr_array) -> sp.csr_array:
        """[items, n_items] the strongest promised edges of each item; `also` [1, n_items] adds as much again."""
        a, d = self.scale(learnt)
        blocks = []
        for block, means, cosines in self.parts(learnt, items):
            promised = strongest(means * a + cosines * d, self.edges)
            amounts = sp.csr_array(_row_sums(abs(promised))[:, np.newaxis])
            blocks.append(_without_self(promised + amounts @ also, block))
        return sp.csr_array(sp.vstack(blocks, format="csr"))


def _blended(learnt: sp.csr_array, cold: Ints, share: Floats, promised: sp.csr_array) -> sp.csr_array:
    """The learnt rows, of which those of cold items count `share`, and what is promised of them the rest.

    A cold item of which nothing is promised keeps its row.
    """
    n_items = learnt.shape[0]
    counts = np.ones(n_items)
    counts[cold] = np.where(np.diff(promised.indptr) > 0, share, 1.0)
    places = sp.csr_array((1 - share, (cold, np.arange(len(cold)))), shape=(n_items, len(cold)))
    blended = sp.csr_array(sp.diags_array(counts) @ learnt + places @ promised)
    blended.eliminate_zeros()
    return blended


def _without_self(rows: sp.csr_array, items: Ints) -> sp.csr_array:
    """The rows of `items` [items, n_items] without the entry of each for itself."""
    rows = rows.tocsr()
    rows.data[rows.indices == np.repeat(items, np.diff(rows.indptr))] = 0
    rows.eliminate_zeros()
    return rows


def _row_sums(matrix: sp.csr_array) -> Floats:
    return np.asarray(matrix.sum(axis=1), np.float64).ravel()


def _dot(one: sp.csr_array, other: sp.csr_array) -> float:
    return float(one.multiply(other).sum())


def _least_squares(mm: float, md: float, dd: float, mt: float, dt: float) -> tuple[float, float]:
    """a, d >= 0 that minimise |a m + d c - t|², from the products of m, c and t."""
    determinant = mm * dd - md * md
    if determinant > 1e-9 * mm * dd:  # else one is a multiple of the other
        a, d = (mt * dd - dt * md) / determinant, (dt * mm - mt * md) / determinant
        if min(a, d) >= 0:
            return a, d
    a, d = max(mt / mm, 0.0) if mm else 0.0, max(dt / dd, 0.0) if dd else 0.0
    return (a, 0.0) if a * mt >= d * dt else (0.0, d)
