"""Matching blocks: the share of two texts that is the same by the measure of Ratcliff and Obershelp (1988).

The longest block that both have counts, and then the longest on either side of it, and so on; `difflib.SequenceMatcher`
without junk finds the same. It is no distance: the longest block need not be part of
the longest common subsequence, and the order of the texts matters.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from doublebill.games.grids.steps import Place
from doublebill.games.step_budget import spend
from doublebill.games.variety.edit_distances import EditDistances

FAR = 50
"""Percent of edit distance from which on texts of places are not compared: in 12,720 pairs of ways to keys none above
it shared more than 70 percent in blocks, and no two can above 60."""


class PathTexts:
    """Texts of paths, and which others share more than `percent` with one of them."""

    def __init__(self, percent: int, far: int = FAR) -> None:
        """Starts with no text; those of `far` percent of edit distance and more are not compared."""
        self.percent, self.far = percent, far
        self.texts: list[str] = []
        self.distances = EditDistances()

    def add(self, text: str) -> None:
        """Adds a text to compare with."""
        self.texts.append(text)
        self.distances.add(text)

    def nearest(self, text: str) -> int:
        """Returns the least edit distance in percent to a text added; 100 where there is none."""
        return self.distances.nearest(text)

    def any_alike(self, text: str) -> bool:
        """Returns whether shared blocks are more than the percent of the text and of one added, in either order."""
        return any(shares_more(text, self.texts[number], self.percent) for number in self.near(text))

    def near(self, text: str) -> Iterator[int]:
        """Yields the numbers of the texts added that are to be compared with a text, the nearest first."""
        percents = self.distances.percents(text) if self.texts else np.empty(0, np.int64)
        for number in np.argsort(percents, kind="stable").tolist():
            if percents[number] >= self.far:
                return
            yield number


def path_text(width: int, height: int, places: Sequence[Place]) -> str:
    """Returns "x,y|" for each of those places, in a grid flipped so that the first lies in its top left quarter."""
    x, y = places[0]
    right, low = 2 * x >= width, 2 * y >= height
    flipped = [(width - 1 - x if right else x, height - 1 - y if low else y) for x, y in places]
    return "".join(f"{x},{y}|" for x, y in flipped)


def shares_more(one: str, other: str, percent: int) -> bool:
    """Tells whether blocks of both hold more than `percent` of all their letters, in either order of the two."""
    return share_more(one, other, percent) or share_more(other, one, percent)


def share_more(one: str, other: str, percent: int) -> bool:
    """Tells whether the blocks of both hold more than `percent` of all their letters."""
    needed = percent * (len(one) + len(other)) // 200 + 1
    found, room = 0, min(len(one), len(other))
    pending = [(one, other)]
    while found < needed <= found + room:
        one, other = pending.pop()
        room -= min(len(one), len(other))
        at, there, size = _longest(one, other)
        if size:
            found += size
            sides = (one[:at], other[:there]), (one[at + size :], other[there + size :])
            pending += [side for side in sides if side[0] and side[1]]
            room += sum(min(len(left), len(right)) for left, right in sides)
    return found >= needed


def _longest(one: str, other: str) -> tuple[int, int, int]:
    """Returns the starts of the longest block in both texts, the first of several, and its length."""
    spend(len(one) * (1 + len(other) // 2_000) // 2)
    at = size = start = 0
    end = len(one)
    while start + size < end:
        # what begins here counts only where it is longer than what was found
        if one[start : start + size + 1] in other:
            at, size = start, size + 1
        else:
            start += 1
    return at, other.find(one[at : at + size]), size
