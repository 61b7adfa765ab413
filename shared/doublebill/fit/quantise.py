"""Quantisation: similarities as one byte each, with one scale per target."""

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from doublebill.arrays import Floats32
from doublebill.model.config import Values
from doublebill.model.neighbours import Neighbours

LARGEST = 127
"""Steps of the largest similarity; the largest int8 with a negative counterpart."""

TINY = np.finfo(np.float32).tiny


def quantise(edges: sp.csr_array, values: Values) -> Neighbours:
    """Returns the edges [sources, targets] as neighbours, stored with dtype `values`.

    In int8 the largest |similarity| of each target is 127 steps, and edges that round to 0 are dropped. The scale is
    per target, so that the rounding error of a score is relative to the target's own largest edge.
    """
    edges.sort_indices()
    if values != "int8":
        return _neighbours(edges, edges.data.astype(values), np.ones(edges.shape[1], np.float32))
    largest = np.zeros(edges.shape[1])
    np.maximum.at(largest, edges.indices, np.abs(edges.data))
    scales = np.where(largest > 0, np.maximum(largest / LARGEST, TINY), 1.0).astype(np.float32)
    steps = np.rint(edges.data / scales[edges.indices]).astype(np.int8)
    kept = sp.csr_array((steps, edges.indices, edges.indptr), shape=edges.shape, copy=True)
    kept.eliminate_zeros()  # in place: without the copy it would move the indices of `edges`, which may be needed again
    return _neighbours(kept, kept.data, scales)


def _neighbours(edges: sp.csr_array, values: npt.NDArray[np.int8 | np.floating], scales: Floats32) -> Neighbours:
    return Neighbours(edges.indptr.astype(np.int64), edges.indices.astype(np.int32), values, scales)
