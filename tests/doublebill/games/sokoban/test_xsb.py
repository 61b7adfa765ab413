"""Levels in the text forms of the web become levels in the tiles of this project, walls all around."""

import pytest

from doublebill.errors import InvalidInput
from doublebill.games.learners import learner_of

ROOM = ("#####", "#@$o#", "#####")
LEGEND = {"#": "wall", " ": "floor", "@": "player", "$": "crate", ".": "goal"} | {
    "*": "crate on goal",
    "+": "player on goal",
}


def read(text, legend=None):
    return learner_of("sokoban").read([text], legend, "examples")


@pytest.mark.parametrize(
    "text",
    [
        "#####\n#@$.#\n#####",
        "\ufeff; 1\r\n#####\r\n#@$.#\r\n#####\r\n",
        "Title: Yard\nAuthor: me\nComment:\n#####\nComment-End:\n\n#####\n#@$.#\n#####\nTitle: First\nSolution: R",
        "::Collection\n#####\n#@$.#\n#####",
        "First level\n#####\n#pb.#\n#####",
        "5#|#@$.#|5#",
        "2(2#)#\n#@$.#\n5#",
    ],
)
@pytest.mark.parametrize("legend", [None, LEGEND | {"p": "player", "b": "crate"}])
def test_a_level_is_read_from_every_shape_that_files_have(text, legend):
    if legend:
        text = text.replace("First level\n", "")
    assert read(text, legend) == (ROOM,)


def test_rows_are_filled_and_everything_outside_becomes_wall():
    assert read("  #####\n###   #\n#.@$  #\n### $.#\n  #####") == (
        ("#######", "###...#", "#o@$..#", "###.$o#", "#######"),
    )


@pytest.mark.parametrize("mark", ["-", "_", " "])
def test_floor_has_three_marks(mark):
    assert read(f"######\n#@{mark}$.#\n######") == (("######", "#@.$o#", "######"),)


def test_tabs_reach_as_far_as_the_walls_ask_for():
    assert read("\t#####\n\t#@$.#\n\t#####") == (("#" * 13, "########" + "#@$o#", "#" * 13),)
    assert read("#####\n#\t###\n#@$.#\n#####")[0][1:3] == ("#...###", "#@$o###")


def test_levels_in_the_tiles_of_this_project_stay_as_they_are():
    for rows in (("..@", ".$o", "..."), ("@$+", "...", "...")):
        assert read("\n".join(rows)) == (rows,)


def test_a_room_that_is_open_keeps_its_floor():
    assert read("#####\n @$.#\n####") == (("#####", ".@$o#", "#####"),)


def test_an_unknown_tile_of_a_row_is_named_with_its_place():
    with pytest.raises(InvalidInput, match=r"examples\[0\]\[1\]\[2\]: 'x' is not valid"):
        read("#####\n#@x$.#\n#####")
    with pytest.raises(InvalidInput, match=r"examples\[0\], level 2\[0\]\[4\]: '!' is not valid"):
        read("5#|#@$.#|5#\n\n####!\n#@$.#\n#####")


def test_run_lengths_that_would_fill_the_memory_are_refused():
    for text in ("999999999#", "9999(9999(9999#))", "1" * 100_000, "(" * 100_000, "#" * 4096 + "\n#" * 4000):
        with pytest.raises(InvalidInput, match=r"is not valid|found|the row has"):
            read(text)


def test_a_list_of_rows_is_read_like_a_text():
    assert learner_of("sokoban").read([["#####", "#@$.#", "####"]], None, "examples") == (ROOM,)
