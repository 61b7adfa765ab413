"""Transitions: how often one item soon follows another in histories with times.

    t(i, j) = number of times that j is at most `within` positions after i, over all users / n_i, the users of i

See `succession` for what follows what. Nearer positions count no more than others, and popular targets are not
discounted: both were better on validation users of MovieLens-100K with their newest films as targets. Where transitions
may be new edges, those of the highest number of times / √(n_i n_j) are.
"""

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Integers, Ints
from doublebill.fit.order.succession import WITHIN, Succession
from doublebill.fit.top_k import strongest_entries
from doublebill.model.config import Config
from doublebill.model.interactions import Interactions

MOST_TARGETS = 200
"""Targets of one source at most."""

NEW_SHARE = 0.25
"""New edges at most, as a share of the edges there are: the bytes of a model grow by as much."""


def transitions(interactions: Interactions, within: int = WITHIN, minimum_users: int = 1) -> sp.csr_array:
    """Returns [sources, targets] how often a target soon follows a source; empty where no times are known.

    Only what follows for at least `minimum_users` counts.
    """
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
        pairs = (left - sources.start, reached)
        counted = sp.coo_array((1 / users_of_items[left], pairs), shape=shape).tocsr()
        if minimum_users > 1:  # a user is in each pair at most once
            counted = at_least(counted, pairs, minimum_users)
        blocks.append(strongest_entries(counted, MOST_TARGETS))
    return sp.csr_array(sp.vstack(blocks, format="csr"))


def with_transitions(
    edges: sp.csr_array, interactions: Interactions, config: Config, followed: sp.csr_array | None = None
) -> sp.csr_array:
    """Adds the transitions, weighted as in a config, to edges [sources, targets], and as new edges where it says so.

    `followed` are the transitions of the interactions, where they are known.
    """
    if followed is None:
        followed = transitions(interactions, minimum_users=config.minimum_users)
    present = sp.csr_array((np.ones_like(edges.data), edges.indices, edges.indptr), shape=edges.shape)
    added = followed.multiply(present).tocsr()
    if config.new_transitions:
        others = sp.csr_array(followed - added)
        added = added + _strongest(others, interactions.popularity(), int(NEW_SHARE * edges.nnz))
    summed: sp.csr_array = edges + config.transitions * added
    return summed


def at_least(summed: sp.csr_array, pairs: tuple[Integers, Integers], minimum_users: int) -> sp.csr_array:
    """Returns the entries of a sum over `pairs`, [terms] rows and columns, that at least so many terms belong to."""
    counts = sp.coo_array((np.ones(len(pairs[0]), np.int32), pairs), shape=summed.shape).tocsr()
    enough = sp.csr_array((counts.data >= minimum_users, counts.indices, counts.indptr), shape=summed.shape)
    enough.eliminate_zeros()
    return sp.csr_array(summed.multiply(enough))


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
