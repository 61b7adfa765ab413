"""Neighbours: the one kind of model, an item-item matrix with few edges per item.

An edge i → j of similarity s says: who has i in the history finds j worth s more. Scores are sums over the history,
so each history item's contribution is exact, and the work is proportional to the edges touched. Similarities are
stored as small values times one scale a target, so that a byte can hold them; the scale is applied to the sums.
"""

from dataclasses import dataclass, field
from typing import cast

import numpy as np
import numpy.typing as npt

from doublebill.catalog import Arrays

Items = npt.NDArray[np.integer]
Numbers = npt.NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Edges by source item, in compressed sparse row form.

    One instance serves one thread at a time: scoring reuses a buffer.
    """

    indptr: npt.NDArray[np.int64]
    """[n_items + 1] where the edges of each source item begin."""
    targets: npt.NDArray[np.int32]
    """[edges] target item numbers, ascending within a source."""
    values: npt.NDArray[np.int8 | np.floating]
    """[edges] signed; the similarity of an edge is its value times the scale of its target."""
    scales: npt.NDArray[np.float32]
    """[n_items] > 0."""
    _sums: npt.NDArray[np.float64] = field(init=False, repr=False)
    _positions: npt.NDArray[np.int32] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_sums", np.zeros(self.n_items, np.float64))
        object.__setattr__(self, "_positions", np.zeros(self.n_items, np.int32))

    @property
    def n_items(self) -> int:
        return len(self.indptr) - 1

    @property
    def similarities(self) -> npt.NDArray[np.float32]:
        """[edges] signed."""
        scaled: npt.NDArray[np.float32] = self.values * self.scales[self.targets]
        return scaled

    def scores(self, history: Items, weights: Numbers) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float64]]:
        """The items that the history reaches and their scores, both [reached], in no particular order.

        `history` holds item numbers, `weights` how much each counts.
        """
        targets, values, _ = self._edges(history, weights)
        np.add.at(self._sums, targets, values)
        reached = self._distinct(targets)
        scores = self._sums[reached] * self.scales[reached]
        self._sums[reached] = 0
        return reached, scores

    def contributions(self, history: Items, weights: Numbers, wanted: Items) -> npt.NDArray[np.float64]:
        """[len(wanted), len(history)] what each history item adds to the score of each wanted item."""
        parts = np.zeros((len(wanted), len(history)))
        if not len(wanted):
            return parts
        targets, values, sources = self._edges(history, weights)
        order = np.argsort(wanted)
        places = np.minimum(np.searchsorted(wanted, targets, sorter=order), len(wanted) - 1)
        hits = wanted[order[places]] == targets
        np.add.at(parts, (order[places[hits]], sources[hits]), values[hits])
        scaled: npt.NDArray[np.float64] = parts * self.scales[wanted][:, np.newaxis]
        return scaled

    def around(self, item: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float64]]:
        """The items that an edge joins to `item`, and the mean similarity of the two directions, both [joined].

        Both directions count because edges are cut per target: a rare item may have sources and be nobody's.
        """
        row = slice(self.indptr[item], self.indptr[item + 1])
        incoming = np.flatnonzero(self.targets == item)
        sources = np.searchsorted(self.indptr, incoming, side="right") - 1
        joined = np.concatenate([self.targets[row], sources.astype(np.int32)])
        outward = self.values[row] * self.scales[self.targets[row]]
        halves = np.concatenate([outward, self.values[incoming] * self.scales[item]]) / 2
        items, places = np.unique(joined, return_inverse=True)
        return items, np.bincount(places, weights=halves, minlength=len(items))

    def _edges(
        self, history: Items, weights: Numbers
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float64], npt.NDArray[np.int64]]:
        starts = self.indptr[history]
        lengths = self.indptr[np.asarray(history) + 1] - starts
        ends = np.cumsum(lengths)
        edges = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + lengths, lengths)
        sources = np.repeat(np.arange(len(history)), lengths)
        return self.targets[edges], self.values[edges] * np.asarray(weights, np.float64)[sources], sources

    def _distinct(self, targets: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """Each target once. The last writer of a slot wins, so exactly one position per target finds itself there."""
        order = np.arange(len(targets), dtype=np.int32)
        self._positions[targets] = order
        last: npt.NDArray[np.bool_] = self._positions[targets] == order
        return targets[last]

    def to_arrays(self) -> Arrays:
        """The four arrays by name."""
        return {"indptr": self.indptr, "targets": self.targets, "values": self.values, "scales": self.scales}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "Neighbours":
        """The neighbours that `to_arrays` gave."""
        return cls(
            arrays["indptr"].view(np.int64),
            arrays["targets"].view(np.int32),
            cast(npt.NDArray[np.int8 | np.floating], arrays["values"]),
            arrays["scales"].view(np.float32),
        )


def top(items: Items, scores: Numbers, n: int, ranks: Items | None = None) -> npt.NDArray[np.int64]:
    """The positions of the `n` highest scores, highest first; ties go to the lower rank, then the lower item number.

    `ranks` [n_items] orders items of equal score; without it only the item number does.
    """
    if n <= 0 or not len(items):
        return np.zeros(0, np.int64)
    candidates = np.arange(len(items))
    if n < len(items):
        least = np.partition(scores, len(scores) - n)[len(scores) - n]
        candidates = np.flatnonzero(scores >= least)
    keys = [items[candidates]] + ([] if ranks is None else [ranks[items[candidates]]]) + [-scores[candidates]]
    return candidates[np.lexsort(keys)[:n]]
