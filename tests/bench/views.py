"""Views: ratings that count as nothing but a meeting of a user and an item, as published comparisons take them.

Where people rate, a training looks for what they liked, and an item that was rated low leads nowhere when it is served.
A bench that hides any item and looks for it again asks another question. Its data are views: everything that was rated
was met, once, and nobody's verdict is known, neither to ours nor to the peers. `liked.py` measures verdicts.
"""

import dataclasses

import numpy as np

from doublebill.model.interactions import Interactions


def as_views(interactions: Interactions) -> Interactions:
    """Returns the interactions without ratings, each of weight 1 where there were any; others stay unchanged."""
    if interactions.stars is None:
        return interactions
    return dataclasses.replace(interactions, weights=np.ones_like(interactions.weights), stars=None)
