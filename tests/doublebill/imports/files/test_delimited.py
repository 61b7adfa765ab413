import pytest

from doublebill.imports.files.delimited import QUOTED_LINES, read_records, split_line
from doublebill.imports.files.raw_rows import BadRow


def records_of(text: str, delimiter: str = ",", width: int = 2) -> list:
    return list(read_records(list(enumerate(text.split("\n"), 1)), delimiter, width))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "::", "|"])
def test_every_delimiter_divides_a_line(delimiter):
    assert records_of(f"a{delimiter}b\nc{delimiter}", delimiter) == [(1, ["a", "b"]), (2, ["c", ""])]


def test_quoted_fields_hold_delimiters_quotes_and_line_ends_and_lines_are_counted_on():
    assert records_of('"a,1","say ""no"""\nb,"two\n\nlines"\nc,d') == [
        (1, ["a,1", 'say "no"']),
        (2, ["b", "two\n\nlines"]),
        (5, ["c", "d"]),
    ]


def test_a_quote_in_a_tab_file_is_a_character():
    assert records_of('1\t"Weird Al" Yankovic', "\t") == [(1, ["1", '"Weird Al" Yankovic'])]


def test_a_quote_that_is_never_closed_costs_one_row():
    found = records_of('a,b\n"c,d\ne,f\ng,h')
    assert found[0] == (1, ["a", "b"])
    assert (found[1].line, found[1].field) == (2, "line")
    assert found[2:] == [(3, ["e", "f"]), (4, ["g", "h"])]


def test_a_quoted_field_spans_a_limited_number_of_lines():
    long = '"' + "\n" * QUOTED_LINES + '",x'
    assert isinstance(records_of(long)[0], BadRow)


def test_text_after_a_closing_quote_is_a_bad_row():
    assert isinstance(records_of('"Weird Al" Yankovic,b')[0], BadRow)


def test_a_bad_line_inside_quotes_is_reported_as_well():
    bad = BadRow(2, "line", "a NUL byte at position 1", "text")
    found = list(read_records([(1, '"a'), bad, (3, "b,c")], ",", 2))
    assert [row.line for row in found[:2]] == [1, 2]
    assert found[2] == (3, ["b", "c"])


def test_blank_lines_are_skipped_and_other_widths_are_bad():
    assert records_of("a,b\n\n  \nc\nd,e,f") == [
        (1, ["a", "b"]),
        BadRow(4, "line", "it has 1 columns", "use 2 columns, separated by commas"),
        BadRow(5, "line", "it has 3 columns", "use 2 columns, separated by commas"),
    ]


def test_one_line_is_split_even_where_its_quotes_are_wrong():
    assert split_line('"a",b', ",") == ["a", "b"]
    assert split_line('"a,b', ",") == ['"a', "b"]
