"""Decides the reading of an opened table, before anything is stored."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from doublebill.errors import InvalidInput
from doublebill.imports.files.dialect import looks_like_header
from doublebill.imports.files.json_text.json_documents import SeveralArrays
from doublebill.imports.files.table_source import ReadOptions, TableSource, open_table
from doublebill.imports.meaning.headers import find_column, is_column_number, plain
from doublebill.imports.profiles.every_profile import profile_of
from doublebill.imports.profiles.file_profile import FileProfile
from doublebill.imports.raw_cells.nested import flattened
from doublebill.imports.reading.described_items import described_columns
from doublebill.imports.reading.event_decision import decide_events
from doublebill.imports.reading.event_rows import event_rows
from doublebill.imports.reading.file_reading import FileReading, signature
from doublebill.imports.reading.flags import ReadingFlags
from doublebill.imports.reading.header_meanings import (
    KIND,
    RATING,
    TAGS,
    TIME,
    TITLE,
    USER,
    WEIGHT,
    YEAR,
    event_candidates,
    event_meanings,
    first_named,
    item_column,
)
from doublebill.imports.reading.item_decision import decide_items
from doublebill.imports.reading.samples import with_samples
from doublebill.imports.reading.unnamed.inner_lists import inner_path
from doublebill.imports.reading.unnamed.unnamed_events import ask_about_repeats
from doublebill.values.event_kinds import DEFAULT_KINDS

LATIN_1 = "latin-1"

FEWEST_NAMES = 2
"""Known names by which a first row with a name that is there twice is a header all the same."""

ROWS_OF_PATTERNS = 20
"""First rows that have to fit the patterns of a profiled file without a header."""


def open_recognised(path: Path, options: ReadOptions, flags: ReadingFlags) -> TableSource:
    """Returns the table in a file, opened as its profile and the flags want it.

    Raises:
        InvalidInput: when the file cannot be opened, is empty or is no table.
    """
    try:
        table = recognised(open_table(path, options=options))
    except SeveralArrays:
        table = open_table(path, options=replace(options, together=True))
        if not profile_of([plain(column) for column in table.columns], [], file_name(table)):
            raise  # ids of two unknown arrays may be those of different things
    except InvalidInput:
        table = recognised(open_table(path, options=replace(options, other_encoding=options.encoding or LATIN_1)))
        if table.headed or options.encoding:  # only old files without a header are Latin-1 without saying so
            raise
    if table.headed and table.dialect and _numbered_only(table, flags):
        return table.reopened(replace(table.options, headed=False))
    if table.headed and table.dialect and not options.encoding and not table.options.other_encoding:
        profile = profile_of([plain(column) for column in table.columns], [], file_name(table))
        if profile and profile.latin1:
            return table.reopened(replace(table.options, other_encoding=LATIN_1))
    inner = inner_path(table, flags)
    return table.reopened(replace(table.options, inner=inner)) if inner else table


def _numbered_only(table: TableSource, flags: ReadingFlags) -> bool:
    """Returns whether the flags name columns by number, and the first row has no name of a column that is known."""
    numbers = bool(flags.columns) and all(is_column_number(where) for where in flags.columns)
    return numbers and not event_meanings(table.columns) and not item_column(table.columns)


def recognised(table: TableSource) -> TableSource:
    """Returns the table, opened again where it is a profiled file whose first row is no header or that is Latin-1."""
    rows = [list(table.columns)] if table.headed and table.dialect else _first_rows(table)
    profile = profile_of([], rows, file_name(table)) if rows else None
    if profile is None:
        return table
    encoding = table.options.other_encoding or (LATIN_1 if profile.latin1 else "")
    return table.reopened(replace(table.options, headed=False, other_encoding=encoding))


def file_name(table: TableSource) -> str:
    """Returns the name by which profiles know a file: that of a member of an archive has its folders."""
    return table.options.member or table.name


def _first_rows(table: TableSource) -> list[list[object]]:
    block = table.sample
    if table.headed or not table.columns:
        return []
    count = min(ROWS_OF_PATTERNS, len(block.lines))
    return [[block.columns[one][row] for one in table.columns] for row in range(count)]


def decide(
    table: TableSource,
    flags: ReadingFlags,
    stored: Mapping[str, Any] | None = None,
    kinds: Collection[str] = tuple(DEFAULT_KINDS.by_name),
) -> FileReading:
    """Returns the reading of a table, with two samples of each column as read.

    Raises:
        InvalidInput: when the owner of the file has to say more; the complaint names the flag that decides.
    """
    block = flattened(table.sample)
    columns = tuple(block.columns) or table.columns
    _check_names(table, flags)
    if stored and stored.get("columns_of_file") == signature(columns):
        flags = flags.over(stored.get("flags", {}))
    explicit = explicit_columns(flags, columns, table.name)
    profile = _profile(table, columns, flags)
    delimiter = table.dialect.delimiter if table.dialect else ""
    subject = flags.subject or (profile.subject if profile else "") or _subject(columns, flags, explicit)
    if subject == "items":
        reading = decide_items(block, (delimiter, table.name), flags.decimal, explicit, profile)
        if not profile and not flags.subject:
            ask_about_repeats(block, reading, table.name)
    else:
        shape = (table.headed, delimiter, table.name)
        reading = decide_events(block, shape, flags, explicit, profile, kinds)
        event_rows(table.sample, reading)  # asks about words that are unknown
        reading = reading if reading.matrix else described_columns(block, reading, profile)
    if table.options.inner:
        note = f"each element of {' / '.join(table.options.inner)} is a row"
        reading = replace(reading, notes=(*reading.notes, note))
    return with_samples(reading, block)


def to_store(flags: ReadingFlags, columns: tuple[str, ...]) -> dict[str, Any] | None:
    """Returns the flags as the catalog keeps them for the next file of the same columns; None where there are none."""
    document = flags.document()
    return {"columns_of_file": signature(columns), "flags": document} if document else None


def explicit_columns(flags: ReadingFlags, columns: tuple[str, ...], name: str) -> dict[str, str]:
    """Returns column → meaning of the flags.

    Raises:
        InvalidInput: when there is no such column, or one gets two meanings.
    """
    explicit: dict[str, str] = {}
    for where, meaning in flags.columns.items():
        if where == "*":
            explicit["*"] = meaning
            continue
        at = find_column(where, columns, len(columns))
        if at is None:
            listed = ", ".join(columns) if len(columns) < 40 else f"{len(columns)} columns"
            raise InvalidInput.one(name, f"there is no column {where!r}: it has {listed}", "name one of these")
        if columns[at] in explicit:
            problem = f"the column {columns[at]!r} gets two meanings"
            raise InvalidInput.one(name, problem, "use a column of its own for each")
        explicit[columns[at]] = meaning
    return explicit


def _check_names(table: TableSource, flags: ReadingFlags) -> None:
    """Checks that a first row which names known columns names each of them once.

    Raises:
        InvalidInput: when a name is there twice, so that the row would pass for one of data.
    """
    names = [cell.strip() for cell in table.dialect.first_row] if table.dialect and not table.headed else []
    twice = next((name for name in names if name and names.count(name) > 1), "")
    distinct = list(dict.fromkeys(names))
    meaningful = len(event_meanings(distinct)) + bool(event_candidates(distinct)) + len({*flags.columns} & {*distinct})
    if twice and meaningful >= FEWEST_NAMES and looks_like_header(distinct):
        places = " and ".join(str(number) for number, name in enumerate(names, 1) if name == twice)
        problem = f"its header has the name {twice!r} twice, in columns {places}"
        raise InvalidInput.one(table.name, problem, "rename or remove one of them, so that every name is there once")


def _profile(table: TableSource, columns: tuple[str, ...], flags: ReadingFlags) -> FileProfile | None:
    names = [plain(column) for column in columns]
    rows, file = _first_rows(table), file_name(table)
    profile = profile_of(names, rows, file)
    left_out = bool(table.options.member and profile and profile.subject not in ("events", "items"))
    if flags.subject and not left_out and (found := profile_of(names, rows, file, flags.subject)):
        return found
    if profile is None or (profile.subject in ("events", "items") and not flags.subject):
        return profile
    if profile.subject in ("events", "items") or {"user", "item"} & {*flags.columns.values()}:
        return None
    raise InvalidInput.one(table.name, f"{profile.name} is not read: {profile.subject}", "leave it out")


def _subject(columns: tuple[str, ...], flags: ReadingFlags, explicit: Mapping[str, str]) -> str:
    """Returns whether a file that is not profile has events or items."""
    if flags.person or "user" in explicit.values() or first_named(columns, USER):
        return "events"
    happened = any(first_named(columns, names) for names in (TIME, KIND, RATING, WEIGHT))
    described = any(first_named(columns, names) for names in (TITLE, TAGS, YEAR))
    if item_column(columns) and described and not happened:
        return "items"
    return "items" if item_column(columns) and not happened and len(columns) > 1 and not explicit else "events"
