from dataclasses import replace

from doublebill.games.files.writers.csv import csv
from sample_levels import LEGEND, LEVEL, planned


def test_each_tile_is_a_cell_and_each_row_a_line():
    assert csv(planned(LEVEL, LEGEND, "dungeon")) == "P,.,E\n.,#,.\nK,.,D\n"


def test_symbols_that_would_end_a_cell_are_quoted():
    level = replace(LEVEL, grid=(',"',))
    assert csv(planned(level, {",": "floor", '"': "wall"}, "dungeon")) == '",",""""\n'
