"""The dialect of a delimited text, recognised by the shape of its first lines: its delimiter, width and header.

A header is a first row of different names: none is a number or a time, and only its first cell may be empty (the index
that pandas writes). Names that are empty become the number of their column, and one that repeats gets its number too.
A first line `sep=,`, as Excel takes it, names the delimiter and is no row; neither are first lines that begin with # or
% and have another number of cells than the lines below them, nor titles without a delimiter above a table.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from doublebill.imports.files.delimited import DELIMITER_NAMES, split_line

NUMBER_OR_TIME = re.compile(r"\s*[+-]?[\d.,]*\d[\d.,]*(e[+-]?\d+)?\s*|\d{4}-\d\d-\d\d.*", re.IGNORECASE | re.ASCII)
SEPARATOR_LINE = re.compile(r"\s*sep=([,;|\t])\s*", re.IGNORECASE)
COMMENT = ("#", "%")
MOST_TITLES = 10
"""Lines without any delimiter that may stand above a table."""
MOSTLY = 0.9
"""Share of the lines of a table that have as many cells as its first."""
HEX_DIGEST = re.compile(r"[0-9a-f]{32,64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """The delimiter of a text and its columns."""

    delimiter: str
    columns: tuple[str, ...]
    """The names in the header, or the numbers of the columns from 1."""
    first_row: tuple[str, ...]
    """The cells of the first row, header or not."""
    headed: bool
    """True where the first row is a header."""
    first_line: int
    """Number of the line with the first row that is no header."""


def dialect_of(lines: Sequence[tuple[int, str]], headed: bool | None) -> Dialect:
    """Returns the dialect of the lines, none of them blank; `headed` overrules the guess of a header."""
    separator = SEPARATOR_LINE.fullmatch(lines[0][1])
    lines = lines[1:] if separator and len(lines) > 1 else lines
    lines = lines if separator else _without_lead(lines)
    texts = [text for _, text in lines]
    delimiter = separator.group(1) if separator else _delimiter(texts)
    first_row = tuple(split_line(texts[0], delimiter))
    if headed is None:
        ends_blank = len(texts) > 1 and not any(split_line(text, delimiter)[-1].strip() for text in texts)
        headed = looks_like_header(first_row[:-1] if ends_blank and len(first_row) > 1 else first_row)
    names = column_names(first_row) if headed else tuple(str(number) for number in range(1, len(first_row) + 1))
    return Dialect(delimiter, names, first_row, headed, lines[0][0] + headed)


def _without_lead(lines: Sequence[tuple[int, str]]) -> Sequence[tuple[int, str]]:
    """Returns the lines without comments and titles above the table; a last comment as wide as a row is the header."""
    begin = next((place for place, (_, text) in enumerate(lines) if not text.startswith(COMMENT)), 0)
    rows = [text for _, text in lines[begin:]]
    titles = next((place for place, text in enumerate(rows) if any(one in text for one in DELIMITER_NAMES)), 0)
    delimiter = _delimiter(rows[titles:])
    widths = [len(split_line(text, delimiter)) for text in rows[titles:]]
    if 0 < titles <= MOST_TITLES and len(widths) > 1 and widths.count(widths[0]) > MOSTLY * len(widths):
        return lines[begin + titles :]
    if not begin:
        return lines
    return lines[begin - (widths[0] > 1 and len(split_line(lines[begin - 1][1], delimiter)) == widths[0]) :]


def looks_like_header(cells: Sequence[str]) -> bool:
    """Returns whether a first row can be the names of columns."""
    named = cells[1:] if not cells[0].strip() else cells
    return (
        bool(named)
        and all(cell.strip() for cell in named)
        and len({cell.strip() for cell in named}) == len(named)
        and not any(NUMBER_OR_TIME.fullmatch(cell) or HEX_DIGEST.fullmatch(cell) for cell in named)
    )


def _delimiter(texts: Sequence[str]) -> str:
    """Returns the delimiter that cuts most lines into as many cells as the first line."""
    shares = {}
    for delimiter in DELIMITER_NAMES:
        widths = [len(split_line(text, delimiter)) for text in texts]
        shares[delimiter] = widths.count(widths[0]) / len(widths) if widths[0] > 1 else 0.0
    best = max(shares, key=lambda delimiter: shares[delimiter])
    return best if shares[best] else ","


def column_names(cells: Sequence[str]) -> tuple[str, ...]:
    """Returns the names of columns; one that is empty or repeats gets its number."""
    stripped = [cell.strip() for cell in cells]
    counts = Counter(stripped)
    return tuple(
        str(number) if not name else f"{name} ({number})" if counts[name] > 1 else name
        for number, name in enumerate(stripped, 1)
    )
