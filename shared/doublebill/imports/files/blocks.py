"""Blocks of rows: raw cells by column, without any meaning.

A column is dictionary-encoded, so that each distinct cell is interpreted once, however many rows hold it. The columns
of a delimited text are places in its bytes until they are read: a column that is not read costs nothing.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from doublebill.arrays import Ints, Ints32
from doublebill.imports.files.raw_rows import BadRow

WORD_BYTES = 8
MOST_WORDS = 32
"""Longer cells are compared as texts."""

KEPT = np.array([(1 << (WORD_BYTES * kept)) - 1 for kept in range(WORD_BYTES + 1)], np.uint64)
"""Mask of a little-endian word by the number of its bytes that belong to the cell."""

MIXED = np.uint64(0x9E3779B97F4A7C15)
"""An odd number with well mixed bits: 2⁶⁴ over the golden ratio (Knuth, The Art of Computer Programming 3, 6.4)."""

type Words = list[NDArray[np.uint64]]


class Column(Sequence[object]):
    """The cells of one column: texts of a table, any values of JSON; None where a JSON object lacks the key."""

    def __init__(self, distinct: Sequence[object], codes: Ints32) -> None:
        """Makes the column whose rows have the cells `distinct[code]`."""
        self._encoded = distinct, codes

    @property
    def distinct(self) -> Sequence[object]:
        """Returns the different cells in any order; a few may repeat (JSON lists and objects)."""
        return self._encoded[0]

    @property
    def codes(self) -> Ints32:
        """Returns [rows] each row's position in `distinct`."""
        return self._encoded[1]

    def distinct_bytes(self) -> NDArray[np.bytes_] | None:
        """Returns [distinct] the texts as UTF-8 of one width; None where a cell is no text, is long or has a NUL."""
        texts = [cell.encode() for cell in self.distinct if isinstance(cell, str)]
        longest = max(map(len, texts), default=0)
        if len(texts) < len(self.distinct) or longest > MOST_WORDS * WORD_BYTES or b"\0" in b"".join(texts):
            return None
        return np.array(texts, f"S{max(longest, 1)}")

    def __len__(self) -> int:
        """Returns the number of rows."""
        return len(self.codes)

    @overload
    def __getitem__(self, row: int) -> object: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[object]: ...
    def __getitem__(self, row: int | slice) -> object:
        """Returns the cell of a row, or the cells of several."""
        if isinstance(row, slice):
            return [self.distinct[code] for code in self.codes[row]]
        return self.distinct[self.codes[row]]

    def __iter__(self) -> Iterator[object]:
        """Yields the cell of every row."""
        distinct = self.distinct
        return (distinct[code] for code in self.codes.tolist())


class BytesColumn(Column):
    """A column of texts that are still bytes of a text: UTF-8 without NUL."""

    def __init__(self, content: bytes, starts: Ints, ends: Ints) -> None:
        """Makes the column of the cells `content[start:end]`; `content` ends with `WORD_BYTES` bytes of padding."""
        self._content = content
        self._starts = starts
        self._ends = ends

    @property
    def distinct(self) -> Sequence[object]:
        """Returns the different texts in any order."""
        return self._coded[0]

    @property
    def codes(self) -> Ints32:
        """Returns [rows] each row's position in `distinct`."""
        return self._coded[1]

    def distinct_bytes(self) -> NDArray[np.bytes_] | None:
        """Returns [distinct] the texts as UTF-8 of one width; None where one is long."""
        return self._coded[2]

    def __len__(self) -> int:
        """Returns the number of rows."""
        return len(self._starts)

    @cached_property
    def _coded(self) -> tuple[Sequence[str], Ints32, NDArray[np.bytes_] | None]:
        grouped = None if self._words is None else _grouped(self._words)
        if self._words is None or grouped is None:
            cells = (self._content[start:end] for start, end in zip(self._starts, self._ends, strict=True))
            return (*_coded_texts(cells), None)
        codes, firsts = grouped
        distinct = _joined([words[firsts] for words in self._words])
        # at once, since no cell holds NUL: decoding one by one takes four times as long
        texts = b"\0".join(distinct.tolist()).decode().split("\0") if len(firsts) else []
        return texts, codes, distinct

    @cached_property
    def _words(self) -> Words | None:
        """The cells as little-endian words of eight bytes, zeros after their ends; None where a cell is long."""
        lengths = self._ends - self._starts
        longest = max(int(lengths.max(initial=1)), 1)
        if longest > MOST_WORDS * WORD_BYTES:
            return None
        last = len(self._content) - WORD_BYTES
        at_any_byte = np.ndarray((last + 1,), "<u8", self._content, strides=(1,))
        return [
            at_any_byte[np.minimum(self._starts + skipped, last)] & KEPT[np.clip(lengths - skipped, 0, WORD_BYTES)]
            for skipped in range(0, longest, WORD_BYTES)
        ]


@dataclass(frozen=True, slots=True)
class RawBlock:
    """Some rows of a table in order, and the rows among them that could not be read."""

    lines: Ints
    """Shape [rows]: the number of each row's first line, from 1."""
    columns: Mapping[str, Column]
    """Column name → cells; every column has a cell for every row."""
    bad: Sequence[BadRow] = field(default=())
    repeated_headers: int = 0
    """Lines among them that only repeat the header."""


def column_of(cells: Iterable[object]) -> Column:
    """Returns the column with these cells."""
    codes_by_cell: dict[object, int] = {}
    distinct: list[object] = []
    codes: list[int] = []
    for cell in cells:
        key = (type(cell), cell) if isinstance(cell, Hashable) else id(cell)
        code = codes_by_cell.setdefault(key, len(distinct))
        if code == len(distinct):
            distinct.append(cell)
        codes.append(code)
    return Column(distinct, np.array(codes, np.int32))


def _coded_texts(cells: Iterable[bytes]) -> tuple[Sequence[str], Ints32]:
    numbers: dict[bytes, int] = {}
    codes = [numbers.setdefault(cell, len(numbers)) for cell in cells]
    return [cell.decode() for cell in numbers], np.array(codes, np.int32)


def _joined(words: Words) -> NDArray[np.bytes_]:
    """Returns the cells of words as bytes."""
    return np.stack(words, axis=1).view(f"S{len(words) * WORD_BYTES}")[:, 0]


def _grouped(words: Words) -> tuple[Ints32, Ints] | None:
    """Returns a code for each row, equal for equal cells, and a row of each code; None where two hashes collide."""
    hashes = words[0]
    for more in words[1:]:
        hashes = (hashes ^ (hashes >> np.uint64(29))) * MIXED ^ more
    order = np.argsort(hashes)
    ordered = hashes[order]
    begins = np.ones(len(order), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:])
    codes = np.empty(len(order), np.int32)
    codes[order] = np.cumsum(begins, dtype=np.int32) - 1
    firsts = order[begins]
    alike = len(words) == 1 or all(bool((more == more[firsts][codes]).all()) for more in words)
    return (codes, firsts) if alike else None
