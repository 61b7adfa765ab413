"""Ranks: the area under the ROC curve of targets among a whole catalog."""

import numpy as np

from doublebill.arrays import Ints, Items, Reals
from doublebill.fit.evaluation import metrics


class CatalogRanks:
    """Ranks of items in a whole catalog, without sorting the catalog for every user.

    An item's key is its score, to the seven digits of a float32, above its popularity: 64 bits in the order in which
    serving ranks. Items with equal keys are tied. The keys of items that a history does not reach are sorted once.
    """

    def __init__(self, popularity: Reals, unreached: Reals) -> None:
        """`unreached` [n_items] are the scores of items that a history does not reach."""
        self._ties = np.unique(popularity, return_inverse=True)[1].astype(np.int64)
        self._unscored = self._ties + (_ordered(unreached) << 32)
        self._ascending = np.sort(self._unscored)
        self._keys = self._unscored.copy()

    def auc(self, scored: Items, scores: Reals, fold_in: Items, targets: Items) -> float:
        """Returns the probability that a target ranks above another item that is not in the fold-in.

        `scores` [scored] belong to the items `scored`, which the history reaches.
        """
        self._keys[scored] = self._ties[scored] + (_ordered(scores) << 32)
        target_keys, moved = self._keys[targets], np.sort(self._keys[scored])
        fold_in_keys = np.sort(self._keys[fold_in])
        self._keys[scored] = self._unscored[scored]
        others = len(self._unscored) - len(fold_in) - len(targets)
        if not others:
            return 1.0
        pairs = metrics.above(target_keys, self._ascending)
        pairs -= metrics.above(target_keys, np.sort(self._unscored[scored]))
        pairs += metrics.above(target_keys, moved) - metrics.above(target_keys, fold_in_keys)
        pairs -= len(targets) ** 2 / 2  # pairs of two targets
        return 1 - pairs / (len(targets) * others)


def _ordered(scores: Reals) -> Ints:
    """Returns integers below 2³¹ in the order of the scores, 0 for 0: float32 bits, reflected below 0."""
    bits = (np.asarray(scores, np.float32) + np.float32(0)).view(np.int32).astype(np.int64)
    return np.where(bits < 0, -(bits & 0x7FFFFFFF), bits)
