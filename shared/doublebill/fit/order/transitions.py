"""Transitions: how often one item soon follows another in histories with times.

    t(i, j) = number of times that j is at most `within` positions after i, over all users / n_i, the users of i

See `succession` for what follows what. Nearer positions count no more than others, and popular targets are not
discounted: both were better on validation users of MovieLens-100K with their newest films as targets. Where transitions
may be new edges, those of the highest number of times / √(n_i n_j) are.
"""

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Ints
from doublebill.fit.order.succession import WITHIN, Succession
from doublebill.fit.top_k import strongest_entries
from doublebill.model.interactions import Interactions

MOST_TARGETS = 200
"""Targets of one source at most."""

NEW_SHARE = 0.25
"""New edges at most, as a share of the edges there are: the bytes of a model grow by as much."""


def transitions(interactions: Interactions, within: int = WITHIN) -> sp.csr_array:
    """Returns [sources, targets] how often a target soon follows a source; empty where no times are known."""
    n_items = interactions.n_items
    succession = Succession.of(interactions)
    if not len(succession.items):
        return sp.csr_array((n_items, n_items), dtype=np.float64)
    users_of_items = np.maximum(interactions.popularity(), 1)
    blocks = []
    for sources, places in succession.blocks(n_items, within):
        earlier, later = succession.after(places, within)
        left, reached = succession.items[earlier], succession.items[later]
        shape = (len(sources), n_items)
        counted = sp.coo_array((1 / users_of_items[left], (left - sources.start, reached)), shape=shape).tocsr()
        blocks.append(strongest_entries(counted, MOST_TARGETS))
    return sp.csr_array(sp.vstack(blocks, format="csr"))


def with_transitions(
    edges: sp.csr_array, interactions: Interactions, weight: float, new: bool, followed: sp.csr_array | None = None
) -> sp.csr_array:
    """Adds `weight` times the transitions to edges [sources, targets]; where `new`, also where there is no edge.

    `followed` are the transitions of the interactions, where they are known.
    """
    followed = transitions(interactions) if followed is None else followed
    present = sp.csr_array((np.ones_like(edges.data), edges.indices, edges.indptr), shape=edges.shape)
    added = followed.multiply(present).tocsr()
    if new:
        others = sp.csr_array(followed - added)
        added = added + _strongest(others, interactions.popularity(), int(NEW_SHARE * edges.nnz))
    summed: sp.csr_array = edges + weight * added
    return summed


def _strongest(followed: sp.csr_array, users: Ints, most: int) -> sp.csr_array:
    """Returns the `most` transitions between items with most of their users in common, with all ties."""
    sources, targets = followed.nonzero()
    values = followed.data[followed.data != 0]
    if len(values) > most:
        strengths = values * np.sqrt(users[sources] / np.maximum(users[targets], 1))
        least = np.partition(strengths, len(strengths) - most)[len(strengths) - most] if most else np.inf
        kept = strengths >= least
        sources, targets, values = sources[kept], targets[kept], values[kept]
    return sp.csr_array((values, (sources, targets)), shape=followed.shape)
