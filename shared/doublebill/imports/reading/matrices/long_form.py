"""Matrices of users × items: each cell that is not empty becomes a row of its own."""

from collections.abc import Sequence

import numpy as np

from doublebill.imports.files.blocks import Column, RawBlock
from doublebill.imports.reading.file_reading import FileReading

USER, ITEM, VALUE = "user", "item", "value"
ABSENT = frozenset({"", "nan", "na", "n/a", "null", "none", "\\n", "-"})


def is_empty(cell: object) -> bool:
    """Returns whether a cell of a matrix says nothing."""
    return cell is None or (isinstance(cell, str) and cell.strip().lower() in ABSENT)


def long_form(block: RawBlock, reading: FileReading) -> RawBlock:
    """Returns the block with the columns user, item and value, a row for each cell that says something."""
    users, items = reading.one("user"), [name for name in reading.of("item") if name in block.columns]
    rows = np.arange(len(block.lines))
    parts = [(number, _present(block.columns[name], reading)) for number, name in enumerate(items)]
    chosen = [rows[mask] for _, mask in parts] or [rows[:0]]
    order = np.concatenate(chosen)
    item_codes = np.concatenate([np.full(len(own), number) for (number, _), own in zip(parts, chosen, strict=True)])
    sort = np.lexsort((item_codes, order))
    user = block.columns[users] if users else Column([str(line) for line in block.lines], rows.astype(np.int32))
    columns = {
        USER: Column(user.distinct, user.codes[order[sort]]),
        ITEM: Column(items, item_codes[sort].astype(np.int32)),
        VALUE: _values([block.columns[name] for name in items], chosen, sort),
    }
    return RawBlock(block.lines[order[sort]], columns, block.bad)


def _present(column: Column, reading: FileReading) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    absent = {"0", "0.0"} if reading.matrix == "play" else set()
    if reading.unrated is not None:
        absent |= {f"{reading.unrated:g}", f"{reading.unrated:.1f}", f"{reading.unrated:.2f}"}
    says = [not is_empty(cell) and str(cell).strip() not in absent for cell in column.distinct]
    return np.array(says, np.bool_)[column.codes]


def _values(columns: Sequence[Column], rows: Sequence[np.ndarray], sort: np.ndarray) -> Column:
    distinct: list[object] = []
    codes: list[np.ndarray] = [np.zeros(0, np.int32)]
    for column, own in zip(columns, rows, strict=True):
        codes.append(column.codes[own] + len(distinct))
        distinct.extend(column.distinct)
    return Column(distinct, np.concatenate(codes)[sort].astype(np.int32))
