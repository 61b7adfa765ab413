"""Files read row by row, through the same steps as an import: table, reading, blocks of events or items."""

import io
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from doublebill.imports.files.raw_rows import BadRow, RawRow
from doublebill.imports.files.table_source import ReadOptions, TableSource
from doublebill.imports.reading.decide import decide, open_recognised
from doublebill.imports.reading.event_rows import event_rows
from doublebill.imports.reading.file_plan import planned_items
from doublebill.imports.reading.flags import ReadingFlags


@dataclass(frozen=True)
class EventColumns:
    """Columns by meaning: a header name, or a number from 1; empty to be recognised."""

    user: str = ""
    item: str = ""
    rating: str = ""
    weight: str = ""
    time: str = ""
    kind: str = ""
    event_id: str = ""


@dataclass(frozen=True)
class ItemColumns:
    """The same of items."""

    item: str = ""
    title: str = ""
    tags: str = ""
    year: str = ""
    available: str = ""


def flags_of(columns: EventColumns | ItemColumns, subject: str, kind: str = "") -> ReadingFlags:
    """The flags of the command line that name these columns."""
    named = {getattr(columns, field.name): field.name for field in fields(columns) if getattr(columns, field.name)}
    return ReadingFlags(columns=named, subject=subject, kind=kind)


def opened(source: Path | io.BytesIO, name: str, flags: ReadingFlags) -> TableSource:
    """The table in a file, or in bytes as a file of this name."""
    if isinstance(source, Path):
        return open_recognised(source, ReadOptions(), flags)
    with tempfile.TemporaryDirectory() as folder:  # an open file outlives its folder
        path = Path(folder) / (name or "sample")
        path.write_bytes(source.read())
        return open_recognised(path, ReadOptions(), flags)


def read_events(
    source: Path | io.BytesIO, name: str = "", columns: EventColumns = EventColumns(), kind: str = ""
) -> Iterator[RawRow | BadRow]:
    """Every row of a file of events, as `events.parse` takes them, or what is wrong with it, in order."""
    flags = flags_of(columns, "events", kind)
    table = opened(source, name, flags)
    reading = decide(table, flags)
    for block in table.blocks():
        rows = event_rows(block, reading)
        made: list[RawRow | BadRow] = list(rows.bad)
        for row, line in enumerate(rows.lines.tolist()):
            values: dict[str, object] = {
                "user_id": rows.users[row],
                "item_id": rows.items[row],
                "kind": rows.kinds[row],
            }
            if rows.values[row] != 1 or values["kind"] == "rate":
                values["value"] = float(rows.values[row])
            if rows.timestamps[row]:
                values["timestamp"] = rows.timestamps[row] / 1000
            if rows.event_ids[row]:
                values["event_id"] = rows.event_ids[row]
            made.append(RawRow(line, values))
        yield from sorted(made, key=lambda one: one.line)


def read_items(
    source: Path | io.BytesIO, name: str = "", columns: ItemColumns = ItemColumns()
) -> Iterator[RawRow | BadRow]:
    """Every row of a file of item metadata, as `items.parse_item` takes them, or what is wrong with it, in order."""
    flags = flags_of(columns, "items")
    table = opened(source, name, flags)
    yield from planned_items(table, decide(table, flags))
