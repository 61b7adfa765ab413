"""Popularity as an order: what answers with when nothing else tells items apart."""

from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Arrays, Ints32, Items, Reals


@dataclass(frozen=True, eq=False)
class ByPopularity:
    """All items, the most popular first; ties by item number."""

    order: Ints32
    """[n_items] item numbers in that order."""
    ranks: Ints32
    """[n_items] where each item stands in it, from 0."""

    @classmethod
    def of(cls, popularity: Reals) -> "ByPopularity":
        """The order of items of that popularity [n_items]."""
        order = np.argsort(-popularity, kind="stable").astype(np.int32)
        ranks = np.empty_like(order)
        ranks[order] = np.arange(len(order), dtype=np.int32)
        return cls(order, ranks)

    def first(self, n: int, items: Items) -> Ints32:
        """The `n` most popular of some distinct items, most popular first."""
        ranks = self.ranks.take(items)
        if n < len(ranks):
            ranks = np.partition(ranks, n)[:n]
        return self.order.take(np.sort(ranks))

    def to_arrays(self) -> Arrays:
        """The two arrays by name."""
        return {"popular": self.order, "popular_ranks": self.ranks}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "ByPopularity":
        """The order that `to_arrays` gave."""
        return cls(arrays["popular"].view(np.int32), arrays["popular_ranks"].view(np.int32))
