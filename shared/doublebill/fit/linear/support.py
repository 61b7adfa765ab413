"""Support: the edges of an item-item matrix to keep, by one threshold for the whole matrix.

Popular targets then keep many sources and rare ones few, `k` on average, which recommends better than k for each. The
strengths are never in memory at once: they are counted into bins on arrival, and edges in bins below the threshold so
far are dropped.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from doublebill.arrays import Floats32, Integers, Ints, Ints32, Items

BIN_BITS = 16
"""Leading bits of a float32 that number its bin; floats >= 0 sort as their bits do. Bins are 0.5 % wide."""

SPARE = 3
"""Edges collected per edge wanted before edges below the threshold are dropped."""

Strengths = tuple[Items, Items, Floats32]
"""Sources, targets and strengths >= 0 of edges, each [edges]."""


@dataclass(frozen=True)
class Support:
    """The edges to keep by target, in compressed sparse row form."""

    indptr: Ints
    """[n_items + 1] offsets of the sources of each target."""
    sources: Ints32
    """[edges] source item numbers, ascending within a target."""
    strengths: Floats32
    """[edges] > 0, by which the edges were chosen."""

    @property
    def targets(self) -> Ints32:
        """Returns [edges] target item numbers, ascending."""
        return np.repeat(np.arange(len(self.indptr) - 1, dtype=np.int32), np.diff(self.indptr))

    def of(self, target: int) -> Ints32:
        """Returns the sources of a target."""
        return self.sources[self.indptr[target] : self.indptr[target + 1]]


def choose_support(parts: Iterable[Strengths], limits: Integers, k: int) -> Support:
    """Chooses the `k` times `n_items` strongest edges of all, with all ties at the threshold, none of strength 0.

    `parts` are all edges, with those of a target consecutive in one part. A target has at most `limits` [n_items]
    edges; there, ties go to the lower source.
    """
    n_items = len(limits)
    wanted = k * n_items
    counts = np.zeros(2**BIN_BITS, np.int64)
    kept: list[Strengths] = []
    for whole in parts:
        part = _within(whole, limits)
        counts += np.bincount(_bins(part[2][part[2] > 0]), minlength=2**BIN_BITS)
        kept.append(from_bin(part, _lowest(counts, wanted)))
        if sum(len(strengths) for _, _, strengths in kept) > SPARE * wanted:
            kept = [from_bin(one, _lowest(counts, wanted)) for one in kept]
    if not kept:
        return Support(np.zeros(n_items + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32))
    sources, targets, strengths = (np.concatenate(column) for column in zip(*kept, strict=True))
    if len(strengths) > wanted:
        least = np.partition(strengths, len(strengths) - wanted)[len(strengths) - wanted]
        strong = strengths >= least
        sources, targets, strengths = sources[strong], targets[strong], strengths[strong]
    order = np.lexsort((sources, targets))
    indptr = np.searchsorted(targets[order], np.arange(n_items + 1)).astype(np.int64)
    return Support(indptr, sources[order].astype(np.int32), strengths[order])


def with_edges(support: Support, sources: Ints32, targets: Ints32) -> Support:
    """Returns a support with further edges, each [edges], of strength 0 where they are new."""
    n_items = len(support.indptr) - 1
    keys = support.targets.astype(np.int64) * n_items + support.sources
    new = np.setdiff1d(targets.astype(np.int64) * n_items + sources, keys)
    every = np.concatenate([keys, new])
    order = np.argsort(every)
    indptr = np.searchsorted(every[order], np.arange(n_items + 1) * n_items).astype(np.int64)
    strengths = np.concatenate([support.strengths, np.zeros(len(new), np.float32)])
    return Support(indptr, (every[order] % max(n_items, 1)).astype(np.int32), strengths[order])


def strengths_of_pairs(sources: Items, targets: Items, values: Floats32, powers: Floats32) -> Strengths:
    """Returns the pairs of two different items with strengths values · powers of the source · powers of the target."""
    different = np.flatnonzero(sources != targets)
    sources, targets = sources[different], targets[different]
    return sources, targets, values[different] * powers[sources] * powers[targets]


def _lowest(counts: Ints, wanted: int) -> int:
    """Returns the highest bin that has `wanted` strengths in it and above, or the lowest bin."""
    from_here_on = np.cumsum(counts[::-1])[::-1]
    return max(int(np.searchsorted(-from_here_on, -wanted, side="right")) - 1, 0)


def _bins(strengths: Floats32) -> npt.NDArray[np.uint32]:
    return strengths.view(np.uint32) >> np.uint32(32 - BIN_BITS)


def from_bin(part: Strengths, lowest: int) -> Strengths:
    """Returns the edges of a part with a strength above 0 in the bin `lowest` or a higher one."""
    sources, targets, strengths = part
    kept = np.flatnonzero(strengths > 0)
    kept = kept[_bins(strengths[kept]) >= lowest]
    return sources[kept].astype(np.int32), targets[kept].astype(np.int32), strengths[kept]


def _within(part: Strengths, limits: Integers) -> Strengths:
    """Returns the part without edges past the limits of its targets."""
    sources, targets, strengths = part
    starts = np.flatnonzero(np.diff(targets, prepend=-1))
    ends = np.append(starts[1:], len(targets))
    crowded = np.flatnonzero(ends - starts > limits[targets[starts]])
    if not len(crowded):
        return part
    kept = np.ones(len(targets), bool)
    for start, end in zip(starts[crowded], ends[crowded], strict=True):
        limit, row = int(limits[targets[start]]), strengths[start:end]
        least = np.partition(row, len(row) - limit)[len(row) - limit]
        kept[start:end] = row > least
        equal = start + np.flatnonzero(row == least)
        spare = limit - int(np.count_nonzero(row > least))
        kept[equal[np.argsort(sources[equal], kind="stable")[:spare]]] = True
    return sources[kept], targets[kept], strengths[kept]
