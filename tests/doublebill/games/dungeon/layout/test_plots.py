import pytest

from doublebill.games.dice import Dice
from doublebill.games.dungeon.layout.plots import BORDER, GAP, cut_plots, even_plots, most_plots


def covered(plots):
    return sum(plot.width * plot.height for plot in plots)


@pytest.mark.parametrize("seed", range(20))
def test_plots_are_cut_without_remainder(seed):
    plots = cut_plots(80, 50, 30, 3, Dice(0, "plots", seed))
    assert len(plots) == 30
    assert covered(plots) == (80 - 2 * BORDER + GAP) * (50 - 2 * BORDER + GAP)
    assert min(min(plot.width, plot.height) for plot in plots) >= 3 + GAP


def test_cutting_ends_where_nothing_is_large_enough():
    assert 2 <= len(cut_plots(20, 20, 400, 3, Dice(0, "plots", 1))) <= most_plots(20, 20, 3)


def test_the_even_pattern_has_every_plot_that_fits():
    most = most_plots(20, 14, 3)
    plots = even_plots(20, 14, most, 3, Dice(0, "plots", 1))
    assert len(set(plots)) == most == 6
    assert len(even_plots(20, 14, 4, 3, Dice(0, "plots", 1))) == 4
