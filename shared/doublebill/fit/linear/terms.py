"""Terms: what a regression aims at beside the gram, on any support.

    r = (1 - order) G + order F + text C

F is the directed gram (see `directed`), C the similarities of items by metadata (see `metadata.similar_items`). The
term of C is that of L3AE (Moon et al. 2025, "LLM-enhanced linear autoencoders for recommendation", CIKM,
arXiv:2508.13500): edges are drawn towards C by a ridge of `text` users, where L3AE would draw them towards 0.
An edge that is there by C alone, since too few users have both of its items, aims at C alone.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Floats32, Ints
from doublebill.fit.linear.gram import Gram
from doublebill.fit.linear.grams.pair_support import PairSupport
from doublebill.fit.linear.refit import Aim
from doublebill.fit.linear.strong_sources import sums_on
from doublebill.fit.linear.support import Support, with_edges
from doublebill.fit.order.directed import DirectedGram
from doublebill.model.config import Edlae


@dataclass(frozen=True, eq=False)
class Terms:
    """The terms beside the gram, for items numbered by their places in `active`."""

    family: Edlae
    active: Ints
    """[active] item numbers, ascending."""
    directed: DirectedGram | None
    similar: sp.csr_array | None
    """[targets, sources] of active items: C, transposed."""
    strong: Gram | None = None
    """The gram of strengths, where targets count once: its sums replace G; see `strong_sources`."""
    supported: PairSupport | None = None
    """The pairs of active items that enough users have; None for all."""

    @classmethod
    def of(
        cls,
        family: Edlae,
        active: Ints,
        directed: DirectedGram | None,
        similar: sp.csr_array | None,
        supported: PairSupport | None = None,
    ) -> "Terms":
        """Returns the terms of a family with C [sources, targets] of all items, and pairs of these.

        Raises:
            ValueError: when the family needs a term that is missing.
        """
        if (family.order and directed is None) or (family.text and similar is None):
            raise ValueError("an order needs the directed gram, a weight of text the similarities by metadata")
        if not family.text or similar is None:
            return cls(family, active, directed if family.order else None, None)
        by_target = similar.T.tocsr()[active][:, active].tocsr()
        by_target.sort_indices()
        pairs = None if supported is None else supported.among(active)
        return cls(family, active, directed if family.order else None, by_target, supported=pairs)

    def aim(self, support: Support) -> Aim | None:
        """Returns the right-hand sides of a support; None for the gram itself."""
        if self.directed is None and self.similar is None and self.strong is None:
            return None
        share = np.full(len(support.sources), 0.0 if self.strong is not None else 1 - self.family.order, np.float32)
        added = np.zeros(len(support.sources), np.float32)
        if self.directed is not None:
            added += np.float32(self.family.order) * self.directed.on(support, self.active)
        if self.strong is not None:
            added += sums_on(self.strong, support, self.active)
        if self.supported is not None:
            few = ~self.supported.has(support.sources, support.targets)
            share[few], added[few] = 0, 0
        if self.similar is not None:
            added += np.float32(self.family.text) * _on(support, self.similar)
        return Aim(share, added)

    def extended(self, support: Support) -> Support:
        """Returns a support with the edges of C too, so that metadata lead where no user has been."""
        if self.similar is None:
            return support
        targets = np.repeat(np.arange(len(self.active), dtype=np.int32), np.diff(self.similar.indptr))
        return with_edges(support, self.similar.indices.astype(np.int32), targets)


def _on(support: Support, by_target: sp.csr_array) -> Floats32:
    """Returns [edges] the values of a matrix [targets, sources] on the edges of a support, 0 where it has none."""
    n_items = by_target.shape[0]
    keys = np.repeat(np.arange(n_items), np.diff(by_target.indptr)) * n_items + by_target.indices
    wanted = support.targets.astype(np.int64) * n_items + support.sources
    places = np.searchsorted(keys, wanted)
    found = np.flatnonzero(places < len(keys))
    found = found[keys[places[found]] == wanted[found]]
    values = np.zeros(len(wanted), np.float32)
    values[found] = by_target.data[places[found]]
    return values
