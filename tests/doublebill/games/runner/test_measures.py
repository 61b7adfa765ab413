import pytest

from doublebill.games.runner.measures import gaps, leniency, linearity, novelty, traits, windows
from doublebill.games.runner.tiles import TILES


def level(*rows):
    return [traits("".join(column), TILES) for column in zip(*rows, strict=True)]


def test_a_column_tells_what_it_brings():
    (one,) = level(".", "=", "E", "^", "#", "#")
    assert (one.enemies, one.deadly, one.floor, one.height) == (1, 2, True, 2)
    (ledge,) = level(".", ".", "#", ".", ".", ".")
    assert (ledge.floor, ledge.height) == (False, 4)
    (full,) = level("#", "#", "#", "#", "#", "#")
    assert (full.floor, full.height) == (True, 0)


@pytest.mark.parametrize(
    ("bottom", "count"),
    [("####", 0), ("#..#", 1), ("#.#.", 2), ("....", 1), (".#.#", 2), ("#[]#", 0), ("#oE#", 1)],
)
def test_gaps_are_runs_of_columns_without_a_floor(bottom, count):
    assert gaps(level("....", bottom)) == count


@pytest.mark.parametrize(
    ("danger", "length", "percent"), [(0, 100, 100), (2, 100, 95), (20, 50, 0), (99, 50, 0), (1, 200, 99), (1, 400, 99)]
)
def test_leniency_falls_with_danger(danger, length, percent):
    assert leniency(danger, length) == percent


@pytest.mark.parametrize(
    ("heights", "percent"),
    [
        ([], 100),
        ([3], 100),
        ([2, 2, 2, 2], 100),
        ([1, 2, 3, 4], 100),
        ([1, 0, 3, 4, 0, 6], 100),  # columns without a surface are not looked at
        ([1, 5, 5, 1], 43),  # 400 * 2 / 14 less
        ([1, 2, 2, 1], 86),
        ([1, 13, 13, 1], 0),
    ],
)
def test_linearity_is_how_well_a_line_fits(heights, percent):
    assert linearity(heights, 14) == percent


def test_novelty_is_the_share_of_unknown_runs():
    columns = ["ab", "cd"] * 6
    assert windows(columns)[0] == "abcdabcdabcdabcd"
    assert len(windows(columns)) == 5
    assert novelty(columns, frozenset(windows(columns))) == 0
    assert novelty(columns, frozenset(windows(columns)[:1])) == 40
    assert novelty(columns, frozenset()) == 100
    assert novelty(columns[:7], frozenset()) == 100
