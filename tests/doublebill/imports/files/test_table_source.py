import io

import pytest

from doublebill.errors import InvalidInput
from doublebill.imports.files.table_source import ReadOptions, TableSource, open_table


def table(content: str | bytes, **options) -> TableSource:
    raw = content.encode() if isinstance(content, str) else content
    return open_table(io.BytesIO(raw), "sample.csv", ReadOptions(**options))


def rows(source: TableSource) -> list[dict[str, object]]:
    return [
        {name: cells[row] for name, cells in block.columns.items() if cells[row] is not None}
        for block in source.blocks()
        for row in range(len(block.lines))
    ]


def test_a_header_names_the_columns_and_the_rows_follow():
    source = table("user,item\nann,film-1\nbob,film-1\n")
    assert source.columns == ("user", "item")
    assert source.headed
    assert list(source.sample.columns["item"].distinct) == ["film-1"]
    assert rows(source) == [{"user": "ann", "item": "film-1"}, {"user": "bob", "item": "film-1"}]


@pytest.mark.parametrize(
    ("delimiter", "cell"), [(",", "a;b"), (";", "4,5"), ("\t", "a,b"), ("::", "a:b"), ("|", "a,b")]
)
def test_the_delimiter_is_the_one_that_cuts_every_line_alike(delimiter, cell):
    source = table(delimiter.join(["user", "item", "note"]) + "\n" + delimiter.join(["ann", "film-1", cell]) + "\n")
    assert source.dialect.delimiter == delimiter
    assert rows(source) == [{"user": "ann", "item": "film-1", "note": cell}]


@pytest.mark.parametrize("first", ["1,film,3", "ann,film,2020-01-05", "ann,film,ann", "ann,,x"])
def test_a_first_row_with_a_number_a_time_or_a_repetition_is_no_header(first):
    source = table(first + "\n" + first + "\n")
    assert source.columns == ("1", "2", "3")
    assert len(rows(source)) == 2


def test_the_caller_may_decide_about_the_header():
    source = table("ann,film\nbob,film\n")
    assert source.headed
    assert rows(source.reopened(ReadOptions(headed=False))) == [{"1": "ann", "2": "film"}, {"1": "bob", "2": "film"}]


def test_names_that_are_missing_or_repeat_get_the_number_of_their_column():
    assert table(",a,b\n1,2,3\n").columns == ("1", "a", "b")
    assert table("a,b,a\n1,2,3\n", headed=True).columns == ("a (1)", "b", "a (3)")


def test_objects_have_the_columns_of_their_keys():
    source = table('{"user": "ann", "n": 1}\n{"user": "bob", "tags": ["x"]}\n')
    assert source.columns == ("user", "n", "tags")
    assert rows(source) == [{"user": "ann", "n": 1}, {"user": "bob", "tags": ["x"]}]


def test_bad_rows_stand_beside_the_rows_of_their_block():
    (block,) = table("user,item\nann\nbob,film\n").blocks()
    assert list(block.lines) == [3]
    assert [(bad.line, bad.problem) for bad in block.bad] == [(2, "it has 1 columns")]


@pytest.mark.parametrize("content", ["", "\n\n", "\0\n"])
def test_a_file_without_a_readable_line_is_refused(content):
    with pytest.raises(InvalidInput, match=r"sample\.csv: (it is empty|line 1 is unreadable: a NUL byte).*; use "):
        table(content)


def test_the_line_that_tells_excel_the_separator_is_no_row():
    source = table("sep=;\nuser;item\nann;a,b\n")
    assert source.columns == ("user", "item")
    assert rows(source) == [{"user": "ann", "item": "a,b"}]


def test_a_header_that_is_repeated_inside_is_skipped_and_counted():
    (block,) = table("user,item\nann,1\nuser,item\nbob,2\n").blocks()
    assert list(block.columns["user"]) == ["ann", "bob"]
    assert (block.repeated_headers, list(block.bad)) == (1, [])


def test_nested_keys_become_columns_with_dots():
    source = table('{"movie": {"title": "M", "ids": {"imdb": "tt1", "none": {}}}, "at": 1}\n')
    assert rows(source) == [{"movie.title": "M", "movie.ids.imdb": "tt1", "movie.ids.none": {}, "at": 1}]


@pytest.mark.parametrize(
    "text", ["a," * 30_000 + "b\n1,2\n", '{"a": {' + ", ".join(f'"k{n}": 1' for n in range(30_000)) + "}}\n"]
)
def test_a_table_of_too_many_columns_is_refused_with_their_number(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"it has 30,00\d columns, more than the 20,000 that are read"):
        open_table(io.BytesIO(text.encode()), "wide")
