"""Delimited text as blocks: every record becomes a row of raw texts, or a bad row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import batched, chain

import numpy as np

from doublebill.imports.files.blocks import RawBlock, column_of
from doublebill.imports.files.delimited import Record, read_records
from doublebill.imports.files.dialect import Dialect
from doublebill.imports.files.lines import LineBlock, decoded, line_blocks
from doublebill.imports.files.raw_rows import BadRow

BLOCK_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class DelimitedTable:
    """The form of a delimited text."""

    dialect: Dialect
    other_encoding: str = ""
    """Encoding of the lines that are not UTF-8; empty where such lines are bad rows."""

    def blocks(self, chunks: Iterable[bytes], name: str) -> Iterator[RawBlock]:
        """Yields the rows of a text in order; a header that is repeated inside is skipped and counted."""
        records = self._records(line_blocks(chunks, name))
        for some in batched(records, BLOCK_ROWS):
            yield self._block(some)

    def _records(self, blocks: Iterable[LineBlock]) -> Iterator[Record]:
        lines = decoded(chain.from_iterable(block.lines() for block in blocks), self.other_encoding)
        for record in read_records(lines, self.dialect.delimiter, len(self.dialect.columns)):
            number = record.line if isinstance(record, BadRow) else record[0]
            if number >= self.dialect.first_line:
                yield record

    def _block(self, records: Iterable[Record]) -> RawBlock:
        lines: list[int] = []
        rows: list[list[str]] = []
        bad: list[BadRow] = []
        header = list(self.dialect.first_row) if self.dialect.headed else None
        repeated = 0
        for record in records:
            if isinstance(record, BadRow):
                bad.append(record)
            elif record[1] == header:
                repeated += 1
            else:
                lines.append(record[0])
                rows.append(record[1])
        columns = {name: column_of(row[at] for row in rows) for at, name in enumerate(self.dialect.columns)}
        return RawBlock(np.array(lines, np.int64), columns, bad, repeated)
