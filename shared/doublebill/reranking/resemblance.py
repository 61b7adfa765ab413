"""Resemblance: how much two candidates are alike for one person.

    alike(i, j) = (cosine(c_i, c_j) + |tags_i ∩ tags_j| / |tags_i ∪ tags_j|) / 2

where c_i holds the contribution of each history item to the score of i: two items that the same favourites lead to are
alike. A negative cosine counts as 0. Where one of the two has no tags it is the cosine alone; where the history leads
nowhere, the tags alone.
"""

import numpy as np

from doublebill.arrays import Floats, Ints, Items
from doublebill.model.catalog import Catalog
from doublebill.reranking.group_limits import tags_of

DECIMALS = 9
"""Resemblance is rounded, so that sums in another order, on another machine, break ties alike."""


def resemblance(catalog: Catalog, items: Items, contributions: Floats | None) -> Floats:
    """Returns [items, items] how much each item is like each other.

    `contributions` is [items, history]; None where the history leads nowhere.
    """
    shared, counts = _shared_tags(catalog, items)
    either = counts[:, np.newaxis] + counts - shared
    overlaps = shared / np.maximum(either, 1)
    if contributions is None:
        return np.round(overlaps, DECIMALS)
    lengths = np.sqrt(np.einsum("ij,ij->i", contributions, contributions))
    directions = contributions / np.where(lengths > 0, lengths, 1.0)[:, np.newaxis]
    cosines = np.maximum(directions @ directions.T, 0.0)
    tagged = counts > 0
    both = tagged[:, np.newaxis] & tagged
    return np.round(np.where(both, (cosines + overlaps) / 2, cosines), DECIMALS)


def _shared_tags(catalog: Catalog, items: Items) -> tuple[Floats, Ints]:
    """Returns [items, items] how many tags any two have in common, and [items] how many each has."""
    places, tags = tags_of(catalog, items)
    distinct, numbers, n_bearers = np.unique(tags, return_inverse=True, return_counts=True)
    bears = np.zeros((len(items), len(distinct)), np.float32)
    bears[places, numbers] = 1
    counts = np.bincount(places, minlength=len(items))
    several = bears[:, n_bearers > 1]  # a tag of one item is not shared
    shared = (several @ several.T).astype(np.float64)
    np.fill_diagonal(shared, counts)
    return shared, counts
