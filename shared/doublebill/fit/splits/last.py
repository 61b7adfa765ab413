"""Leave-last-out: of every user the newest item is the test target, and the one before it the validation target.

The usual split of papers on sequences (Kang and McAuley 2018, "Self-attentive sequential recommendation",
arXiv:1808.09781), ranked against the whole catalog.
"""

import numpy as np

from doublebill.fit.splits.holdout import Split, timed_users
from doublebill.fit.splits.newest_split import hide_newest
from doublebill.model.interactions import Interactions

FEWEST = 3
"""Fewest interactions of a user who is evaluated: one to know, one target for validation, one for the test."""


def last_split(interactions: Interactions, seed: int) -> Split | None:
    """Splits off the newest item of each user; None where no user has times and enough items.

    For the test the validation target is trained on too.
    """
    counts = np.diff(interactions.indptr)
    one = np.where(timed_users(interactions) & (counts >= FEWEST), 1, 0)
    return hide_newest(interactions, seed, one, one)
