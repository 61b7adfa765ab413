"""Support: which edges of an item by item matrix are worth keeping, by one threshold for the whole matrix.

Popular targets so keep many sources and rare ones few, `k` on average, which is worth more than k for each. The
strengths never stand in memory at once: they are counted into bins as they come, and what lies in a bin that can no
longer be reached is let go.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from doublebill.arrays import Floats32, Integers, Ints, Ints32, Items

BIN_BITS = 16
"""Of a float32, which for numbers >= 0 sort as their bits do: bins are half a percent wide."""

SPARE = 3
"""How many times more edges than are wanted are held before some are let go, beside those of one part and one bin."""

Strengths = tuple[Items, Items, Floats32]
"""Sources, targets and strengths >= 0 of some edges, each [edges]."""


@dataclass(frozen=True)
class Support:
    """Edges by target, in compressed sparse row form."""

    indptr: Ints
    """[n_items + 1] where the sources of each target begin."""
    sources: Ints32
    """[edges] source item numbers, ascending within a target."""
    strengths: Floats32
    """[edges] > 0, by which they were chosen."""

    @property
    def targets(self) -> Ints32:
        """[edges] target item numbers, ascending."""
        return np.repeat(np.arange(len(self.indptr) - 1, dtype=np.int32), np.diff(self.indptr))

    def of(self, target: int) -> Ints32:
        """The sources of a target."""
        return self.sources[self.indptr[target] : self.indptr[target + 1]]


def strongest(parts: Iterable[Strengths], limits: Integers, k: int) -> Support:
    """The `k` times `n_items` strongest edges of all, equal ones together, none of strength 0.

    `parts` gives every edge once, those of a target in one part and one after the other. No target gets more than its
    `limits` [n_items]: there the strongest are kept, of equal ones those of the lower source.
    """
    n_items = len(limits)
    wanted = k * n_items
    counts = np.zeros(2**BIN_BITS, np.int64)
    kept: list[Strengths] = []
    for whole in parts:
        part = _within(whole, limits)
        counts += np.bincount(_bins(part[2][part[2] > 0]), minlength=2**BIN_BITS)
        kept.append(_from_bin(part, _lowest(counts, wanted)))
        if sum(len(strengths) for _, _, strengths in kept) > SPARE * wanted:
            kept = [_from_bin(held, _lowest(counts, wanted)) for held in kept]
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


def _lowest(counts: Ints, wanted: int) -> int:
    """The highest bin from which on there are `wanted` strengths, or the lowest bin of all."""
    from_here_on = np.cumsum(counts[::-1])[::-1]
    return max(int(np.searchsorted(-from_here_on, -wanted, side="right")) - 1, 0)


def _bins(strengths: Floats32) -> npt.NDArray[np.uint32]:
    return strengths.view(np.uint32) >> np.uint32(32 - BIN_BITS)


def _from_bin(part: Strengths, lowest: int) -> Strengths:
    sources, targets, strengths = part
    kept = np.flatnonzero(strengths > 0)
    kept = kept[_bins(strengths[kept]) >= lowest]
    return sources[kept].astype(np.int32), targets[kept].astype(np.int32), strengths[kept]


def _within(part: Strengths, limits: Integers) -> Strengths:
    """The part without what is past the limits of its targets."""
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
