"""Picking: one candidate after the other, always the best of those that may still be picked."""

import numpy as np

from doublebill.arrays import Floats, Mask
from doublebill.reranking.group_limits import Groups

DECIMALS = 9
"""Worths are compared after rounding, so that sums in another order break ties alike."""


class Picking:
    """What was picked so far of candidates that stand best first, and what may still be.

    Without `likeness` the next is the first that is free. With it, the `wide` first candidates, of which it is
    [wide, wide], come by (1 - diversity) * relevance - diversity * mean likeness to what was picked; then the others.
    """

    def __init__(self, scores: Floats, groups: Groups | None, likeness: Floats | None, diversity: float) -> None:
        self.scores, self.groups, self.likeness, self.diversity = scores, groups, likeness, diversity
        self.places: list[int] = []
        self.free = np.ones(len(scores), np.bool_)
        self.wide = 0 if likeness is None else len(likeness)
        self.worth = -2.0 - np.arange(len(scores))  # below all that likeness can make of what it knows
        self.worth[: self.wide] = (1 - diversity) * _relevance(scores[: self.wide])
        self.alike = np.zeros(len(scores))

    def pick(self, wanted: int, among: Mask | None = None) -> list[int]:
        """All places picked so far, after more of `among` were picked until there are `wanted`."""
        while len(self.places) < min(wanted, len(self.scores)):
            open_ = self.free if among is None else self.free & among
            place = self._best(open_)
            if not open_[place]:
                break
            self._take(place)
        return list(self.places)

    def _best(self, open_: Mask) -> int:
        if self.likeness is None:
            return int(open_.argmax())
        worth = np.round(self.worth - self.alike * (self.diversity / max(len(self.places), 1)), DECIMALS)
        worth[~open_] = -np.inf
        return int(worth.argmax())

    def _take(self, place: int) -> None:
        self.places.append(place)
        self.free[place] = False
        for full in () if self.groups is None else self.groups.take(place):
            self.free[full] = False
        if self.likeness is not None and place < self.wide:
            self.alike[: self.wide] += self.likeness[place]


def _relevance(scores: Floats) -> Floats:
    """[candidates] the scores from 0 to 1."""
    if not len(scores):
        return scores
    lowest, highest = scores.min(), scores.max()
    relevance: Floats = (scores - lowest) / (highest - lowest if highest > lowest else 1.0)
    return relevance
