"""Texts become levels: rows are recognised by their tiles, notes are left out, and no row gets lost."""

import pytest

from doublebill.games.grids.notation import split_levels


def levels(text, tiles="#."):
    return [(level.title, *level.rows) for level in split_levels(text, set(tiles))]


def test_empty_lines_and_notes_part_levels():
    assert levels("##\n#.\n\n..\n; 2\n.#\n") == [("", "##", "#."), ("", ".."), ("2", ".#")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_marks_of_editors_are_no_tiles(end):
    assert levels(f"\ufeff##{end}#.{end}") == [("", "##", "#.")]


def test_a_title_below_names_the_level_above_and_a_comment_the_level_below():
    text = "; first\n##\n\n##\nTitle: Second\nAuthor: somebody\n\n:: third\n##"
    assert levels(text) == [("first", "##"), ("Second", "##"), ("third", "##")]


def test_a_comment_of_several_lines_is_no_level_even_where_it_looks_like_one():
    assert levels("Comment:\n##\nhello\nComment-End:\n##\nComment: short\n..") == [("", "##"), ("", "..")]


def test_a_line_of_tiles_is_a_row_even_where_it_looks_like_a_note():
    assert levels(";#\n##", "#;") == [("", ";#", "##")]


def test_a_line_with_an_unknown_tile_stays_a_row_so_that_it_can_be_named():
    assert levels("##\n#x\n") == [("", "##", "#x")]
