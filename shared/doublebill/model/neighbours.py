"""Neighbours: the one kind of model, an item-item matrix with few edges per item.

An edge i → j of similarity s says: who has i in the history finds j worth s more. Scores are sums over the history,
so each history item's contribution is exact, and the work is proportional to the edges touched. Similarities are
stored as small values times one scale a target, so that a byte can hold them; the scale is applied to the sums.
"""

from dataclasses import dataclass, field
from typing import Final, cast

import numpy as np
import numpy.typing as npt

from doublebill.arrays import Arrays, Floats, Floats32, Ints, Ints32, Items, Places, Reals
from doublebill.model.ranking import Scored, highest

MOST_LOOKED_BACK = 1000
"""Of how many edges of an item, the strongest, the way back is looked up: a hub leads to almost everything."""

UNCHECKED: Final = "clip"
"""How arrays are taken from where every place is known to be inside: nothing is clipped, only the checks are saved."""


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Edges by source item, in compressed sparse row form.

    One instance serves one thread at a time: scoring reuses a buffer.
    """

    indptr: Ints
    """[n_items + 1] where the edges of each source item begin."""
    targets: Ints32
    """[edges] target item numbers, ascending within a source."""
    values: npt.NDArray[np.int8 | np.floating]
    """[edges] signed; the similarity of an edge is its value times the scale of its target."""
    scales: Floats32
    """[n_items] > 0."""
    _places: Places = field(init=False, repr=False)
    """[n_items] where each item stood among those that were last written here; the rest is left over from before."""
    _counted: Places = field(init=False, repr=False)
    """0, 1, 2, … as far as it was needed yet."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_places", np.zeros(self.n_items, np.intp))
        object.__setattr__(self, "_counted", np.arange(1 << 13))

    @property
    def n_items(self) -> int:
        return len(self.indptr) - 1

    @property
    def similarities(self) -> Floats32:
        """Returns [edges] signed."""
        scaled: Floats32 = self.values * self.scales[self.targets]
        return scaled

    def score(self, history: Items, weights: Reals) -> Scored:
        """Returns the scores to which a history of distinct items adds up."""
        counting, counts, alike = history, weights, bool((weights == 1).all())
        if not alike and np.count_nonzero(weights) < len(weights):
            places = np.flatnonzero(weights)
            counting, counts = history[places], weights[places]
        edges, lengths = self._edges(counting)
        targets = self.targets.take(edges, mode=UNCHECKED).astype(np.intp)
        values = self.values.take(edges, mode=UNCHECKED)
        if not alike:
            values = values * np.asarray(counts, np.float64).repeat(lengths)
        order = self._count(len(edges))
        self._places[targets] = order  # of the edges to a target, the last one written stays, and represents it
        representing = self._places.take(targets, mode=UNCHECKED)
        sums = np.bincount(representing, values, minlength=len(edges))
        scores: Floats = sums * self.scales.take(targets, mode=UNCHECKED)
        return Scored(history, weights, targets, scores, representing == order)

    def contributions(self, history: Items, weights: Reals, items: Items) -> Floats:
        """Returns [items, history] how much each history item adds to the score of each of some distinct items."""
        shape = (len(items), len(history))
        if not len(items):
            return np.zeros(shape)
        edges, lengths = self._edges(history)
        targets = self.targets.take(edges)
        self._places[items] = self._count(len(items))
        places = self._places.take(targets)
        hits = (items.take(places, mode="clip") == targets).nonzero()[0]  # the place of another item holds anything
        sources = self._count(len(history)).repeat(lengths).take(hits)
        values = self.values.take(edges.take(hits)) * np.asarray(weights, np.float64).take(sources)
        parts = np.bincount(places.take(hits) * len(history) + sources, values, minlength=shape[0] * shape[1])
        scaled: Floats = parts.reshape(shape) * self.scales.take(items)[:, np.newaxis]
        return scaled

    def around(self, item: int, n: int | None = None) -> tuple[Ints32, Floats]:
        """Returns the items that an edge joins to `item`, and the mean similarity of the two directions, both [joined].

        With `n`, only items that `item` itself leads to, provided that `n` of them are similar at all. Otherwise every
        edge is looked at for those that lead to `item`: a rare item may have sources and be nobody's, because edges are
        cut per target. Items ascend.
        """
        if n is not None:
            targets, outward = self._strongest(item)
            similarities = (outward + self._similarities(targets, item)) / 2
            if np.count_nonzero(similarities > 0) >= n:
                return targets, similarities
        targets, outward = self.led_to(item)
        sources, inward = self.leading_to(item)
        items, places = np.unique(np.concatenate([targets, sources]), return_inverse=True)
        return items, np.bincount(places, weights=np.concatenate([outward, inward]) / 2, minlength=len(items))

    def led_to(self, item: int) -> tuple[Ints32, Reals]:
        """Returns the items that `item` has an edge to, ascending, and their similarities."""
        row = slice(self.indptr[item], self.indptr[item + 1])
        targets = self.targets[row]
        return targets, self.values[row] * self.scales[targets]

    def leading_to(self, item: int) -> tuple[Ints32, Reals]:
        """Returns the items that have an edge to `item`, ascending, and their similarities; it looks at every edge."""
        edges = np.flatnonzero(self.targets == item)
        sources = np.searchsorted(self.indptr, edges, side="right") - 1
        return sources.astype(np.int32), self.values[edges] * self.scales[item]

    def _strongest(self, item: int) -> tuple[Ints32, Reals]:
        """Returns the targets of `item`, ascending, and the similarities to them; at most `MOST_LOOKED_BACK`."""
        row = slice(self.indptr[item], self.indptr[item + 1])
        targets = self.targets[row]
        similarities = self.values[row] * self.scales.take(targets)
        kept = np.sort(highest(similarities, MOST_LOOKED_BACK)[:MOST_LOOKED_BACK])
        return targets.take(kept), similarities.take(kept)

    def _similarities(self, sources: Items, target: int) -> Floats:
        """Returns [sources] the similarity of each source's edge to `target`, 0 without one; by bisection."""
        low, ends = self.indptr.take(sources), self.indptr.take(np.asarray(sources) + 1)
        high = ends
        while (open_ := low < high).any():
            middle = (low + high) >> 1
            below = self.targets.take(middle, mode="clip") < target
            low = np.where(open_ & below, middle + 1, low)
            high = np.where(open_ & ~below, middle, high)
        found = low < ends
        found[found] = self.targets.take(low[found]) == target
        similarities = np.zeros(len(low))
        similarities[found] = self.values.take(low[found]) * self.scales[target]
        return similarities

    def _edges(self, history: Items) -> tuple[Places, Ints]:
        """Returns the numbers of the edges of each history item, one item after the other, and how many each has."""
        stops = self.indptr.take(np.asarray(history) + 1)
        lengths = stops - self.indptr.take(history)
        edges = (stops - lengths.cumsum()).repeat(lengths)
        edges += self._count(len(edges))
        return edges, lengths

    def _count(self, n: int) -> Places:
        """0, 1, …, n - 1."""
        if n > len(self._counted):
            object.__setattr__(self, "_counted", np.arange(2 * n))
        return self._counted[:n]

    def to_arrays(self) -> Arrays:
        """Returns the four arrays by name."""
        return {"indptr": self.indptr, "targets": self.targets, "values": self.values, "scales": self.scales}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "Neighbours":
        """Returns the neighbours that `to_arrays` gave."""
        return cls(
            arrays["indptr"].view(np.int64),
            arrays["targets"].view(np.int32),
            cast(npt.NDArray[np.int8 | np.floating], arrays["values"]),
            arrays["scales"].view(np.float32),
        )
