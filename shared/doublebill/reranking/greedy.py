"""Greedy selection: one candidate after the other, always the best of those that may still be selected."""

import numpy as np

from doublebill.arrays import Floats, Mask
from doublebill.reranking.group_limits import Groups

DECIMALS = 9
"""Worths are compared after rounding, so that sums in another order break ties alike."""


class Selection:
    """The candidates selected so far, of a list that stands best first, and those that still may be.

    Without `alike` the next is the first that is free. With it, the `wide` first candidates, of which it is
    [wide, wide], come by (1 - diversity) * relevance - diversity * mean resemblance to those selected; then the others.
    """

    def __init__(self, scores: Floats, groups: Groups | None, alike: Floats | None, diversity: float) -> None:
        self.scores, self.groups, self.alike, self.diversity = scores, groups, alike, diversity
        self.places: list[int] = []
        self.free = np.ones(len(scores), np.bool_)
        self.left = [] if groups is None else list(groups.limits)
        self.wide = 0 if alike is None else len(alike)
        self.worth = -2.0 - np.arange(len(scores))  # below all that resemblance can make of the wide ones
        self.worth[: self.wide] = (1 - diversity) * _relevance(scores[: self.wide])
        self.resemblance = np.zeros(len(scores))

    def extend(self, n: int, among: Mask | None = None) -> list[int]:
        """Returns all places selected so far, after selecting more of `among` until there are `n`."""
        while len(self.places) < min(n, len(self.scores)):
            free = self.free if among is None else self.free & among
            place = self._best(free)
            if not free[place]:
                break
            self._take(place)
        return list(self.places)

    def _best(self, free: Mask) -> int:
        if self.alike is None:
            return int(free.argmax())
        worth = np.round(self.worth - self.resemblance * (self.diversity / max(len(self.places), 1)), DECIMALS)
        worth[~free] = -np.inf
        return int(worth.argmax())

    def _take(self, place: int) -> None:
        """Selects a candidate, and frees no other of a group that is full then."""
        self.places.append(place)
        self.free[place] = False
        if self.groups is not None:
            for group in self.groups.numbers[self.groups.places == place].tolist():
                self.left[group] -= 1
                if not self.left[group]:
                    self.free[self.groups.places[self.groups.numbers == group]] = False
        if self.alike is not None and place < self.wide:
            self.resemblance[: self.wide] += self.alike[place]


def _relevance(scores: Floats) -> Floats:
    """Returns [candidates] the scores from 0 to 1."""
    if not len(scores):
        return scores
    lowest, highest = scores.min(), scores.max()
    relevance: Floats = (scores - lowest) / (highest - lowest if highest > lowest else 1.0)
    return relevance
