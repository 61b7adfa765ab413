"""Uniqueness: how many users have no equal in a few of their items (unicity).

Of a user with enough items, so many are drawn at random; the user is unique where no other user has all of them. (de
Montjoye et al. 2013, "Unique in the crowd", doi:10.1038/srep01376.) It says how little an attacker must know of a user
to find the rest of the history in the stored log, pseudonyms or not.
"""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Items
from doublebill.model.interactions import Interactions

SIZES = (2, 4, 8)

MOST_SAMPLED = 500
"""Users that are looked at, drawn at random: a share of a half is then known to ± .04."""

FEWEST_SAMPLED = 100
"""With fewer users there is no share: it could be read back as single users."""

SEED = 1


def uniqueness(interactions: Interactions, sizes: Sequence[int] = SIZES) -> dict[str, float | None]:
    """Returns the share of users who are unique on so many of their items, to two digits; None where users are few."""
    shape = (interactions.n_users, interactions.n_items)
    ones = np.ones(len(interactions.items), np.bool_)
    by_item = sp.csr_array((ones, interactions.items, interactions.indptr), shape=shape).T.tocsr()
    random = np.random.default_rng(SEED)
    found: dict[str, float | None] = {}
    for size in sizes:
        able = np.flatnonzero(np.diff(interactions.indptr) >= size)
        sampled = random.permutation(able)[:MOST_SAMPLED]
        alone = [_is_alone(by_item, random.permutation(_items_of(interactions, user))[:size]) for user in sampled]
        found[str(size)] = round(float(np.mean(alone)), 2) if len(sampled) >= FEWEST_SAMPLED else None
    return found


def _items_of(interactions: Interactions, user: int) -> Items:
    return interactions.items[interactions.indptr[user] : interactions.indptr[user + 1]]


def _is_alone(by_item: sp.csr_array, items: Items) -> bool:
    """Checks whether one user only has all of these items."""
    users = sorted((by_item.indices[by_item.indptr[item] : by_item.indptr[item + 1]] for item in items), key=len)
    common = users[0]
    for others in users[1:]:
        common = np.intersect1d(common, others, assume_unique=True)
    return len(common) == 1
