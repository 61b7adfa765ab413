"""The plan of an import: every file and member of an archive with its reading, or the reason why it is not read."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from doublebill.errors import InvalidInput
from doublebill.imports.files.containers import archive_members, label
from doublebill.imports.files.raw_rows import BadRow, RawRow
from doublebill.imports.files.table_source import ReadOptions, TableSource, open_table
from doublebill.imports.profiles.every_profile import PROFILES
from doublebill.imports.reading.decide import decide, open_recognised
from doublebill.imports.reading.described_items import DescribedItems
from doublebill.imports.reading.event_rows import EventRows, event_rows, without_repeats
from doublebill.imports.reading.file_reading import FileReading
from doublebill.imports.reading.flags import ReadingFlags
from doublebill.imports.reading.item_rows import item_rows

AS_FOUND = ReadOptions()

TAKEN_BACK = ("deleted/", "orphaned/")
"""Folders of an archive with entries that their owner took back."""


@dataclass(frozen=True)
class PlannedFile:
    """One file, or one member of an archive."""

    path: Path
    member: str = ""
    options: ReadOptions = AS_FOUND
    reading: FileReading | None = None
    reason: str = ""
    """Why it is not read."""

    @property
    def name(self) -> str:
        """Returns the name as people see it."""
        return f"{self.path.name}: {label(self.member)}" if self.member else self.path.name

    def opened(self) -> TableSource:
        """Returns the table in the file."""
        return open_table(self.path, options=self.options)

    def document(self) -> dict[str, Any]:
        """Returns the plan of the file as JSON."""
        facts = self.reading.document() if self.reading else {"not_read": self.reason}
        return {"file": self.name, **facts}


@dataclass(frozen=True)
class PlanContext:
    """The facts of an import beside its files."""

    flags: ReadingFlags
    kinds: Collection[str]
    stored: Mapping[str, Any] | None = None
    encoding: str = ""


def plan_files(paths: Sequence[Path], context: PlanContext) -> list[PlannedFile]:
    """Returns the plan of files, in the order in which they are imported: items first.

    Raises:
        InvalidInput: when a file cannot be read, or its owner has to say more.
    """
    planned = [one for path in paths for one in _plan(path, context)]
    if not any(one.reading for one in planned):
        reasons = "; ".join(f"{one.name}: {one.reason}" for one in planned)
        raise InvalidInput.one(
            "the archive", f"none of its files can be read: {reasons}", "name the columns of one file"
        )
    return sorted(planned, key=_order)


def _plan(path: Path, context: PlanContext) -> Iterator[PlannedFile]:
    members = archive_members(path)
    for member in members if len(members) > 1 else ("",):
        try:
            yield _read(path, member, context)
        except InvalidInput as wrong:
            if not member:
                raise
            yield PlannedFile(path, member, reason=str(wrong))


def _read(path: Path, member: str, context: PlanContext) -> PlannedFile:
    if any(folder in member for folder in TAKEN_BACK):
        return PlannedFile(path, member, reason="its entries were taken back")
    table = open_recognised(path, ReadOptions(encoding=context.encoding, member=member), context.flags)
    if member and not len(table.sample.lines) and not table.sample.bad:
        return PlannedFile(path, member, reason="it has no rows")
    _check_sample(table)
    reading = decide(table, context.flags, context.stored, context.kinds)
    return PlannedFile(path, member, table.options, reading)


def _check_sample(table: TableSource) -> None:
    """Checks that the table has columns, and that some of its first rows can be read: an encoding may be missing."""
    readable = len(table.sample.lines) > 0 or not table.sample.bad
    if readable and (table.columns or table.sample.columns):
        return
    for row in table.sample.bad[:1]:
        raise InvalidInput.one(f"{table.name}, line {row.line}", row.problem, row.fix)
    raise InvalidInput.one(table.name, "it has no rows", "use a file with a row for each event or item")


def _order(one: PlannedFile) -> tuple[bool, bool, int]:
    if one.reading is None:
        return True, True, 0
    names = [profile.name for profile in PROFILES]
    place = names.index(one.reading.source) if one.reading.export else len(names)
    return False, one.reading.subject == "events", place


class PlannedEvents:
    """The events of planned files, file by file; files of one export do not repeat each other's."""

    def __init__(self) -> None:
        """Knows no file yet."""
        self._items: dict[str, set[str]] = {}
        self.described: Mapping[str, RawRow] = {}
        """Item id → what the rows of the newest file say about the item."""

    def blocks(self, table: TableSource, reading: FileReading) -> Iterator[EventRows]:
        """Yields the events of a file in blocks."""
        before = set(self._items.setdefault(reading.export, set()))
        described = DescribedItems(reading)
        self.described = described.rows
        for block in table.blocks():
            rows = event_rows(block, reading)
            described.note(block, rows)
            if reading.export:
                self._items[reading.export].update(map(str, rows.items))
                rows = without_repeats(rows, before)
            yield rows


def planned_items(table: TableSource, reading: FileReading) -> Iterable[RawRow | BadRow]:
    """Yields the items of a file."""
    for block in table.blocks():
        yield from item_rows(block, reading)
