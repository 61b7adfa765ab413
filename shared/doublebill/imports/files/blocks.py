"""Blocks of rows: raw cells by column, without any meaning.

A column is dictionary-encoded, so that each distinct cell is interpreted once, however many rows hold it.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import overload

import numpy as np
from numpy.typing import NDArray

from doublebill.imports.files.raw_rows import BadRow


@dataclass(frozen=True, slots=True, eq=False)
class Column(Sequence[object]):
    """The cells of one column: texts of a table, any values of JSON; None where a JSON object lacks the key."""

    distinct: Sequence[object]
    """The different cells; a few may repeat (JSON lists and objects)."""
    codes: NDArray[np.int32]
    """Shape [rows]: each row's position in `distinct`."""

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


@dataclass(frozen=True, slots=True)
class RawBlock:
    """Some rows of a table in order, and the rows among them that could not be read."""

    lines: NDArray[np.int64]
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
