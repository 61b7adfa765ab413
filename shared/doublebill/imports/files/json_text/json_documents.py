"""JSON documents: an array of objects, an object that holds one such array or has objects alike by their ids, as in
`keyed_rows`, or objects one after the other.

A document is read as a stream: only one element at a time has to fit into memory, and no more than `ELEMENT_LIMIT`
characters. The rows are numbered by the order of their elements, since a document may be one long line.
"""

import codecs
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import batched

from doublebill.errors import InvalidInput
from doublebill.imports.files.blocks import RawBlock
from doublebill.imports.files.containers import DAMAGES
from doublebill.imports.files.encodings import ENCODING_FIX
from doublebill.imports.files.json_text.inner_rows import JsonRow, inner_rows
from doublebill.imports.files.json_text.json_lines import BLOCK_ROWS, FIX, block_of, no_constant
from doublebill.imports.files.json_text.keyed_rows import VALUES_LOOKED_AT, KeyedRows, keyed_rows
from doublebill.imports.files.lines import damaged
from doublebill.imports.files.raw_rows import BadRow, described

ELEMENT_LIMIT = 1 << 24
"""Longest element of an array in characters."""

BLANK = " \t\n\r"


class SeveralArrays(InvalidInput):
    """An object holds several arrays of objects, which no option calls one table."""


@dataclass(frozen=True, slots=True)
class JsonDocument:
    """The form of a text that is JSON as a whole."""

    together: bool = False
    """Whether the elements of several arrays in an object are the rows of one table."""
    inner: tuple[str, ...] = ()
    """Path to the lists whose elements are the rows, as in `inner_rows`; empty where the elements above are."""

    def blocks(self, chunks: Iterable[bytes], name: str, partial: bool = False) -> Iterator[RawBlock]:
        """Yields the elements in order; each block has the columns of its own elements.

        Raises:
            InvalidInput: when the text is no JSON.
            SeveralArrays: when it holds several arrays of objects that are not read `together`.
        """
        rows = inner_rows(_rows(_Scanner(chunks, name, self.together), partial), self.inner)
        for some in batched(rows, BLOCK_ROWS):
            yield block_of(some)


def _rows(scanner: "_Scanner", partial: bool) -> Iterator[JsonRow]:
    try:
        for number, element in enumerate(_elements(scanner), 1):
            if isinstance(element, dict):
                yield number, element
            elif isinstance(element, BadRow):
                yield replace(element, line=number)
            else:
                yield BadRow(number, "line", described(element), FIX)
    except InvalidInput:
        if not partial:
            raise


def _elements(scanner: "_Scanner") -> Iterator[object]:
    while first := scanner.next_character():
        if first == "[":
            yield from _array(scanner)
        elif first == "{":
            yield from _object(scanner)
        else:
            yield scanner.value()


def _array(scanner: "_Scanner") -> Iterator[object]:
    scanner.expect("[")
    while scanner.next_character() != "]":
        yield scanner.value()
        if scanner.next_character() != "]":
            scanner.expect(",")
    scanner.expect("]")


def _object(scanner: "_Scanner") -> Iterator[object]:
    """Yields the elements of the arrays of objects in an object, its values where they are rows, or else itself."""
    scanner.expect("{")
    values: dict[str, object] = {}
    array = ""
    keyed: KeyedRows | None = None
    try:
        while scanner.next_character() != "}":
            key = str(scanner.value())
            scanner.expect(":")
            if keyed:
                yield keyed.row(key, scanner.value())
            elif scanner.begins_objects():
                if array and not scanner.together:
                    problem = f"it holds several arrays of objects, {array!r} and {key!r}"
                    raise SeveralArrays.one(scanner.name, problem, "keep one of them in a file of its own")
                array = key
                yield from _array(scanner)
            else:
                values[key] = scanner.value()
                if len(values) == VALUES_LOOKED_AT and not array and (keyed := keyed_rows(values)):
                    yield from keyed.rows(values)
            if scanner.next_character() != "}":
                scanner.expect(",")
        scanner.expect("}")
    except InvalidInput:  # the rows before it are shown, where the text breaks off
        if not array and not keyed and (found := keyed_rows(values)):
            yield from found.rows(values)
        raise
    if not array and not keyed and values:
        found = keyed_rows(values)
        yield from found.rows(values) if found else [values]


class _Scanner:
    """A place in a text that is read as far as it is needed."""

    def __init__(self, chunks: Iterable[bytes], name: str, together: bool) -> None:
        self.name = name
        self.together = together
        self._chunks = iter(chunks)
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._values = json.JSONDecoder(parse_constant=no_constant)
        self._text = ""
        self._at = 0
        self._line = 1
        """Number of the line on which `_text` begins."""
        self._before = 0
        """Number of characters on this line that are before `_text`."""
        self._ended = False

    def next_character(self) -> str:
        """Goes on to the next character that is not blank and returns it, or nothing at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in BLANK:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read():
                return ""

    def begins_objects(self) -> bool:
        """Returns whether an array whose first element is an object begins here."""
        if self.next_character() != "[":
            return False
        while not (inner := self._text[self._at + 1 :].lstrip(BLANK)) and self._read():
            pass
        return inner.startswith("{")

    def expect(self, character: str) -> None:
        """Passes a character that must come next."""
        if self.next_character() != character:
            raise self._wrong(f"{character!r} is missing")
        self._at += 1

    def value(self) -> object:
        """Returns the JSON value that comes next, and passes it."""
        self.next_character()
        while True:
            try:
                value, end = self._values.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                passed = error.pos - self._at
                if self._read():
                    continue
                raise self._wrong("a JSON error", passed) from None
            except RecursionError:
                raise self._wrong("JSON nested too deeply") from None
            except ValueError:
                raise self._wrong("a number that JSON does not have, or of too many digits") from None
            length = end - self._at
            if end == len(self._text) and self._read():  # a number may go on
                continue
            self._at += length
            return value

    def _read(self) -> bool:
        """Reads on, at least as much again as is waiting; returns whether there was more."""
        self._line, self._before = self._place(self._at)
        self._text, self._at = self._text[self._at :], 0
        waiting = len(self._text)
        if waiting > ELEMENT_LIMIT:
            raise self._wrong(f"an element of more than {ELEMENT_LIMIT} characters")
        pieces = [self._text]
        try:
            while not self._ended and sum(map(len, pieces)) <= 2 * waiting:
                chunk = next(self._chunks, None)
                self._ended = chunk is None
                pieces.append(self._decoder.decode(chunk or b"", final=self._ended))
        except UnicodeDecodeError as error:
            problem = f"line {self._line} or below is not UTF-8: byte 0x{error.object[error.start]:02x}"
            raise InvalidInput.one(self.name, problem, ENCODING_FIX) from error
        except DAMAGES as error:
            raise damaged(error, self.name, f"line {self._line}") from error
        self._text = "".join(pieces)
        return len(self._text) > waiting

    def _place(self, at: int) -> tuple[int, int]:
        """Returns the line of a character, and how many characters are before it on this line."""
        lines = self._text.count("\n", 0, at)
        return self._line + lines, at - self._text.rfind("\n", 0, at) - 1 if lines else self._before + at

    def _wrong(self, problem: str, passed: int = 0) -> InvalidInput:
        line, before = self._place(self._at + passed)
        fix = "use one JSON array of objects"
        return InvalidInput.one(self.name, f"{problem} in line {line}, position {before + 1}", fix)
