"""Delimited text as blocks: every record becomes a row of raw texts, or a bad row.

Regular lines are cut by numpy, all others are read one by one; both give the same rows.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from doublebill.arrays import Ints, Mask
from doublebill.imports.files.blocks import WORD_BYTES, BytesColumn, RawBlock
from doublebill.imports.files.delimited import (
    QUOTED_LINES,
    QUOTING,
    Ahead,
    RecordUnfinished,
    of_other_width,
    read_records,
)
from doublebill.imports.files.dialect import Dialect
from doublebill.imports.files.lines import LineBlock, TextLine, byte_line, decoded, line_blocks
from doublebill.imports.files.raw_rows import BadRow
from doublebill.imports.files.regular_lines import CutLines, cut_lines

MANY_IRREGULAR = 0.1
"""Share of irregular lines from which a block of quoted text is read as one piece of CSV."""


@dataclass(frozen=True, slots=True)
class DelimitedTable:
    """The form of a delimited text."""

    dialect: Dialect
    other_encoding: str = ""
    """Encoding of the lines that are not UTF-8; empty where such lines are bad rows."""

    def blocks(self, chunks: Iterable[bytes], name: str, partial: bool = False) -> Iterator[RawBlock]:
        """Yields the rows of a text in order; a header that is repeated inside is skipped and counted."""
        begun, number = b"", 1
        for block in line_blocks(chunks, name, partial):
            whole = LineBlock(block.first_line - begun.count(b"\n"), begun + block.content)
            read = _BlockReader(self, whole, more=True)
            yield read.block()
            begun, number = read.unfinished, block.first_line + block.content.count(b"\n")
        if begun and not partial:
            yield _BlockReader(self, LineBlock(number - begun.count(b"\n"), begun), more=False).block()


@dataclass(eq=False)
class _BlockReader:
    """One pass over the lines of a block."""

    table: DelimitedTable
    lines: LineBlock
    more: bool
    """Whether more lines follow, so that a record may be unfinished."""
    records: list[tuple[int, list[str]]] = field(default_factory=list)
    """Records that were read one by one."""
    bad: list[BadRow] = field(default_factory=list)
    repeated_headers: int = 0
    unfinished: bytes = b""
    """The lines of the last record, where it does not end in this block."""

    def block(self) -> RawBlock:
        """Returns the rows of the block."""
        dialect = self.table.dialect
        cut = cut_lines(self.lines.content, dialect.delimiter, len(dialect.columns))
        first = max(dialect.first_line - self.lines.first_line, 0)
        regular = cut.regular.copy()
        regular[:first] = False
        if first < len(regular):
            self._read_irregular(cut, first, regular)
            self._drop_headers(cut, first, regular)
        return self._assembled(cut, regular)

    def _read_irregular(self, cut: CutLines, first: int, regular: Mask) -> None:
        """Reads every line that is not regular, and removes from `regular` the lines that went into its records."""
        irregular = np.flatnonzero(~regular[first:]) + first
        if not len(irregular):
            return
        done = first
        if self._is_quoted() and len(irregular) > MANY_IRREGULAR * (len(regular) - first):
            done = self._read_csv(cut, first)
            regular[first:done] = False
        starts, ends = cut.starts.tolist(), cut.ends.tolist()
        for line in irregular.tolist():
            if line < done:
                continue
            done = self._read_from(line, starts, ends, regular)
            if self.unfinished:
                regular[line:] = regular[line:] & (np.arange(line, len(regular)) < done)
                return

    def _is_quoted(self) -> bool:
        return self.table.dialect.delimiter in QUOTING and len(self.table.dialect.columns) > 1

    def _read_from(self, line: int, starts: list[int], ends: list[int], regular: Mask) -> int:
        """Reads records from a line until the next one is regular; returns its place, or of the unfinished record."""
        dialect = self.table.dialect
        ahead = Ahead(self._texts(line, starts, ends))
        try:
            for record in read_records(ahead, dialect.delimiter, len(dialect.columns), self.more):
                self._keep(record)
                if line + ahead.passed < len(regular) and regular[line + ahead.passed]:
                    break
        except RecordUnfinished as record:
            place = record.line - self.lines.first_line
            self.unfinished = self.lines.content[starts[place] :]
            regular[line:place] = False
            return place
        regular[line : line + ahead.passed] = False
        return line + ahead.passed

    def _texts(self, line: int, starts: list[int], ends: list[int]) -> Iterator[TextLine]:
        content, number = self.lines.content, self.lines.first_line
        lines = (byte_line(number + at, content[starts[at] : ends[at]]) for at in range(line, len(starts)))
        return decoded(lines, self.table.other_encoding)

    def _read_csv(self, cut: CutLines, first: int) -> int:
        """Reads as many records as possible as one piece of CSV; returns the place of the first line not read."""
        content = self.lines.content[int(cut.starts[first]) :]
        try:
            texts = content.decode().removesuffix("\n").split("\n")
        except UnicodeDecodeError:
            return first
        if "\0" in content.decode() or int((cut.ends - cut.starts).max()) > csv.field_size_limit():
            return first
        delimiter, width = self.table.dialect.delimiter, len(self.table.dialect.columns)
        lines = (text.removesuffix("\r") + "\n" for text in texts)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        done = 0
        try:
            for cells in reader:
                if reader.line_num - done > QUOTED_LINES or any("\r" in cell for cell in cells):
                    break
                number = self.lines.first_line + first + done
                if len(cells) == width:
                    self._keep((number, cells))
                elif cells and not texts[done].isspace():
                    self._keep(of_other_width(number, len(cells), delimiter, width))
                done = reader.line_num
        except csv.Error:
            pass
        return first + done

    def _keep(self, record: tuple[int, list[str]] | BadRow) -> None:
        dialect = self.table.dialect
        if isinstance(record, BadRow):
            self.bad.append(record)
        elif dialect.headed and tuple(record[1]) == dialect.first_row:
            self.repeated_headers += 1
        else:
            self.records.append(record)

    def _drop_headers(self, cut: CutLines, first: int, regular: Mask) -> None:
        """Removes from `regular` the lines that repeat the header, and counts them."""
        dialect, content = self.table.dialect, self.lines.content
        if not dialect.headed:
            return
        header = dialect.delimiter.join(dialect.first_row).encode()
        place = content.find(header, int(cut.starts[first]))
        while place >= 0:
            line = int(np.searchsorted(cut.starts, place, "right")) - 1
            if cut.starts[line] == place and cut.ends[line] == place + len(header) and regular[line]:
                regular[line] = False
                self.repeated_headers += 1
            place = content.find(header, place + 1)

    def _assembled(self, cut: CutLines, regular: Mask) -> RawBlock:
        dialect = self.table.dialect
        delimiters = cut.delimiters[regular[cut.regular]]
        starts = np.column_stack([cut.starts[regular], delimiters + len(dialect.delimiter)])
        ends = np.column_stack([delimiters, cut.ends[regular]])
        numbers = np.flatnonzero(regular) + self.lines.first_line
        content = self.lines.content
        if self.records:
            added, places = _encoded(self.records, len(content))
            content += added
            numbers = np.concatenate([numbers, [number for number, _ in self.records]])
            order = np.argsort(numbers, kind="stable")
            numbers = numbers[order]
            starts = np.concatenate([starts, places[0]])[order]
            ends = np.concatenate([ends, places[1]])[order]
        content += bytes(WORD_BYTES)
        columns = {
            name: BytesColumn(content, np.ascontiguousarray(starts[:, at]), np.ascontiguousarray(ends[:, at]))
            for at, name in enumerate(dialect.columns)
        }
        return RawBlock(numbers, columns, self.bad, self.repeated_headers)


def _encoded(records: list[tuple[int, list[str]]], first: int) -> tuple[bytes, tuple[Ints, Ints]]:
    """Returns the cells as bytes, and their starts and ends [records, columns] counted from `first`."""
    cells = [cell.encode() for _, row in records for cell in row]
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum([len(cell) for cell in cells], dtype=np.int64)]) + first
    width = len(records[0][1])
    return b"".join(cells), (offsets[:-1].reshape(-1, width), offsets[1:].reshape(-1, width))
