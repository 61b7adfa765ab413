"""Plots: the rectangles of a grid that get one room each."""

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


def cut_plots(width: int, height: int, count: int, side: int, dice: Dice) -> list[Plot]:
    """Returns plots that are cut out of a grid one after another, the largest first; `count`, or as many as fit."""
    least = side + GAP
    plots = [_whole(width, height)]
    whole: list[Plot] = []
    while plots and len(plots) + len(whole) < count:
        largest = max(range(len(plots)), key=lambda at: (plots[at].width * plots[at].height, -at))
        plot = plots.pop(largest)
        if max(plot.width, plot.height) < 2 * least:
            whole.append(plot)
        else:
            plots += _cut(plot, least, dice)
    return sorted(plots + whole, key=lambda plot: (plot.y, plot.x))


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
