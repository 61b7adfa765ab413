"""Records of a delimited text: their cells, with the number of their first line.

Comma and semicolon files quote as RFC 4180 says: a quoted field may hold delimiters, doubled quotes and line ends. In
tab, `::` and `|` files a quote is a character like any other (an artist is called "Weird Al" Yankovic).
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

from doublebill.imports.files.lines import TextLine
from doublebill.imports.files.raw_rows import BadRow

DELIMITER_NAMES = {"\t": "tabs", "::": "'::'", ",": "commas", ";": "semicolons", "|": "'|'"}
"""Delimiters in the order in which they are tried."""

QUOTING = frozenset({",", ";"})

QUOTED_LINES = 200
"""Lines of one record at most; a quote that never ends costs one row, not the rest of the file."""

type Record = tuple[int, list[str]] | BadRow


def split_line(text: str, delimiter: str) -> list[str]:
    """Returns the cells of a record on one line."""
    if delimiter in QUOTING and '"' in text:
        try:
            return next(csv.reader([text], delimiter=delimiter, strict=True))
        except csv.Error:
            pass
    return text.split(delimiter)


def read_records(
    lines: "Iterable[TextLine] | Ahead", delimiter: str, width: int, more: bool = False
) -> Iterator[Record]:
    """Yields the records of `width` cells; other numbers of cells are bad rows, and blank lines are skipped.

    Raises:
        RecordUnfinished: when the lines end inside a quoted field and `more` lines follow.
    """
    ahead = lines if isinstance(lines, Ahead) else Ahead(lines)
    for line in ahead:
        if isinstance(line, BadRow):
            yield line
            continue
        number, text = line
        if '"' in text and delimiter in QUOTING:
            record = _quoted(number, text, ahead, delimiter, more)
        else:
            record = number, text.split(delimiter)
        if isinstance(record, BadRow) or len(record[1]) == width:
            yield record
        elif text and not text.isspace():
            yield of_other_width(number, len(record[1]), delimiter, width)


def of_other_width(number: int, found: int, delimiter: str, width: int) -> BadRow:
    """Returns the bad row of a record with another number of cells."""
    fix = f"use {width} columns, separated by {DELIMITER_NAMES[delimiter]}"
    return BadRow(number, "line", f"it has {found} columns", fix)


class RecordUnfinished(Exception):
    """The lines end inside a quoted field."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line
        """Number of the record's first line."""


def _quoted(number: int, text: str, ahead: "Ahead", delimiter: str, more: bool) -> Record:
    taken: list[TextLine] = []
    ends_early = False

    def continued() -> Iterator[str]:
        nonlocal ends_early
        yield text + "\n"
        for line in islice(ahead, QUOTED_LINES - 1):
            taken.append(line)
            if isinstance(line, BadRow):
                return
            yield line[1] + "\n"
        ends_early = len(taken) < QUOTED_LINES - 1

    try:
        return number, next(csv.reader(continued(), delimiter=delimiter, strict=True))
    except csv.Error:
        if ends_early and more:
            raise RecordUnfinished(number) from None
        ahead.put_back(taken)
        problem = "a quoted field is not closed, or goes on after its closing quote"
        return BadRow(number, "line", problem, f'write "He said ""no""", in at most {QUOTED_LINES} lines')


class Ahead:
    """Lines that can be put back."""

    def __init__(self, lines: Iterable[TextLine]) -> None:
        """Begins before the first line."""
        self.passed = 0
        """Number of lines that were taken and not put back."""
        self._lines = iter(lines)
        self._waiting: deque[TextLine] = deque()

    def __iter__(self) -> "Ahead":
        return self

    def __next__(self) -> TextLine:
        line = self._waiting.popleft() if self._waiting else next(self._lines)
        self.passed += 1
        return line

    def put_back(self, lines: list[TextLine]) -> None:
        """Makes the lines come again."""
        self.passed -= len(lines)
        self._waiting.extendleft(reversed(lines))
