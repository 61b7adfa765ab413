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


def read_records(lines: Iterable[TextLine], delimiter: str, width: int) -> Iterator[Record]:
    """Yields the records of `width` cells; other numbers of cells are bad rows, and blank lines are skipped."""
    ahead = _Ahead(lines)
    for line in ahead if delimiter in QUOTING else lines:
        if isinstance(line, BadRow):
            yield line
            continue
        number, text = line
        if '"' in text and delimiter in QUOTING:
            record = _quoted(number, text, ahead, delimiter)
        else:
            record = number, text.split(delimiter)
        if isinstance(record, BadRow) or len(record[1]) == width:
            yield record
        elif text and not text.isspace():
            fix = f"use {width} columns, separated by {DELIMITER_NAMES[delimiter]}"
            yield BadRow(number, "line", f"it has {len(record[1])} columns", fix)


def _quoted(number: int, text: str, ahead: "_Ahead", delimiter: str) -> Record:
    taken: list[TextLine] = []

    def continued() -> Iterator[str]:
        yield text + "\n"
        for line in islice(ahead, QUOTED_LINES - 1):
            taken.append(line)
            if isinstance(line, BadRow):
                return
            yield line[1] + "\n"

    try:
        return number, next(csv.reader(continued(), delimiter=delimiter, strict=True))
    except csv.Error:
        ahead.put_back(taken)
        problem = "a quoted field is not closed, or goes on after its closing quote"
        return BadRow(number, "line", problem, f'write "He said ""no""", in at most {QUOTED_LINES} lines')


class _Ahead:
    """Lines that can be put back."""

    def __init__(self, lines: Iterable[TextLine]) -> None:
        self._lines = iter(lines)
        self._waiting: deque[TextLine] = deque()

    def __iter__(self) -> "_Ahead":
        return self

    def __next__(self) -> TextLine:
        return self._waiting.popleft() if self._waiting else next(self._lines)

    def put_back(self, lines: list[TextLine]) -> None:
        self._waiting.extendleft(reversed(lines))
