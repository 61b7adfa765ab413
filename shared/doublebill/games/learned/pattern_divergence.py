"""Pattern divergence: compares the tile patterns of levels with those of a corpus."""

import math
from collections import Counter
from collections.abc import Sequence

from doublebill.games.grids.grid import Rows

SIDES = 2, 3
"""Cells along a side of the windows whose patterns are counted."""

RARE = 1e-5
"""Windows added to the count of every pattern, so that none is zero."""


def pattern_divergence(corpus: Sequence[Rows], made: Sequence[Rows]) -> float:
    """Returns the divergence of the tile patterns of two sets of levels: 0 where they are equally frequent, in nats.

    It is the Kullback-Leibler divergence of the patterns in all windows, the mean of both directions and of the sizes
    of window (Lucas and Volz 2019, "Tile pattern KL-divergence for analysing and evolving game levels",
    doi:10.1145/3321707.3321781).
    """
    parts = []
    for side in SIDES:
        ours, theirs = patterns(corpus, side), patterns(made, side)
        parts += [_divergence(ours, theirs), _divergence(theirs, ours)]
    return sum(parts) / len(parts)


def patterns(levels: Sequence[Rows], side: int) -> Counter[Rows]:
    """Counts the square windows of tiles."""
    return Counter(
        tuple(row[x : x + side] for row in rows[y : y + side])
        for rows in levels
        for y in range(len(rows) - side + 1)
        for x in range(len(rows[0]) - side + 1)
    )


def _divergence(one: Counter[Rows], other: Counter[Rows]) -> float:
    whole, rest = one.total(), other.total()
    return math.fsum(
        _share(count, whole) * math.log(_share(count, whole) / _share(other[pattern], rest))
        for pattern, count in sorted(one.items())
    )


def _share(count: int, whole: int) -> float:
    return (count + RARE) / ((whole + RARE) * (1 + RARE))
