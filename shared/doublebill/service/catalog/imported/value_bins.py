"""Bins of values: edges that people read, and a count of each bin that is exactly of what its edges contain.

An edge has two digits at most and belongs to the bin above it. Where there are more different values than can be
counted one by one, they are rounded down to two digits, which moves none of them over an edge. Positive values that
span more than `WIDE` have edges 1, 2, 5, 10, … (or powers of ten), a logarithmic scale; others have edges of one width.

Bins of too few users are joined with the next ones, so that no value is left out. The lowest and the highest of a
catalog where few users are hidden are open, since the ends would be values of single users.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from doublebill.service.catalog.imported.holders import Holders

DIGITS = 2
BINS = 10
WIDE = 100.0
"""Ratio of the highest to the lowest positive value from which bins are on a logarithmic scale."""

DECADES = 7
"""Powers of ten up to which bins begin at 1, 2 and 5 times each of them."""

type Bin = tuple[float, float, list[float]]
"""From, up to but without, and the values."""


def rounded_down(value: float) -> float:
    """Returns the greatest number with two digits that is at most a value."""
    near = f"{value:.{DIGITS - 1}e}"
    if float(near) <= value:
        return float(near)
    mantissa, _, exponent = near.partition("e")
    digits, power = int(mantissa.replace(".", "")), int(exponent) - 1
    if digits == 10:  # 10 is one step above 9.9
        digits, power = 100, power - 1
    return float(f"{digits - 1}e{power}")


def binned(values: Sequence[float], rounded: bool = False) -> list[Bin]:
    """Returns the bins of ascending values, `rounded` down or not, from the first to the last that is not empty."""
    edges = _edges(values, rounded)
    bins: list[Bin] = [(low, high, []) for low, high in pairwise(edges)]
    place = 0
    for value in values:
        while value >= bins[place][1]:
            place += 1
        bins[place][2].append(value)
    filled = [place for place, one in enumerate(bins) if one[2]]
    return bins[filled[0] : filled[-1] + 1]


def joined(bins: Sequence[Bin], holders: Holders, name: str) -> list[Bin]:
    """Returns bins that have enough users each, none where all together have not."""
    found: list[Bin] = []
    for low, high, values in bins:
        if found and not _enough(found[-1], holders, name):
            found[-1] = (found[-1][0], high, [*found[-1][2], *values])
        else:
            found.append((low, high, list(values)))
    while len(found) > 1 and not _enough(found[-1], holders, name):
        last, before = found.pop(), found.pop()
        found.append((before[0], last[1], [*before[2], *last[2]]))
    return found if found and _enough(found[0], holders, name) else []


def _enough(one: Bin, holders: Holders, name: str) -> bool:
    return not one[2] or holders.are_enough(*((name, value) for value in one[2]))


def _edges(values: Sequence[float], rounded: bool) -> list[float]:
    """Returns edges of which the first is at most the lowest value, and the last above the highest one."""
    low, high = values[0], values[-1]
    positive = next((value for value in values if value > 0), math.inf)
    if low >= 0 and high / positive > WIDE:
        return [*([0.0] if low == 0 else []), *_steps(positive, high)]
    widest = (max(abs(low), abs(high)) if rounded else high - low) or 1.0
    step = next(width for width in _widths(math.floor(math.log10(widest)) + 1 - DIGITS) if high - low <= BINS * width)
    places = range(math.floor(low / step), math.floor(high / step) + 3)  # one more, for what a quotient rounds off
    return [float(f"{place * step:.12g}") for place in places]


def _steps(low: float, high: float) -> Iterator[float]:
    """Yields edges of a logarithmic scale."""
    first, last = math.floor(math.log10(low)), math.floor(math.log10(high))
    digits = (1, 2, 5) if last - first < DECADES else (1,)
    edges = [float(f"{digit}e{power}") for power in range(first - 1, last + 2) for digit in digits]
    begin = max(place for place, edge in enumerate(edges) if edge <= low)
    end = next(place for place, edge in enumerate(edges) if edge > high)
    yield from edges[begin : end + 1]


def _widths(power: int) -> Iterator[float]:
    """Yields widths of 1, 2 and 5 times powers of ten, from this one on."""
    while True:
        yield from (float(f"{digit}e{power}") for digit in (1, 2, 5))
        power += 1
