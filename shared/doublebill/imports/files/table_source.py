"""Opens any file as a table: named columns, a sample of rows, and all rows in blocks.

Nothing here knows what a column means. The caller looks at the sample, may reopen the table with other options, and
then reads the blocks once.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Protocol

import numpy as np

from doublebill.errors import InvalidInput
from doublebill.imports.files.blocks import RawBlock
from doublebill.imports.files.containers import PARQUET, Source, Unpacked, name_of
from doublebill.imports.files.delimited_table import DelimitedTable
from doublebill.imports.files.dialect import Dialect, dialect_of
from doublebill.imports.files.encodings import ENCODING_FIXES, UTF_8, as_utf8, check_encoding, encoding_of
from doublebill.imports.files.item_sections import ItemSections, has_sections
from doublebill.imports.files.json_text.json_documents import JsonDocument
from doublebill.imports.files.json_text.json_lines import JsonLines, object_of
from doublebill.imports.files.json_text.keyed_rows import keyed_rows
from doublebill.imports.files.lines import HEAD_BYTES, LineBlock, decoded, with_head
from doublebill.imports.files.parquet_table import open_parquet
from doublebill.imports.files.raw_rows import BadRow
from doublebill.imports.files.xml_records import records_of

MOST_COLUMNS = 20_000
"""Most columns of a table; each takes about a third of a millisecond, however few rows there are."""

SAMPLE_LINES = 1000
"""Lines by which a form is recognised."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """The facts about a file that its caller knows better than its first lines."""

    encoding: str = ""
    """Encoding of the text; empty for UTF-8, or by the byte order mark."""
    other_encoding: str = ""
    """Encoding of the lines that are not UTF-8; empty where such lines are bad rows."""
    headed: bool | None = None
    """Whether the first row is a header; None to tell by its shape."""
    member: str = ""
    """The file of an archive; empty where it holds only one."""
    together: bool = field(default=False, repr=False)
    """Whether the elements of several arrays in a JSON object are the rows of one table."""
    inner: tuple[str, ...] = field(default=(), repr=False)
    """Path to the lists of objects in a JSON text whose elements are the rows; empty where its objects are."""


class FileForm(Protocol):
    """A form of text that holds a table."""

    def blocks(self, chunks: Iterable[bytes], name: str, partial: bool = False) -> Iterator[RawBlock]:
        """Yields the rows of a text in order; of a `partial` text, which breaks off anywhere, the whole rows."""
        ...


class TableSource:
    """An opened file: its columns, a sample, and its rows in blocks, which are read once."""

    def __init__(self, unpacked: Unpacked, head: bytes, rest: Iterator[bytes], options: ReadOptions) -> None:
        """Recognises the form of the table by the bytes in `head`."""
        self.name = unpacked.name
        self.options = options
        self._unpacked = unpacked
        self._head = head
        self._rest = rest
        packed = head.startswith(PARQUET)
        partial = packed or len(head) >= HEAD_BYTES
        text = b"" if packed else next(self._text([head]))
        # the encoding that XML declares is not that of text which was decoded before
        xml_encoding = "" if encoding_of(head, options.encoding) == UTF_8 else UTF_8
        self._form = _parquet(unpacked) if packed else _form_of(text, self.name, options, partial, xml_encoding)
        self.sample = next(self._form.blocks([text], self.name, partial), _NO_ROWS)
        """The first rows."""
        _check_width(self.name, len(self.sample.columns))

    @property
    def dialect(self) -> Dialect | None:
        """Returns the dialect of a delimited text, and None for other forms."""
        return self._form.dialect if isinstance(self._form, DelimitedTable) else None

    @property
    def columns(self) -> tuple[str, ...]:
        """Returns the names of the columns: of the header, the keys of the sample, or numbers from 1."""
        return self.dialect.columns if self.dialect else tuple(self.sample.columns)

    @property
    def headed(self) -> bool:
        """Returns whether the columns have names of their own."""
        return self.dialect.headed if self.dialect else True

    @property
    def progress(self) -> tuple[int, int]:
        """Returns how many bytes of the file were read so far, and of how many; 0 where that is not known."""
        return self._unpacked.read_bytes, self._unpacked.size_bytes

    def reopened(self, options: ReadOptions) -> "TableSource":
        """Returns the same file with other options; only before its blocks are read."""
        return TableSource(self._unpacked, self._head, self._rest, options)

    def blocks(self) -> Iterator[RawBlock]:
        """Yields all rows in order, the sample too.

        Raises:
            InvalidInput: when the file is damaged; the rows before it were already yielded, the caller refuses them.
        """
        return self._form.blocks(self._text(chain([self._head], self._rest)), self.name)

    def _text(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        encoding = self.options.encoding and check_encoding(self.options.encoding)
        return as_utf8(chunks, self.name, encoding)


_NO_ROWS = RawBlock(np.zeros(0, np.int64), {})


def open_table(source: Source, name: str = "", options: ReadOptions = ReadOptions()) -> TableSource:
    """Returns the table in a file.

    Raises:
        InvalidInput: when the file cannot be opened, is empty or is no table.
    """
    unpacked = Unpacked(name_of(source, name), source, options.member)
    chunks = with_head(unpacked.chunks())
    return TableSource(unpacked, next(chunks), chunks, options)


def _parquet(unpacked: Unpacked) -> FileForm:
    table = open_parquet(unpacked)
    _check_width(unpacked.name, len(table.columns))
    return table


def _form_of(head: bytes, name: str, options: ReadOptions, partial: bool, xml_encoding: str) -> FileForm:
    start = head.lstrip()
    if re.match(rb"\[\s*[\[{\]]", start):
        return JsonDocument(options.together, options.inner)
    if start.startswith(b"{") and not _is_json_lines(start, partial):
        return JsonDocument(options.together, options.inner)
    if re.match(rb"<(!doctype )?html", start, re.IGNORECASE):
        raise InvalidInput.one(name, "it is a page of HTML", "download the data itself; a link may need a login")
    if re.match(rb"<[?!A-Za-z]", start):
        return records_of(head, name, xml_encoding, partial)
    if has_sections(head):
        return ItemSections()
    good = _readable_lines(head, name, options)
    if start.startswith(b"{"):
        return JsonLines(options.other_encoding, options.inner)
    dialect = dialect_of(good, options.headed)
    _check_width(name, len(dialect.columns))
    return DelimitedTable(dialect, options.other_encoding)


def _check_width(name: str, columns: int) -> None:
    if columns > MOST_COLUMNS:
        fix = "write a matrix as rows of user, item and value, or split it by columns"
        raise InvalidInput.one(name, f"it has {columns:,} columns, more than the {MOST_COLUMNS:,} that are read", fix)


def _readable_lines(head: bytes, name: str, options: ReadOptions) -> list[tuple[int, str]]:
    """Returns the first lines that are neither blank nor bad."""
    lines = list(islice(LineBlock(1, head).lines(), SAMPLE_LINES))
    texts = list(decoded(lines, options.other_encoding))
    good = [line for line in texts if not isinstance(line, BadRow) and line[1].strip()]
    if not good or (isinstance(texts[0], BadRow) and texts[0].fix in ENCODING_FIXES):
        bad = next((line for line in texts if isinstance(line, BadRow)), None)
        problem = f"line {bad.line} is unreadable: {bad.problem}" if bad else "it is empty"
        raise InvalidInput.one(name, problem, bad.fix if bad else "use a file with a header and rows")
    return good


def _is_json_lines(start: bytes, partial: bool) -> bool:
    """Returns whether a text that begins with an object has one object a line, not one object over all lines."""
    first, end, rest = start.partition(b"\n")
    if rest.strip() or (partial and end):
        # an object that is broken is a bad row of its own, but one that goes on in the next line is not
        goes_on = first.rstrip().endswith((b"[", b"{", b",", b":")) or not rest.lstrip().startswith(b"{")
        return first.rstrip().endswith(b"}") or not goes_on
    try:
        values = object_of(first.decode("utf-8", "replace"))
    except ValueError:
        return not partial and first.rstrip().endswith(b"}")
    holds_rows = any(isinstance(value, list) and value and isinstance(value[0], dict) for value in values.values())
    return not holds_rows and not keyed_rows(values)
