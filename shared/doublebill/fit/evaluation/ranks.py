"""Places: how far up in a whole catalog the items stand that were to be found."""

import numpy as np
import numpy.typing as npt

from doublebill.fit.evaluation import metrics
from doublebill.model.neighbours import Items, Numbers


class Places:
    """How far up wanted items stand among all items of a catalog, without sorting the catalog for every user.

    An item's key is its score, to the seven digits of a float32, above its popularity: 64 bits in the order in which
    serving ranks. Items equal in both count as equal. What no score moves is sorted once.
    """

    def __init__(self, popularity: npt.NDArray[np.float32]) -> None:
        self._still = np.unique(popularity, return_inverse=True)[1].astype(np.int64)
        """[n_items] keys of items that score 0."""
        self._ascending = np.sort(self._still)
        self._keys = self._still.copy()

    def auc(self, reached: Items, scores: Numbers, shown: Items, hidden: Items) -> float:
        """The chance that a hidden item stands above another of the catalog that was not shown."""
        self._keys[reached] += _ordered(scores) << 32
        wanted, moved, left_out = self._keys[hidden], np.sort(self._keys[reached]), np.sort(self._keys[shown])
        self._keys[reached] = self._still[reached]
        others = len(self._still) - len(shown) - len(hidden)
        if not others:
            return 1.0
        pairs = metrics.above(wanted, self._ascending) - metrics.above(wanted, np.sort(self._still[reached]))
        pairs += metrics.above(wanted, moved) - metrics.above(wanted, left_out)
        pairs -= len(hidden) ** 2 / 2  # the hidden among themselves
        return 1 - pairs / (len(hidden) * others)


def _ordered(scores: Numbers) -> npt.NDArray[np.int64]:
    """Integers below 2³¹ in the order of the scores, 0 for 0: the bits of a float32, reflected where it is negative."""
    bits = (np.asarray(scores, np.float32) + np.float32(0)).view(np.int32).astype(np.int64)
    return np.where(bits < 0, -(bits & 0x7FFFFFFF), bits)
