"""Directed gram: how often, and how soon, one item follows another, in the units of a gram.

    F_ij = Σ_u w_u x_ui x_uj DECAY^(positions from i to j - 1)     over users for whom j comes at most 10 places after i

where G_ij (see `gram`) sums w_u x_ui x_uj over all users of both, so that F_ij + F_ji <= G_ij. Each term is rounded to
an integer, so that the sums are the same in any order and grouping.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Floats, Floats32, Ints, Items
from doublebill.fit.linear.gram import VALUE_BITS, Gram
from doublebill.fit.linear.support import Support
from doublebill.fit.order.succession import Succession
from doublebill.fit.order.transitions import at_least
from doublebill.model.interactions import Interactions

DECAY = 0.7
"""How much less each further position counts."""


@dataclass(frozen=True, eq=False)
class DirectedGram:
    """The pairs of items that follow each other, summed in bands of targets on demand."""

    succession: Succession
    values: Floats
    """[places] x."""
    weights: Ints
    """[users] w, as integers."""
    scale: float
    """Factor of integer sums after which weights have mean 1."""
    n_items: int
    minimum_users: int = 1
    """Users for whom one item must follow another, else the pair counts 0."""

    @classmethod
    def of(cls, interactions: Interactions, gram: Gram, minimum_users: int = 1) -> "DirectedGram":
        """Returns the directed gram of the interactions whose gram that is."""
        succession = Succession.of(interactions)
        values = gram.terms.data[succession.entries] / 2.0**VALUE_BITS
        return cls(succession, values, gram.weights, gram.scale * 4.0**VALUE_BITS, gram.n_items, minimum_users)

    def on(self, support: Support, active: Items) -> Floats32:
        """Returns [edges] F of each edge of a support, whose items are numbered by their places in `active`."""
        wanted = active[support.targets].astype(np.int64) * self.n_items + active[support.sources]
        values = np.zeros(len(wanted), np.float32)
        for keys, sums in self._bands():
            places = np.minimum(np.searchsorted(wanted, keys), len(wanted) - 1)
            found = wanted[places] == keys if len(wanted) else np.zeros(len(keys), np.bool_)
            values[places[found]] = sums[found]
        return values

    def _bands(self) -> Iterator[tuple[Ints, Floats32]]:
        """Yields target · n_items + source, ascending and each once, with F."""
        for targets, places in self.succession.blocks(self.n_items):
            later, earlier = self.succession.before(places)
            terms = self.values[later] * self.values[earlier] * self.weights[self.succession.users[later]]
            terms = np.rint(terms * DECAY ** (later - earlier - 1)).astype(np.int64)
            pairs = (self.succession.items[later] - targets.start, self.succession.items[earlier])
            summed = sp.coo_array((terms, pairs), shape=(len(targets), self.n_items)).tocsr()
            if self.minimum_users > 1:
                summed = at_least(summed, pairs, self.minimum_users)
            summed.sort_indices()
            rows = np.repeat(np.arange(targets.start, targets.stop), np.diff(summed.indptr))
            yield rows * self.n_items + summed.indices, (summed.data * self.scale).astype(np.float32)
