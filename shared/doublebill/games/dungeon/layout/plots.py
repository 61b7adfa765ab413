"""Plots: the rectangles of a grid that get one room each."""

from collections.abc import Sequence
from typing import NamedTuple

from doublebill.games.dice import Dice

BORDER = 1
"""Cells of wall around every dungeon."""

GAP = 3
"""Cells of wall between two rooms: the rim of each, and a corridor."""

LEAST_SIDE = 3
"""Cells along a side of the smallest room."""

MIDDLE = 35
"""Percent of a side on either side of a cut, at least."""


type Size = tuple[int, int]
"""Cells from left to right, and from top to bottom."""


class Plot(NamedTuple):
    """A rectangle; the gap to the next plots is part of it, to the right and below."""

    x: int
    y: int
    width: int
    height: int


def most_plots(width: int, height: int, side: int) -> int:
    """Returns the number of plots with rooms of a side that always fit in a grid."""
    whole = _whole(width, height)
    return (whole.width // (side + GAP)) * (whole.height // (side + GAP))


def cut_plots(
    width: int, height: int, count: int, side: int, dice: Dice, free: Sequence[Plot] | None = None
) -> list[Plot]:
    """Returns plots that are cut out of a grid one after another, the largest first; `count`, or as many as fit.

    They lie in the `free` plots where there are some.
    """
    least = side + GAP
    plots = [_whole(width, height)] if free is None else list(free)
    whole: list[Plot] = []
    while plots and len(plots) + len(whole) < count:
        largest = max(range(len(plots)), key=lambda at: (plots[at].width * plots[at].height, -at))
        plot = plots.pop(largest)
        if max(plot.width, plot.height) < 2 * least:
            whole.append(plot)
        else:
            plots += _cut(plot, least, dice)
    return sorted(plots + whole, key=lambda plot: (plot.y, plot.x))


def place_pieces(size: Size, pieces: Sequence[Size], dice: Dice) -> tuple[list[Plot | None], list[Plot]]:
    """Places rectangles of given sizes on a grid, the largest first; returns each's plot and the plots that are left.

    None stands for one that found no place.
    """
    free = [_whole(*size)]
    placed: list[Plot | None] = [None] * len(pieces)
    for number in sorted(range(len(pieces)), key=lambda number: -pieces[number][0] * pieces[number][1]):
        width, height = pieces[number][0] + GAP, pieces[number][1] + GAP
        wide = [plot for plot in free if plot.width >= width and plot.height >= height]
        if wide:
            plot = dice.choice(wide)
            across, down = dice.below(plot.width - width + 1), dice.below(plot.height - height + 1)
            placed[number] = Plot(plot.x + across, plot.y + down, width, height)
            free.remove(plot)
            free += _around(plot, placed[number] or plot)
    return placed, free


def _around(plot: Plot, piece: Plot) -> list[Plot]:
    """Returns the plots left and right of a piece, and above and below it, that have place for a room."""
    right, below = piece.x + piece.width, piece.y + piece.height
    left = [
        Plot(plot.x, plot.y, piece.x - plot.x, plot.height),
        Plot(right, plot.y, plot.x + plot.width - right, plot.height),
        Plot(piece.x, plot.y, piece.width, piece.y - plot.y),
        Plot(piece.x, below, piece.width, plot.y + plot.height - below),
    ]
    return [one for one in left if min(one.width, one.height) >= LEAST_SIDE + GAP]


def even_plots(width: int, height: int, count: int, side: int, dice: Dice) -> list[Plot]:
    """Returns `count` plots of a regular pattern, at most `most_plots`."""
    whole, least = _whole(width, height), side + GAP
    columns, rows = whole.width // least, whole.height // least
    across, down = whole.width // columns, whole.height // rows
    places = [(x, y) for y in range(rows) for x in range(columns)]
    dice.shuffle(places)
    return [Plot(whole.x + x * across, whole.y + y * down, across, down) for x, y in sorted(places[:count])]


def _whole(width: int, height: int) -> Plot:
    return Plot(BORDER, BORDER, width - 2 * BORDER + GAP, height - 2 * BORDER + GAP)


def _cut(plot: Plot, least: int, dice: Dice) -> tuple[Plot, Plot]:
    """Returns the two parts of a plot that is cut across its longer side."""
    x, y, width, height = plot
    if width >= height or height < 2 * least:
        at = _place(width, least, dice)
        return Plot(x, y, at, height), Plot(x + at, y, width - at, height)
    at = _place(height, least, dice)
    return Plot(x, y, width, at), Plot(x, y + at, width, height - at)


def _place(side: int, least: int, dice: Dice) -> int:
    low = max(least, side * MIDDLE // 100)
    return dice.between(low, side - low) if 2 * low <= side else dice.between(least, side - least)
