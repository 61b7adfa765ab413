"""Corpora of grids are read whole, or refused with the place of every mistake."""

import pytest

from doublebill.errors import InvalidInput
from doublebill.games.grids.example_grids import Limits, read_grids

LEGEND = {"#": "wall", ".": "floor", "E": "enemy"}


def complaints(examples, legend=None, limits=None):
    with pytest.raises(InvalidInput) as refused:
        read_grids(examples, legend, LEGEND, "examples", *[limits] if limits else [])
    return [(one.field, one.problem, one.fix) for one in refused.value.complaints]


def test_rows_and_lines_are_the_same_level():
    rows = ("###", "#.E", "###")
    texts = ["###\n#.E\n###", "###\r\n#.E\r\n###\r\n", "\n###\n#.E\n###\n\n"]
    assert read_grids([list(rows), rows, *texts], None, LEGEND, "examples") == (rows,) * 5


def test_a_legend_tells_tiles_by_name_or_by_the_kinds_own_and_several_may_be_one():
    legend = {"W": "wall", "B": "#", " ": "floor", "m": "enemy"}
    assert read_grids(["WBW\nW m\nWWW"], legend, LEGEND, "examples") == (("###", "#.E", "###"),)


def test_a_blank_at_the_end_of_a_row_is_a_tile():
    assert read_grids(["WW \nWW \nWW "], {"W": "wall", " ": "floor"}, LEGEND, "examples") == (("##.",) * 3,)


@pytest.mark.parametrize(
    ("example", "field", "said"),
    [
        (["###", "##", "###"], "examples[1][1]", "the row has 2 tiles"),
        (["###", "#?#", "###"], "examples[1][1][1]", "'?' is not valid"),
        (["##", "##", "##"], "examples[1]", "found 2×3 tiles"),
        (["###", "###"], "examples[1]", "found 3×2 tiles"),
        (["#" * 257] * 3, "examples[1]", "found 257×3 tiles"),
        (["###"] * 257, "examples[1]", "found 3×257 tiles"),
        ([], "examples[1]", "found 0×0 tiles"),
        ("", "examples[1]", "found 0×1 tiles"),
        (7, "examples[1]", "7 is not valid"),
        ({"grid": []}, "examples[1]", "an object is not valid"),
        (["###", None, "###"], "examples[1][1]", "missing"),
    ],
)
def test_what_is_no_level_is_named_with_its_place(example, field, said):
    good = ["###", "#.#", "###"]
    assert [told[:2] for told in complaints([good, example, good])] == [(field, said)]


def test_an_unknown_tile_is_reported_beside_the_known_ones():
    (told,) = complaints(["WWW\nWxW\nWWW"], {"W": "wall", "F": "floor"})
    assert told[:2] == ("examples[0][1][1]", "'x' is not valid")
    assert told[2].startswith(
        'use one of W wall, F floor; or say in a legend which of these it is, or what it does: {"x": {'
    )


def test_every_wrong_level_is_reported_at_once():
    assert [told[0] for told in complaints(["##\n##", "...\n...\n..", "###\n###\n##x"])] == [
        "examples[0]",
        "examples[1][2]",
        "examples[2][2][2]",
    ]


@pytest.mark.parametrize(
    ("legend", "field"),
    [
        ({"WW": "wall"}, "legend"),
        ({"": "wall"}, "legend"),
        ({"\n": "wall"}, "legend"),
        ({"W": "door"}, "legend.W"),
        ({"W": "Wall"}, "legend.W"),
        ({}, "legend"),
    ],
)
def test_a_wrong_legend_is_refused(legend, field):
    assert complaints(["WWW\nWWW\nWWW"], legend)[0][0] == field


def test_an_unknown_meaning_is_reported_beside_the_known_ones():
    ((_, problem, fix),) = complaints(["WWW\nWWW\nWWW"], {"W": "door"})
    assert problem == "'door' is not valid"
    assert fix.startswith(
        "use one of wall (#), floor (.), enemy (E); a tile that the kind does not have by its properties"
    )


@pytest.mark.parametrize(
    ("examples", "limits", "said"),
    [
        ([], Limits(), "found 0 levels"),
        (["###\n###\n###"] * 3, Limits(levels=2), "found 3 levels"),
        (["###\n###\n###"] * 3, Limits(cells=26), "27 cells"),
    ],
)
def test_a_corpus_has_a_least_and_a_greatest_size(examples, limits, said):
    ((field, problem, _),) = complaints(examples, None, limits)
    assert field == "examples"
    assert problem.startswith(said)


def test_what_is_just_within_the_limits_is_read():
    limits = Limits(least=(2, 4), most=(3, 5), cells=23, levels=2)
    assert len(read_grids([["##"] * 4, ["###"] * 5], None, LEGEND, "examples", limits)) == 2
    assert [told[1] for told in complaints([["###"] * 3, ["####"] * 3], limits=limits)] == [
        "found 3×3 tiles",
        "found 4×3 tiles",
    ]


def test_the_usual_limits_are_those_of_a_level_and_a_million_cells():
    assert complaints([["#" * 64] * 64] * 245)[0][1:] == ("1003520 cells are too many", "use at most 1000000 in all")
    assert complaints(["###\n###\n###"] * 5001)[0][2] == "use 1 to 5000"
