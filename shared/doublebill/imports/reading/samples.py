"""Samples: two values of each column as they are read, for the table that shows a reading."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from doublebill.errors import InvalidInput
from doublebill.imports.files.blocks import Column, RawBlock
from doublebill.imports.files.raw_rows import described
from doublebill.imports.raw_cells.cell_texts import PLAIN_NUMBERS, id_cell, is_blank, number_cell
from doublebill.imports.reading.file_reading import UNREAD, ColumnReading, FileReading
from doublebill.times.moments import milliseconds

COUNT = 2
LONGEST = 40
ROWS = 1000


def with_samples(reading: FileReading, block: RawBlock) -> FileReading:
    """Returns the reading with two values for each column."""
    columns = tuple(
        replace(one, samples=tuple(_samples(one, block.columns.get(one.column), reading))) for one in reading.columns
    )
    return replace(reading, columns=columns)


def _samples(one: ColumnReading, column: Column | None, reading: FileReading) -> Iterable[str]:
    if column is None or (one.meaning == UNREAD and reading.subject == "events"):
        return  # an unread column may hold names of people
    codes = dict.fromkeys(column.codes[:ROWS].tolist())
    present = [cell for code in codes if not is_blank(cell := column.distinct[code])]
    for cell in present[:COUNT]:
        yield _cut(_as_read(one, cell, reading))


def _as_read(one: ColumnReading, cell: object, reading: FileReading) -> str:
    meaning = one.meaning
    try:
        if meaning == "user":
            return str(described(id_cell(cell, reading.delimited)))
        if meaning == "time":
            moment = datetime.fromtimestamp(milliseconds(cell, reading.time_form) / 1000, UTC)
            return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
        if meaning in ("rating", "weight"):
            return f"{number_cell(meaning, cell, reading.numbers):g}"
        if one.numbers != PLAIN_NUMBERS:
            return f"{number_cell(meaning, cell, one.numbers):g}"
        if meaning in ("kind", "status"):
            word = str(cell).strip()
            return f"{word} → {reading.words.get(word.lower(), reading.words.get('*', '')) or 'no event'}"
        if meaning in ("item", "item_else") and not reading.matrix:
            return str(id_cell(cell, reading.delimited, meaning in reading.whole_ids))
    except InvalidInput:
        return "cannot be read"
    return str(cell).strip()


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
