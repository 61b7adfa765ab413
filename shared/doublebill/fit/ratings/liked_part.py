"""Liked part: the interactions that users liked, and the config by which edges are fitted to them.

A model may mix edges of everything with edges of what users liked: the first know what is met together, the second
what is liked together, and a mixture finds liked items better than either (`tests/bench/liked.py`).
"""

import dataclasses

import numpy as np

from doublebill.model.config import Config, Edlae
from doublebill.model.counting.verdicts import liked
from doublebill.model.interactions import Interactions


def liked_part(interactions: Interactions, config: Config, liked_from: float) -> tuple[Interactions, Config]:
    """Returns the liked interactions, without users who have none, and the config with a ridge in proportion to them.

    A ridge is in users, and a good one is proportional to the mean number of users of an item.
    """
    if interactions.stars is None:
        return interactions, config
    part = interactions.where(liked(interactions.stars.values, liked_from))
    part = part.rows(np.flatnonzero(np.diff(part.indptr)))
    if not isinstance(config.family, Edlae) or not len(part.items):
        return part, config
    ridge = config.family.ridge * len(part.items) / len(interactions.items)
    return part, dataclasses.replace(config, family=dataclasses.replace(config.family, ridge=ridge))
