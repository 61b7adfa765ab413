"""Profiles of files, recognised by their first lines: the delimiter, and the role of each column.

A role is the meaning of a column (`user`, `item`, `rating`, …). A caller may map roles to columns, each by header name
or by number from 1; this mapping wins over recognition, and all other roles are still recognised.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

from doublebill.errors import InvalidInput, Shown, shown
from doublebill.imports.files import json_lines
from doublebill.imports.files.delimited import DELIMITER_NAMES, split_line
from doublebill.imports.files.lines import ByteLine
from doublebill.imports.files.raw_rows import BadRow
from doublebill.imports.meaning.cells import is_number
from doublebill.imports.meaning.headers import Aliases, find_column, is_column_number, roles_by_name

SAMPLE_LINES = 50
"""Lines by which a file is recognised."""


@dataclass(frozen=True, slots=True)
class TableProfile:
    """The profile of a delimited text file."""

    name: str
    delimiter: str
    columns: Mapping[str, int]
    """Role → column from 0."""
    width: int
    """Number of columns in every row."""
    header: tuple[str, ...] = ()
    header_line: int = 0
    """Number of the header's line; 0 without a header."""
    event_kind: str = ""
    """Kind of every event in the file, where it has no column for it."""
    latin1: bool = False


@dataclass(frozen=True, slots=True)
class JsonLinesProfile:
    """The profile of a file with one JSON object per line; each object has roles by its own keys."""

    mapping: Mapping[str, str]
    """Role → key, as mapped by the caller."""


@dataclass(frozen=True, slots=True)
class DatasetProfile:
    """The profile of a public data set without a header, recognised by a pattern per cell of the first line."""

    table: TableProfile
    patterns: tuple[str, ...]

    def fits(self, text: str) -> bool:
        """Returns whether a line could be one of this data set."""
        cells = text.split(self.table.delimiter)
        return len(cells) == len(self.patterns) and all(map(re.fullmatch, self.patterns, cells))


@dataclass(frozen=True, slots=True)
class FileKind:
    """The roles that one kind of file, events or items, needs and how they are recognised."""

    aliases: Aliases
    datasets: tuple[DatasetProfile, ...]
    complete: Callable[[Mapping[str, object]], bool]
    """Returns whether these roles are enough."""
    expected: str
    rivals: tuple[frozenset[str], ...] = field(default=())
    """Sets of roles that exclude each other: a mapped one drops recognised ones."""


def column_mapping(columns: object) -> dict[str, str]:
    """Returns role → column for the fields of a dataclass of columns that are not empty.

    Raises:
        InvalidInput: when one column is mapped to two roles.
    """
    mapping: dict[str, str] = {}
    for role in fields(columns):  # type: ignore[arg-type]  # any dataclass whose fields are texts
        where = getattr(columns, role.name)
        if where and where in mapping.values():
            raise InvalidInput.one(role.name, f"another role has column {shown(where)}", "use a column of its own")
        if where:
            mapping[role.name] = where
    return mapping


def recognise(
    sample: Sequence[ByteLine], name: str, kind: FileKind, mapping: Mapping[str, str]
) -> TableProfile | JsonLinesProfile:
    """Returns the profile of the file that begins with `sample`.

    Raises:
        InvalidInput: when none fits; it shows the columns found and how to map them.
    """
    number, text = _first_line(sample, name)
    profile = (
        _json(text, kind, mapping)
        or _dataset(text, kind, mapping)
        or _headed(number, text, kind, mapping)
        or _numbered(sample, kind, mapping)
    )
    if profile:
        return profile
    mapped = ", ".join(f"{role} {where}" for role, where in mapping.items())
    expected = f"the columns named ({mapped}) or {kind.expected}" if mapping else kind.expected
    raise InvalidInput.one(name, f"not recognised: it has {_shown_columns(text)}", f"use {expected}")


def _first_line(sample: Sequence[ByteLine], name: str) -> tuple[int, str]:
    for line in sample:
        if not isinstance(line, BadRow) and line[1].strip():
            return line[0], _lenient(line[1])
    bad = next((line for line in sample if isinstance(line, BadRow)), None)
    raise InvalidInput.one(name, bad.problem if bad else "it is empty", "use a file whose first line can be read")


def _lenient(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _json(text: str, kind: FileKind, mapping: Mapping[str, str]) -> JsonLinesProfile | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        keys = tuple(json_lines.object_of(text))
    except ValueError:
        return None
    enough = kind.complete(json_roles(keys, kind, mapping)) and all(key in keys for key in mapping.values())
    return JsonLinesProfile(mapping) if enough else None


def json_roles(keys: tuple[str, ...], kind: FileKind, mapping: Mapping[str, str]) -> dict[str, str]:
    """Returns role → key of an object with these keys."""
    by_name = {role: keys[column] for role, column in roles_by_name(keys, kind.aliases).items()}
    return _prefer({role: key for role, key in mapping.items() if key in keys}, by_name, kind)


def _dataset(text: str, kind: FileKind, mapping: Mapping[str, str]) -> TableProfile | None:
    table = next((dataset.table for dataset in kind.datasets if dataset.fits(text)), None)
    return table and _with_mapping(table, kind, mapping)


def _headed(number: int, text: str, kind: FileKind, mapping: Mapping[str, str]) -> TableProfile | None:
    for delimiter in DELIMITER_NAMES:
        header = tuple(split_line(text, delimiter))
        by_name = roles_by_name(header, kind.aliases)
        mapped_by_name = any(not is_column_number(where) for where in mapping.values())
        if not mapped_by_name and (not by_name or any(map(is_number, header))):
            continue
        table = TableProfile("a table with a header", delimiter, by_name, len(header), header, number)
        if found := _with_mapping(table, kind, mapping):
            return found
    return None


def _numbered(sample: Sequence[ByteLine], kind: FileKind, mapping: Mapping[str, str]) -> TableProfile | None:
    if not all(map(is_column_number, mapping.values())) or not kind.complete(mapping):
        return None
    texts = [_lenient(line[1]) for line in sample if not isinstance(line, BadRow) and line[1].strip()]
    widths = {delimiter: [len(split_line(text, delimiter)) for text in texts] for delimiter in DELIMITER_NAMES}
    # a delimiter gives every line the same number of columns; one that occurs in titles does not
    for delimiter in sorted(widths, key=lambda delimiter: len(set(widths[delimiter]))):
        table = TableProfile("a table without a header", delimiter, {}, widths[delimiter][0])
        if found := _with_mapping(table, kind, mapping):
            return found
    return None


def _with_mapping(table: TableProfile, kind: FileKind, mapping: Mapping[str, str]) -> TableProfile | None:
    columns = {role: find_column(where, table.header, table.width) for role, where in mapping.items()}
    present = {role: column for role, column in columns.items() if column is not None}
    merged = _prefer(present, table.columns, kind)
    distinct = len(set(present.values())) == len(mapping)
    return replace(table, columns=merged) if distinct and kind.complete(merged) else None


def _prefer[T](mapping: Mapping[str, T], recognised: Mapping[str, T], kind: FileKind) -> dict[str, T]:
    """Merges mapped roles with the recognised ones that neither share a column with them nor are their rivals."""
    dropped = {role for rivals in kind.rivals if rivals & mapping.keys() for role in rivals}
    rest = {role: at for role, at in recognised.items() if role not in dropped and at not in mapping.values()}
    return {**rest, **mapping}


def _shown_columns(text: str) -> Shown:
    delimiter = max(DELIMITER_NAMES, key=lambda delimiter: len(text.split(delimiter)))
    cells = split_line(text, delimiter)
    if any(map(is_number, cells)) or "@" in text or text.lstrip()[:1] in ("{", "["):
        # a first row rather than a header: its cells may be people
        return Shown(f"{len(cells)} columns without known names")
    return Shown(f"the columns {', '.join(cells)}" if len(cells) > 1 else f"one column, {text}")
