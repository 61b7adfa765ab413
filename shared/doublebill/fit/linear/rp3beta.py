"""RP³β: the probability that a random walk user → item → user → item ends at an item, reduced for popular ones.

Christoffel et al. 2015 (doi:10.1145/2792838.2800180) and Paudel et al. 2017 (doi:10.1145/2955101). The first step is
the history's own; the other two are edges. With d the sum of a row or column of the saturated interactions X:

    p_iu = x_ui / d_i,  p_uj = x_uj / d_u,  B_ij = Σ_u p_iu^α p_uj^α / d_j^β

A walk from an item of one user passes that user for certain, so that by B alone a target would keep the rarest sources.
Edges are kept by B_ij √d_i instead, which is close to how much they move scores.
"""

import numpy as np
import scipy.sparse as sp

from doublebill.fit.linear.grams.shared_grams import SharedGrams
from doublebill.fit.top_k import strongest_sources
from doublebill.model.config import Config, Rp3beta
from doublebill.model.interactions import Interactions

BLOCK = 1024
"""Target items whose walks are in memory at once."""


def fit_edges(
    interactions: Interactions,
    config: Config,
    shared: SharedGrams | None = None,
    whole: Interactions | None = None,
) -> sp.csr_array:
    """Fits [sources, targets] the `config.k` strongest sources of every target.

    `shared` keeps the pairs with enough users for other configs; there they are known by the `whole` interactions.

    Values are relative to the largest of all: such small probabilities would vanish in half precision.
    """
    assert isinstance(config.family, Rp3beta)  # noqa: S101  # fitting chooses by it
    family, shape = config.family, (interactions.n_users, interactions.n_items)
    weights = config.saturate(interactions.weights)
    users, items = interactions.users_of_entries(), interactions.items
    by_user = np.bincount(users, weights=weights, minlength=shape[0])
    by_item = np.bincount(items, weights=weights, minlength=shape[1])
    departing = (weights / by_item[items]) ** family.alpha  # p_iu^α
    arriving = (weights / by_user[users]) ** family.alpha * by_item[items] ** -family.beta  # p_uj^α / d_j^β
    root_counts = np.sqrt(by_item)
    sources = sp.csr_array((departing * root_counts[items], items, interactions.indptr), shape=shape)
    targets = sp.csr_array((arriving, items, interactions.indptr), shape=shape).T.tocsr()
    supported = (shared or SharedGrams()).supported(interactions, config, whole or interactions)
    blocks = []
    for start in range(0, shape[1], BLOCK):
        block = targets[start : start + BLOCK] @ sources
        block = block if supported is None else supported.of_matrix(block, start)
        blocks.append(strongest_sources(block, start, config.k))
    by_target = sp.vstack(blocks, format="csr") if blocks else sp.csr_array((0, 0))
    by_target.data /= root_counts[by_target.indices]
    by_target.data /= by_target.data.max(initial=np.finfo(np.float64).tiny)
    return by_target.T.tocsr()
