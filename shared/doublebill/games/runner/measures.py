"""Measures of scrolling levels: enemies, coins, gaps, leniency, linearity and novelty, all in integers.

Linearity and leniency are the two axes along which Smith and Whitehead (2010, doi:10.1145/1814256.1814260) show what a
level generator can express. Here they are percents, defined for any grid:

- A column has a floor if its lowest cell is solid. A gap is a run of columns without one, as long as it goes.
- Leniency falls with what may kill: a gap counts 2, an enemy or spike 1; with d of that in a level of n columns it is
  100 - 250 d / n, and not less than 0. So 0 is a gap for every five columns.
- Linearity measures how well a line fits the heights of the ground. The surface of a column is its lowest solid
  cell with a cell above it that is not solid, and its height the number of cells from it to the bottom, itself
  included. A line is fitted to the heights of all columns with a surface by least squares. With m their mean distance
  from it and h the rows of the grid, linearity is 100 - 400 m / h, and not less than 0; h / 4 is the mean distance of
  random heights from their middle. Without a surface or with one only it is 100.
- Novelty is the share of the runs of eight columns that no level of the corpus has, player and exit left out.

Shares are rounded to the nearest percent, a half upwards; what is subtracted from 100 is rounded so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from doublebill.games.runner.physics import COIN, DEADLY, ENEMY, NATURES, SOLID

WINDOW = 8
"""Columns of the windows that novelty compares."""

GAP_COUNTS = 2
"""Danger of a gap, relative to an enemy."""


@dataclass(frozen=True, slots=True)
class Traits:
    """The parts of the measures of a level that one column contributes."""

    enemies: int
    coins: int
    deadly: int
    """Enemies and spikes."""
    floor: bool
    """Whether its lowest cell is solid."""
    height: int
    """Height of its surface; 0 where it has none."""


def traits(column: str, names: Mapping[str, str]) -> Traits:
    """Returns the traits of a column, given from the top, by the names of its tiles."""
    natures = [NATURES[names[tile]] for tile in column]
    surfaces = [y for y in range(1, len(column)) if natures[y] == SOLID and natures[y - 1] != SOLID]
    return Traits(
        sum(names[tile] == ENEMY for tile in column),
        sum(names[tile] == COIN for tile in column),
        natures.count(DEADLY),
        natures[-1] == SOLID,
        len(column) - max(surfaces) if surfaces else 0,
    )


def gaps(level: Sequence[Traits]) -> int:
    """Returns runs of columns without a floor."""
    return sum(
        not one.floor and (before is None or before.floor) for before, one in zip([None, *level], level, strict=False)
    )


def leniency(danger: int, length: int) -> int:
    """Returns the leniency in percent, from the danger of enemies, spikes and gaps together."""
    return max(100 - (500 * danger + length) // (2 * length), 0)


def linearity(heights: Sequence[int], rows: int) -> int:
    """Returns the linearity in percent, from the heights of columns in `rows` rows, 0 where there is no surface."""
    points = [(x, height) for x, height in enumerate(heights) if height]
    n = len(points)
    if n < 2:
        return 100
    sum_x, sum_y = sum(x for x, _ in points), sum(y for _, y in points)
    # the line is (sum_y + slope / spread * (n x - sum_x)) / n; all of it is kept times n * spread
    spread = n * sum(x * x for x, _ in points) - sum_x * sum_x
    slope = n * sum(x * y for x, y in points) - sum_x * sum_y
    level = spread * sum_y - slope * sum_x
    steep, tall = n * slope, n * spread
    away = sum(abs(tall * y - steep * x - level) for x, y in points)
    whole = n * tall * rows
    return max(100 - (800 * away + whole) // (2 * whole), 0)


def windows(columns: Sequence[str]) -> list[str]:
    """Returns all runs of `WINDOW` columns, each as one string."""
    size = len(columns[0]) * WINDOW
    whole = "".join(columns)
    return [whole[at : at + size] for at in range(0, len(whole) - size + 1, len(columns[0]))]


def novelty(columns: Sequence[str], corpus_windows: frozenset[str]) -> int:
    """Returns the novelty in percent, against the windows of the corpus; 100 where there are no windows."""
    all_of_them = windows(columns)
    fresh = sum(window not in corpus_windows for window in all_of_them)
    return (200 * fresh + len(all_of_them)) // (2 * len(all_of_them)) if all_of_them else 100


def distinct_windows(levels: Iterable[Sequence[str]]) -> frozenset[str]:
    """Returns the runs of columns that some of the levels have."""
    return frozenset(window for columns in levels for window in windows(columns))
