"""XML as a table: the elements that repeat are the rows, their parts the columns, with dots where parts have parts.

Read as a stream by expat. A document type, and with it every entity that a file could declare, is refused: nothing
expands, and nothing outside the file is read.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import batched
from xml.parsers import expat

from doublebill.errors import InvalidInput
from doublebill.imports.files.blocks import RawBlock
from doublebill.imports.files.containers import DAMAGES
from doublebill.imports.files.json_text.inner_rows import JsonRow
from doublebill.imports.files.json_text.json_lines import BLOCK_ROWS, block_of
from doublebill.imports.files.lines import damaged

DEEPEST = 32
"""Elements inside each other at most."""
RECORD_LIMIT = 1 << 20
"""Longest row in characters."""

type Path = tuple[str, ...]
"""Names of elements from the root."""


@dataclass(frozen=True, slots=True)
class XmlRecords:
    """The form of an XML text whose rows are the elements at a path."""

    path: Path
    encoding: str
    """Encoding of the bytes; empty where the text names it."""

    def blocks(self, chunks: Iterable[bytes], name: str, partial: bool = False) -> Iterator[RawBlock]:
        """Yields the rows in order, numbered by the line on which they begin.

        Raises:
            InvalidInput: when the text is no XML, or declares a document type.
        """
        rows = _Elements(name, self.encoding, self.path).rows(chunks, partial)
        for some in batched(rows, BLOCK_ROWS):
            yield block_of(some)


def records_of(head: bytes, name: str, encoding: str, partial: bool) -> XmlRecords:
    """Returns the form of the XML text that begins with `head`.

    Raises:
        InvalidInput: when no element repeats or has parts.
    """
    elements = _Elements(name, encoding, ())
    for _ in elements.rows([head], partial):
        pass
    for depth in sorted({len(path) for path in elements.counts}):
        level = {path: count for path, count in elements.counts.items() if len(path) == depth}
        best = max(level, key=lambda path: (level[path], list(level).index(path)))
        if level[best] > 1 or all(count == 1 for count in elements.counts.values()):
            return XmlRecords(best, encoding)
    raise InvalidInput.one(name, "it is XML without elements that have parts", "use XML with one element for each row")


class _Elements:
    """A pass over the elements of a text."""

    def __init__(self, name: str, encoding: str, wanted: Path) -> None:
        self.counts: Counter[Path] = Counter()
        """How often there is an element with parts, by path."""
        self._name = name
        self._wanted = wanted
        self._path: list[str] = []
        self._has_parts: list[bool] = []
        self._text: list[str] = []
        self._record: dict[str, object] = {}
        self._size = 0
        self._line = 0
        self._done: list[JsonRow] = []
        self._parser = expat.ParserCreate(encoding or None)
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse

    def rows(self, chunks: Iterable[bytes], partial: bool) -> Iterator[JsonRow]:
        """Yields the wanted elements as they end."""
        try:
            for chunk in chunks:
                self._parser.Parse(chunk, False)
                yield from self._done
                self._done.clear()
            if not partial:
                self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            problem = f"an XML error in line {error.lineno}: {expat.ErrorString(error.code)}"
            raise InvalidInput.one(self._name, problem, "use well-formed XML") from None
        except DAMAGES as error:
            raise damaged(error, self._name, f"line {self._parser.CurrentLineNumber}") from error
        yield from self._done

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._has_parts:
            self._note_parts()
        self._path.append(tag)
        self._has_parts.append(False)
        if attributes:
            self._note_parts()
        if len(self._path) > DEEPEST:
            raise self._wrong(f"more than {DEEPEST} elements inside each other", "use flatter XML")
        if tuple(self._path) == self._wanted:
            self._record, self._size, self._line = {}, 0, self._parser.CurrentLineNumber
        self._text.clear()
        for name, value in attributes.items():
            self._keep(name, value)

    def _note_parts(self) -> None:
        if not self._has_parts[-1] and len(self._path) > 1:
            self.counts[tuple(self._path)] += 1
        self._has_parts[-1] = True

    def _end(self, _tag: str) -> None:
        path = tuple(self._path)
        has_parts = self._has_parts.pop()
        if path == self._wanted:
            self._done.append((self._line, self._record))
        elif not has_parts:
            self._keep("", "".join(self._text).strip())
        self._path.pop()
        self._text.clear()

    def _characters(self, text: str) -> None:
        self._size += len(text)
        if self._wanted and self._size > RECORD_LIMIT:
            raise self._wrong(f"an element of more than {RECORD_LIMIT} characters", "shorten it")
        self._text.append(text)

    def _keep(self, name: str, value: str) -> None:
        """Puts a value into its column; several values of one column become a list."""
        depth = len(self._wanted)
        if not depth or tuple(self._path[:depth]) != self._wanted:
            return
        column = ".".join([*self._path[depth:], *filter(None, [name])])
        before = self._record.get(column)
        if before is None:
            self._record[column] = value
        else:
            self._record[column] = [*before, value] if isinstance(before, list) else [before, value]

    def _refuse(self, *_declared: object) -> None:
        raise self._wrong("a document type is declared", "remove the <!DOCTYPE …> part")

    def _wrong(self, problem: str, fix: str) -> InvalidInput:
        return InvalidInput.one(self._name, f"{problem}, in line {self._parser.CurrentLineNumber}", fix)
