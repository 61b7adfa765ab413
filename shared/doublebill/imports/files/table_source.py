"""Opens any file as a table: named columns, a sample of rows, and all rows in blocks.

Nothing here knows what a column means. The caller looks at the sample, may reopen the table with other options, and
then reads the blocks once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched, chain, islice

import numpy as np

from doublebill.errors import InvalidInput
from doublebill.imports.files.blocks import RawBlock, column_of
from doublebill.imports.files.delimited import Record, read_records
from doublebill.imports.files.dialect import Dialect, dialect_of
from doublebill.imports.files.json_lines import read_objects
from doublebill.imports.files.lines import ByteLine, Source, TextLine, decoded, name_of, read_lines
from doublebill.imports.files.raw_rows import BadRow

SAMPLE_LINES = 1000
"""Lines by which the caller decides about the meanings of columns."""

BLOCK_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """The facts about a file that its caller knows better than its first lines."""

    other_encoding: str = ""
    """Encoding of the lines that are not UTF-8; empty where such lines are bad rows."""
    headed: bool | None = None
    """Whether the first row is a header; None to tell by its shape."""


class TableSource:
    """An opened file: its columns, a sample, and its rows in blocks, which are read once."""

    def __init__(self, name: str, head: Sequence[ByteLine], rest: Iterator[ByteLine], options: ReadOptions) -> None:
        """Recognises the shape of the table by the lines in `head`."""
        self.name = name
        self.options = options
        self._head = head
        self._rest = rest
        texts = _sample_texts(head, name)
        self.is_json = texts[0].lstrip().startswith("{")
        self._dialect = Dialect("", (), (), False) if self.is_json else dialect_of(texts, options.headed)
        sample = [*self._blocks(head)]
        self.sample = sample[0] if sample else RawBlock(np.zeros(0, np.int64), {})

    @property
    def columns(self) -> tuple[str, ...]:
        """Returns the names of the columns: of the header, the keys of the sample, or numbers from 1."""
        return tuple(self.sample.columns) if self.is_json else self._dialect.columns

    @property
    def headed(self) -> bool:
        """Returns whether the columns have names of their own."""
        return self.is_json or self._dialect.headed

    @property
    def first_row(self) -> tuple[str, ...]:
        """Returns the cells of a table's first row, header or not; of JSON nothing."""
        return self._dialect.first_row

    @property
    def delimiter(self) -> str:
        """Returns the delimiter of a table; of JSON nothing."""
        return self._dialect.delimiter

    def reopened(self, options: ReadOptions) -> "TableSource":
        """Returns the same file with other options; only before its blocks are read."""
        return TableSource(self.name, self._head, self._rest, options)

    def blocks(self) -> Iterator[RawBlock]:
        """Yields all rows in order, the sample too.

        Raises:
            InvalidInput: when the file is damaged; the rows before it were already yielded, the caller refuses them.
        """
        return self._blocks(chain(self._head, self._rest))

    def _blocks(self, lines: Iterable[ByteLine]) -> Iterator[RawBlock]:
        texts = decoded(lines, self.options.other_encoding == "latin-1")
        rows = self._json_rows(texts) if self.is_json else self._table_rows(texts)
        for some in batched(rows, BLOCK_ROWS):
            yield _block(some, self._dialect.columns)

    def _table_rows(self, texts: Iterable[TextLine]) -> Iterator[Record]:
        records = read_records(texts, self._dialect.delimiter, len(self._dialect.columns))
        waiting = self._dialect.headed
        for record in records:
            if waiting and not isinstance(record, BadRow):
                waiting = False
                continue
            yield record

    def _json_rows(self, texts: Iterable[TextLine]) -> Iterator[tuple[int, dict[str, object]] | BadRow]:
        return read_objects(texts)


def open_table(source: Source, name: str = "", options: ReadOptions = ReadOptions()) -> TableSource:
    """Returns the table in a file.

    Raises:
        InvalidInput: when the file cannot be opened, is empty or is no table.
    """
    name = name_of(source, name)
    lines = read_lines(source, name)
    return TableSource(name, list(islice(lines, SAMPLE_LINES)), lines, options)


def _sample_texts(head: Sequence[ByteLine], name: str) -> list[str]:
    texts = [line[1].decode("latin-1") for line in head if not isinstance(line, BadRow) and line[1].strip()]
    if texts:
        return texts
    bad = next((line for line in head if isinstance(line, BadRow)), None)
    raise InvalidInput.one(name, bad.problem if bad else "it is empty", "use a file whose first line can be read")


def _block(rows: Sequence[tuple[int, list[str] | dict[str, object]] | BadRow], columns: Sequence[str]) -> RawBlock:
    good = [row for row in rows if not isinstance(row, BadRow)]
    bad = [row for row in rows if isinstance(row, BadRow)]
    lines = np.array([number for number, _ in good], np.int64)
    objects = [cells for _, cells in good if isinstance(cells, dict)]
    if objects:
        names = dict.fromkeys(key for one in objects for key in one)
        return RawBlock(lines, {name: column_of(one.get(name) for one in objects) for name in names}, bad)
    cells = [cells for _, cells in good if isinstance(cells, list)]
    return RawBlock(lines, {name: column_of(row[at] for row in cells) for at, name in enumerate(columns)}, bad)
