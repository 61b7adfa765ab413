"""Transitions: how often one item soon follows another in histories with times.

    t(i, j) = number of times that j is at most `within` positions after i, over all users / n_i, the users of i

Histories are ordered by time. Items with equal times do not follow each other; they are ordered by item number, so that
many items at one time cost no more than items at many times. Entries without a time are ignored. Nearer positions count
no more than others, and popular targets are not discounted: both were better on validation users of MovieLens-100K with
their newest films as targets.
"""

from collections.abc import Iterator

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Ints, Ints32
from doublebill.fit.top_k import strongest_entries
from doublebill.model.interactions import Interactions

MOST_TARGETS = 200
"""Targets of one source at most."""

BLOCK_PAIRS = 4_000_000
"""Pairs counted at once, unless one source has more: about 0.2 GB."""


def transitions(interactions: Interactions, within: int = 10) -> sp.csr_array:
    """Returns [sources, targets] how often a target soon follows a source; empty where no times are known."""
    n_items = interactions.n_items
    timed = np.flatnonzero(interactions.timestamps > 0)
    if not len(timed):
        return sp.csr_array((n_items, n_items), dtype=np.float64)
    users, items, times = (
        interactions.users_of_entries()[timed],
        interactions.items[timed],
        interactions.timestamps[timed],
    )
    order = np.lexsort((items, times, users))
    users, items, times = users[order], items[order], times[order]
    users_of_items = np.maximum(interactions.popularity(), 1)
    blocks = []
    for sources, places in _blocks(items, n_items, within):
        after = places[:, np.newaxis] + np.arange(1, within + 1)
        inside = np.minimum(after, len(items) - 1)
        follows = (after < len(items)) & (users[inside] == users[places, np.newaxis])
        follows &= times[inside] > times[places, np.newaxis]
        rows, lags = np.nonzero(follows)
        left, reached = items[places[rows]], items[after[rows, lags]]
        shape = (len(sources), n_items)
        counted = sp.coo_array((1 / users_of_items[left], (left - sources.start, reached)), shape=shape).tocsr()
        blocks.append(strongest_entries(counted, MOST_TARGETS))
    return sp.csr_array(sp.vstack(blocks, format="csr"))


def _blocks(items: Ints32, n_items: int, within: int) -> Iterator[tuple[range, Ints]]:
    """Yields ranges of source items with their positions in `items`, as many as have `BLOCK_PAIRS` pairs."""
    by_item = np.argsort(items, kind="stable")
    ends = np.cumsum(np.bincount(items, minlength=n_items))
    start = 0
    while start < n_items:
        first = int(ends[start - 1]) if start else 0
        end = max(int(np.searchsorted(ends, first + BLOCK_PAIRS // within, side="right")), start + 1)
        yield range(start, end), by_item[first : ends[end - 1]]
        start = end
