"""Parquet as a table, read by pyarrow in blocks.

pyarrow is imported when a Parquet file is opened: it comes with the command line, and no handler has it.
"""

import datetime
import importlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from doublebill.errors import InvalidInput
from doublebill.imports.files.blocks import Column, RawBlock, column_of
from doublebill.imports.files.containers import PARQUET, Unpacked
from doublebill.imports.files.dialect import column_names

BLOCK_ROWS = 50_000
SAMPLE_ROWS = 1000

DAY_MS = 86_400_000
MOST_ROWS_PER_BYTE = 200
ROWS_COUNT_FROM = 10_000_000
"""Files of fewer rows are read whatever their size."""

WRONG = (KeyError, MemoryError, NotImplementedError, OSError, RuntimeError, TypeError, ValueError)
"""What pyarrow raises for a damaged file: its own errors are some of these."""

ISO_DAY, ISO_TIME = "%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"

NO_TEXT: list[object] = ["bytes that are no text"]
"""The value in place of such bytes; ids, numbers and attributes refuse it."""


@dataclass(frozen=True)
class ParquetTable:
    """The form of an opened Parquet file."""

    file: Any
    """A `pyarrow.parquet.ParquetFile`."""
    unpacked: Unpacked
    columns: tuple[str, ...]

    def blocks(self, _chunks: Iterable[bytes], name: str, partial: bool = False) -> Iterator[RawBlock]:
        """Yields the rows in order, numbered from 1; the first ones only of a `partial` text.

        Raises:
            InvalidInput: when the file is damaged.
        """
        first, rows = 0, self.file.metadata.num_rows
        try:
            for batch in self.file.iter_batches(SAMPLE_ROWS if partial else BLOCK_ROWS):
                cells = {column: _cells(array) for column, array in zip(self.columns, batch.columns, strict=True)}
                yield RawBlock(np.arange(first + 1, first + len(batch) + 1), cells)
                if partial:
                    return
                first += len(batch)
                self.unpacked.read_bytes = self.unpacked.size_bytes * first // rows
        except WRONG as error:
            raise _damaged(name, f"after row {first}", error) from error
        if not rows:
            yield RawBlock(np.zeros(0, np.int64), {column: column_of(()) for column in self.columns})


def open_parquet(unpacked: Unpacked) -> ParquetTable:
    """Returns the form of a Parquet file.

    Raises:
        InvalidInput: when pyarrow is not installed, the file is part of an archive, is damaged or has too many rows.
    """
    name, path = unpacked.name, unpacked.path
    if path is None or not _is_parquet(path):
        raise InvalidInput.one(name, "it is a Parquet file in an archive or a stream", "save it as a file of its own")
    try:
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError as missing:
        fix = "pip install pyarrow, or write it as CSV, for instance with pandas"
        raise InvalidInput.one(name, "a Parquet file needs pyarrow, which is not installed", fix) from missing
    try:
        file = parquet.ParquetFile(path)
    except WRONG as error:
        raise _damaged(name, "at its end, where its columns are described", error) from error
    rows = file.metadata.num_rows
    if rows > max(ROWS_COUNT_FROM, MOST_ROWS_PER_BYTE * unpacked.size_bytes):
        problem = f"it has {rows:,} rows in {unpacked.size_bytes:,} bytes"
        raise InvalidInput.one(name, problem, "look at it, and write it as CSV if it is right")
    return ParquetTable(file, unpacked, column_names(file.schema_arrow.names))


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(PARQUET)) == PARQUET


def _damaged(name: str, place: str, error: Exception) -> InvalidInput:
    return InvalidInput.one(name, f"the Parquet file is damaged {place}: {error}"[:300], "use a whole file")


def _cells(array: Any) -> Column:
    """Returns the cells of a column: texts, numbers, truth values, times as ISO 8601, lists and objects."""
    arrow, compute = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.compute")
    types, kind = arrow.types, array.type
    if types.is_dictionary(kind):
        array, kind = array.cast(kind.value_type), kind.value_type
    if types.is_timestamp(kind):
        array = array.cast(arrow.timestamp("ms"), safe=False)
        days = array.cast(arrow.int64()).drop_null().to_numpy() % DAY_MS
        array = compute.strftime(array, format=ISO_TIME if days.any() else ISO_DAY)
    elif types.is_date(kind) or types.is_time(kind):
        array = array.cast(arrow.string())
    elif types.is_decimal(kind) or types.is_float16(kind):
        array = array.cast(arrow.float64())
    elif types.is_duration(kind):
        array = array.cast(arrow.int64())
    elif types.is_nested(kind):
        return column_of(map(_nested, array.to_pylist()))
    coded = array.dictionary_encode(null_encoding="encode")
    codes = coded.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    return Column([_cell(value) for value in _values(coded.dictionary)], codes)


def _values(array: Any) -> list[object]:
    try:
        values: list[object] = array.to_pylist()
    except UnicodeDecodeError:  # a writer may say text and write any bytes
        values = array.cast("binary").to_pylist()
    return values


def _cell(value: object) -> object:
    """Returns a cell; None for NaN, by which pandas says that there is none."""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return NO_TEXT
    return None if value != value else value  # noqa: PLR0124  only NaN differs from itself


def _nested(value: object) -> object:
    """Returns a list or an object with cells inside, as JSON has them."""
    if isinstance(value, Mapping):
        return {str(key): _nested(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_nested(one) for one in value]
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else _cell(value)
