"""Shared grams: the parts that fits of several configs to the same interactions have in common, each computed once.

gram      by the part of the interactions, the power of lengths, and the way in which weights count
matrix    the gram among the items with edges
cosines   the pairs most alike, by the number of edges an item
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from doublebill.arrays import Ints
from doublebill.fit.linear.gram import Gram
from doublebill.fit.linear.grams.gram_matrix import GramMatrix, gram_matrix_of
from doublebill.fit.linear.support import Support, choose_support
from doublebill.model.interactions import Interactions

FEWEST_USERS = 2
"""Items with fewer users have no edges: one user is no evidence."""

MOST_SOURCES = 750
"""Edges of one target at most."""

SOURCES_A_USER = 10
"""Edges of one target per user at most: two users with the same hundreds of rare items would else have the strongest
edges of all."""

MOST_BYTES = 256_000_000
"""Bytes of grams that are kept beside each other, one that is to be made included."""


@dataclass(eq=False)
class GramParts:
    """A gram with the parts of fits that depend on nothing else, each computed when it is first needed."""

    gram: Gram
    _by_cosine: dict[int, Support] = field(default_factory=dict)

    @cached_property
    def active(self) -> Ints:
        """Returns the numbers of the items with edges, ascending."""
        return np.flatnonzero(self.gram.popularity() >= FEWEST_USERS)

    @cached_property
    def matrix(self) -> GramMatrix:
        """Returns the gram among the items with edges."""
        return gram_matrix_of(self.gram, self.active)

    def by_cosine(self, k: int) -> Support:
        """Returns the `k` edges an item of the highest G_ij / √(G_ii G_jj) among the items with edges."""
        if k not in self._by_cosine:
            powers = np.maximum(self.matrix.diagonal, np.finfo(np.float32).tiny) ** np.float32(-0.5)
            limits = most_sources(self.gram, self.active)
            self._by_cosine[k] = choose_support(self.matrix.correlations(powers), limits, k)
        return self._by_cosine[k]

    @property
    def nbytes(self) -> int:
        """Returns the bytes of the parts computed so far."""
        matrix = self.matrix.nbytes if "matrix" in vars(self) else 0
        return matrix + sum(one.sources.nbytes + one.strengths.nbytes for one in self._by_cosine.values())


def most_sources(gram: Gram, active: Ints) -> Ints:
    """Returns [active] the most edges of each target."""
    return np.minimum(SOURCES_A_USER * gram.popularity()[active], MOST_SOURCES)


@dataclass(eq=False)
class SharedGrams:
    """Grams by the interactions and the key that they were made of, the one used last at the end."""

    _kept: list[tuple[Interactions, Hashable, GramParts]] = field(default_factory=list)

    def of(self, interactions: Interactions, key: Hashable, make: Callable[[], Gram]) -> GramParts:
        """Returns the parts of the gram of these interactions with that key, which `make` returns.

        Before another gram is made, those that were not used for longest are dropped until it fits into `MOST_BYTES`,
        should it be as large as the largest of them.
        """
        for place, (whole, made_of, parts) in enumerate(self._kept):
            if whole is interactions and made_of == key:
                self._kept.append(self._kept.pop(place))
                return parts
        while self._kept and sum(self._sizes()) + max(self._sizes()) > MOST_BYTES:
            self._kept.pop(0)
        parts = GramParts(make())
        self._kept.append((interactions, key, parts))
        return parts

    def clear(self) -> None:
        """Forgets all grams."""
        self._kept.clear()

    def _sizes(self) -> list[int]:
        return [parts.nbytes for _, _, parts in self._kept]
