"""Strong sources: right-hand sides by which edges lead from histories weighed by strength to items that count once.

    G_is = Σ_u w_u x_ui x_us      r_sj = Σ_u w_u x_us         over users who have j

with x the strengths. An edge then says how much more likely a user has j who has much of s: a binary gram cannot tell
those who play s a lot from those who played it once, and a gram of strengths on both sides finds strong items only.
"""

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Floats32, Items
from doublebill.fit.linear.gram import VALUE_BITS, Gram
from doublebill.fit.linear.grams.gram_matrix import BLOCK
from doublebill.fit.linear.support import Support


def sums_on(gram: Gram, support: Support, active: Items) -> Floats32:
    """Returns [edges] r of each edge of a support, whose items are numbered by their places in `active`.

    The sums are of integers: the same in any order and grouping.
    """
    strong = gram.terms[:, active].astype(np.int64).tocsr()
    weights = np.repeat(gram.weights, np.diff(strong.indptr))
    have = sp.csr_array((weights, strong.indices, strong.indptr), shape=strong.shape).T.tocsr()
    values = np.zeros(len(support.sources), np.float32)
    targets = support.targets
    for start in range(0, len(active), BLOCK):
        stop = min(start + BLOCK, len(active))
        edges = slice(support.indptr[start], support.indptr[stop])
        sums = (have[start:stop] @ strong).toarray()
        values[edges] = sums[targets[edges] - start, support.sources[edges]] * (gram.scale * 2.0**VALUE_BITS)
    return values
