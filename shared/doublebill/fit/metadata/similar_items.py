"""Similar items: the similarities by metadata that a kernel is drawn towards."""

import numpy as np
import scipy.sparse as sp

from doublebill.fit.metadata.item_features import item_features, most_similar
from doublebill.model.catalog import Catalog

SOURCES = 20
"""Most similar items of each item."""

MOST_COMPARED = 20_000
"""Described items that are compared, those with the lowest numbers; bounds time and memory."""

BLOCK = 512
"""Items compared at once."""


def similar_items(catalog: Catalog) -> sp.csr_array:
    """Returns [sources, targets] the cosines of each described item with those most similar to it, with sum 1.

    On thin data a least-squares fit of features by features (EASE, Steck 2019) was no better than these cosines.
    """
    features = item_features(catalog)
    described = np.flatnonzero(np.diff(features.indptr) > 0)[:MOST_COMPARED]
    blocks = [
        most_similar(features, described[start : start + BLOCK], described, SOURCES)
        for start in range(0, len(described), BLOCK)
    ]
    if not blocks:
        return sp.csr_array((len(catalog), len(catalog)))
    rows = sp.vstack(blocks, format="csr")
    totals = np.asarray(rows.sum(axis=1), np.float64).ravel()
    shares = rows.data / np.repeat(np.maximum(totals, np.finfo(np.float64).tiny), np.diff(rows.indptr))
    targets = np.repeat(described, np.diff(rows.indptr))
    return sp.csr_array((shares, (rows.indices, targets)), shape=(len(catalog), len(catalog)))
