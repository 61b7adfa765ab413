"""Ratings in a section for each film, as the Netflix Prize wrote them: a line `8:`, then a line for each rating.

    1:
    1488844,3,2005-09-06

The sections become the columns `movie_id`, `customer_id`, `rating` and `date`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from doublebill.imports.files.blocks import WORD_BYTES, BytesColumn, Column, RawBlock
from doublebill.imports.files.lines import LineBlock, line_blocks
from doublebill.imports.files.raw_rows import BadRow
from doublebill.imports.files.regular_lines import CutLines, cut_lines

COLUMNS = ("customer_id", "rating", "date")
SECTION = re.compile(rb"\s*(\d{1,19}):\s*", re.ASCII)
BEGINNING = re.compile(rb"\s*\d{1,19}:[ \t]*\r?\n\s*\d+,\d+(\.\d+)?,\d{4}-\d\d-\d\d\s", re.ASCII)

FIX = "use lines such as 8: for a film and 1488844,3,2005-09-06 for a rating below it"


@dataclass(frozen=True, slots=True)
class ItemSections:
    """The form of a text with a section for each item."""

    def blocks(self, chunks: Iterable[bytes], name: str, partial: bool = False) -> Iterator[RawBlock]:
        """Yields the rows of a text in order."""
        item = ""
        for lines in line_blocks(chunks, name, partial):
            block, item = _block(lines, item)
            yield block


def has_sections(head: bytes) -> bool:
    """Returns whether a text begins with a section."""
    return BEGINNING.match(head) is not None


def _block(lines: LineBlock, item: str) -> tuple[RawBlock, str]:
    """Returns the rows of some lines, the first of them of the section of `item`, and the item of the last section."""
    cut = cut_lines(lines.content, ",", len(COLUMNS))
    places, items, bad = _sections(lines, cut)
    rows = np.flatnonzero(cut.regular)
    codes = np.searchsorted(places, rows).astype(np.int32)
    inside = (codes > 0) | bool(item)
    bad += [BadRow(line, "line", "it is in no section", FIX) for line in (rows[~inside] + lines.first_line).tolist()]
    rows, codes, delimiters = rows[inside], codes[inside], cut.delimiters[inside]
    starts = np.column_stack([cut.starts[rows], delimiters + 1])
    ends = np.column_stack([delimiters, cut.ends[rows]])
    content = lines.content + bytes(WORD_BYTES)
    columns: dict[str, Column] = {"movie_id": Column([item, *items], codes)}
    for at, column in enumerate(COLUMNS):
        columns[column] = BytesColumn(content, np.ascontiguousarray(starts[:, at]), np.ascontiguousarray(ends[:, at]))
    return RawBlock(rows + lines.first_line, columns, bad), items[-1] if items else item


def _sections(lines: LineBlock, cut: CutLines) -> tuple[list[int], list[str], list[BadRow]]:
    """Returns the places and items of the lines that begin a section, and the bad rows among the other lines."""
    places: list[int] = []
    items: list[str] = []
    bad: list[BadRow] = []
    for place in np.flatnonzero(~cut.regular).tolist():
        text = lines.content[int(cut.starts[place]) : int(cut.ends[place])]
        if found := SECTION.fullmatch(text):
            places.append(place)
            items.append(found.group(1).decode())
        elif text.strip():
            bad.append(BadRow(place + lines.first_line, "line", "it is neither a film nor a rating", FIX))
    return places, items, bad
