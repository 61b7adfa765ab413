"""Shared grams: the parts that fits of several configs to the same interactions have in common, each computed once.

gram      by the part of the interactions, the power of lengths, and the way in which weights count
support   the pairs of items that enough users have, by the part of the interactions and the least number of users
matrix    the gram among the items with edges
cosines   the pairs most alike, by the number of edges an item
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from doublebill.arrays import Ints
from doublebill.fit.linear.gram import Gram
from doublebill.fit.linear.grams.gram_matrix import GramMatrix, gram_matrix_of
from doublebill.fit.linear.grams.pair_support import PairSupport
from doublebill.fit.linear.sums.summing import HERE, Summing
from doublebill.fit.linear.support import Strengths, Support, choose_support
from doublebill.model.config import Config
from doublebill.model.interactions import Interactions

FEWEST_USERS = 2
"""Items with fewer users have no edges: one user is no evidence."""

MOST_SOURCES = 750
"""Edges of one target at most."""

SOURCES_A_USER = 10
"""Edges of one target per user at most: two users with the same hundreds of rare items would else have the strongest
edges of all."""

MOST_SUPPORTS = 3
"""Pairs with enough users that are kept, each of some interactions."""

MOST_BYTES = 256_000_000
"""Bytes of grams that are kept beside each other, one that is to be made included."""


@dataclass(eq=False)
class GramParts:
    """A gram with the parts of fits that depend on nothing else, each computed when it is first needed."""

    gram: Gram
    supported: PairSupport | None = None
    """The pairs that enough users have; None where every pair may be an edge."""
    fewest: int = FEWEST_USERS
    """Users of an item with edges, at least."""
    _by_cosine: dict[int, Support] = field(default_factory=dict)

    @cached_property
    def active(self) -> Ints:
        """Returns the numbers of the items with edges, ascending."""
        return np.flatnonzero(self.gram.popularity() >= self.fewest)

    @cached_property
    def matrix(self) -> GramMatrix:
        """Returns the gram among the items with edges."""
        return gram_matrix_of(self.gram, self.active)

    def by_cosine(self, k: int) -> Support:
        """Returns the `k` edges an item of the highest G_ij / √(G_ii G_jj) among the items with edges."""
        if k not in self._by_cosine:
            powers = np.maximum(self.matrix.diagonal, np.finfo(np.float32).tiny) ** np.float32(-0.5)
            limits = most_sources(self.gram, self.active)
            pairs = self.enough(self.matrix.correlations(powers), self.active)
            self._by_cosine[k] = choose_support(pairs, limits, k)
        return self._by_cosine[k]

    def enough(self, parts: Iterable[Strengths], active: Ints) -> Iterable[Strengths]:
        """Returns parts of edges among the `active` items, without those of pairs that too few users have."""
        return parts if self.supported is None else self.supported.among(active).only(parts)

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

    summing: Summing = HERE
    """Where grams are summed."""
    _kept: list[tuple[Interactions, Hashable, GramParts]] = field(default_factory=list)
    _supports: list[tuple[Interactions, Hashable, PairSupport]] = field(default_factory=list)

    def supported(self, interactions: Interactions, config: Config, whole: Interactions) -> PairSupport | None:
        """Returns the pairs that enough users have for a config; None where one user is enough.

        The interactions are the part of the `whole` interactions that the kernel of the config is fitted to.
        """
        if config.minimum_users <= 1:
            return None
        key = (config.minimum_users, config.liked_from if config.liked_edges else None)
        for of, made_of, pairs in self._supports:
            if of is whole and made_of == key:
                return pairs
        pairs = PairSupport.of(interactions, config.minimum_users, self.summing)
        self._supports = [*self._supports[1 - MOST_SUPPORTS :], (whole, key, pairs)]
        return pairs

    def of(
        self,
        interactions: Interactions,
        key: Hashable,
        make: Callable[[], Gram],
        supported: PairSupport | None = None,
        fewest: int = FEWEST_USERS,
    ) -> GramParts:
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
        parts = GramParts(make(), supported, fewest)
        self._kept.append((interactions, key, parts))
        return parts

    def clear(self) -> None:
        """Forgets all of them."""
        self._kept.clear()
        self._supports.clear()

    def _sizes(self) -> list[int]:
        return [parts.nbytes for _, _, parts in self._kept]
