import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.imports.files import lines
from doublebill.imports.files.delimited import read_records
from doublebill.imports.files.delimited_table import DelimitedTable
from doublebill.imports.files.dialect import Dialect
from doublebill.imports.files.lines import decoded, line_blocks
from doublebill.imports.files.raw_rows import BadRow

HEADER = ("user", "item", "n")
PIECES = [b"ann", b"b", b"1", "ö".encode(), b"\xe9", b"\0", b"\r", b'"', b'""', b" ", b":", b"x" * 30]


def contents(delimiter: bytes):
    """Texts of lines, most of them regular, some of any pieces."""
    cell = st.sampled_from([b"ann", b"bob", b"", "zoë".encode(), b"film-1", b'"a"', b'"a, ""b""; c"', b'"two\nlines"'])
    regular = st.lists(cell, min_size=3, max_size=3).map(delimiter.join)
    irregular = st.lists(st.sampled_from([*PIECES, delimiter]), max_size=8).map(b"".join)
    line = st.one_of(regular, regular, irregular, st.just(delimiter.join(map(str.encode, HEADER))))
    end = st.sampled_from([b"\n", b"\n", b"\r\n"])
    return st.lists(st.tuples(line, end).map(b"".join), max_size=30).map(b"".join)


def as_read_line_by_line(content: bytes, delimiter: str, first_line: int) -> tuple[list, list[BadRow], int]:
    """The rows of a text as the reader of single lines gives them."""
    blocks = line_blocks([content], "x")
    records = list(read_records(decoded(line for block in blocks for line in block.lines()), delimiter, 3))
    bad = [record for record in records if isinstance(record, BadRow) and record.line >= first_line]
    good = [record for record in records if not isinstance(record, BadRow) and record[0] >= first_line]
    rows = [(number, cells) for number, cells in good if tuple(cells) != HEADER]
    return rows, bad, len(good) - len(rows)


def as_blocks(content: bytes, table: DelimitedTable) -> tuple[list, list[BadRow], int]:
    """The rows of a text as its blocks give them."""
    blocks = list(table.blocks([content[at : at + 7] for at in range(0, len(content), 7)], "x"))
    columns = [list(zip(*(block.columns[name] for name in HEADER), strict=True)) for block in blocks]
    rows = [
        (int(number), list(cells))
        for block, cells_of_block in zip(blocks, columns, strict=True)
        for number, cells in zip(block.lines, cells_of_block, strict=True)
    ]
    return rows, [bad for block in blocks for bad in block.bad], sum(block.repeated_headers for block in blocks)


PAIRS = [(1, "\t"), (40, ","), (40, "::"), (1 << 20, "|")]
"""Of bytes of a block and delimiter; with the others every block has met every delimiter."""

OTHERS = [(size, delimiter) for size in (1, 40, 1 << 20) for delimiter in (",", "\t", "::", "|")]


@pytest.mark.parametrize(
    ("block_bytes", "delimiter"),
    [*PAIRS, *(pytest.param(*pair, marks=pytest.mark.at_length) for pair in OTHERS if pair not in PAIRS)],
)
@given(data=st.data())
def test_blocks_hold_the_rows_that_are_read_line_by_line(block_bytes, delimiter, data):
    before = data.draw(st.sampled_from([b"", b"sep=,\n", b"\nuser,item,n\n"]))
    content, first_line = before + data.draw(contents(delimiter.encode())), 1 + before.count(b"\n")
    table = DelimitedTable(Dialect(delimiter, HEADER, HEADER, True, first_line))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(lines, "BLOCK_BYTES", block_bytes)
        rows, bad, repeated = as_blocks(content, table)
    expected_rows, expected_bad, expected_repeated = as_read_line_by_line(content, delimiter, first_line)
    assert rows == expected_rows
    assert sorted(bad, key=lambda row: row.line) == expected_bad
    assert repeated == expected_repeated


def test_cells_of_any_length_are_told_apart(monkeypatch):
    cells = ["", "a", "a" * 8, "a" * 9, "a" * 256, "a" * 257, "ä" * 8, "b", "a"]
    content = "".join(f"u,{cell},1\n" for cell in cells).encode()
    (block,) = DelimitedTable(Dialect(",", HEADER, HEADER, False, 1)).blocks([content], "x")
    assert list(block.columns["item"]) == cells
    assert sorted(block.columns["item"].distinct) == sorted(set(cells))
    assert block.columns["item"].distinct_bytes() is None
    assert block.columns["user"].distinct_bytes().tolist() == [b"u"]


def test_a_long_quoted_text_is_read():
    text = "x" * (csv.field_size_limit() - 10)
    (block,) = DelimitedTable(Dialect(",", HEADER, HEADER, False, 1)).blocks([f'u,"{text}",1\n'.encode()], "x")
    assert list(block.columns["item"]) == [text]


def test_a_record_of_several_lines_may_begin_in_one_block_and_end_in_the_next(monkeypatch):
    monkeypatch.setattr(lines, "BLOCK_BYTES", 64)
    rows = [[f"u{n}", "one\ntwo\nthree", str(n)] for n in range(50)]
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    found, bad, _ = as_blocks(written.getvalue().encode(), DelimitedTable(Dialect(",", HEADER, HEADER, False, 1)))
    assert [cells for _, cells in found] == rows
    assert bad == []
