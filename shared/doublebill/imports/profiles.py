"""The shape of a file, recognised from its first lines: how it is divided, and which column plays which role.

A role is what a column is for (`user`, `item`, `rating`, …). The roles a caller tells, each by a header name or a
column number from 1, win over what is recognised; whatever they leave open is still recognised.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

from doublebill.errors import NOTHING, InvalidInput, Shown
from doublebill.imports import json_lines
from doublebill.imports.cells import is_number
from doublebill.imports.headers import Aliases, find_column, is_column_number, roles_by_name
from doublebill.imports.lines import ByteLine
from doublebill.imports.records import DELIMITER_NAMES, split_line
from doublebill.imports.rows import BadRow

SAMPLE_LINES = 50
"""Lines that are looked at before the shape is decided."""


@dataclass(frozen=True, slots=True)
class TableProfile:
    """A delimited text."""

    name: str
    delimiter: str
    columns: Mapping[str, int]
    """Role → column from 0."""
    width: int
    """Columns of every row."""
    header: tuple[str, ...] = ()
    header_line: int = 0
    """Number of the line to leave out; 0 where there is no header."""
    kind: str = ""
    """Kind of every event, where the columns do not tell."""
    latin1: bool = False


@dataclass(frozen=True, slots=True)
class JsonLinesProfile:
    """One JSON object a line; roles are judged for each object by its keys."""

    told: Mapping[str, str]
    """Role → key, where the caller says so."""


@dataclass(frozen=True, slots=True)
class DatasetProfile:
    """A data set's own shape without a header: recognised when every cell of the first line matches its pattern."""

    table: TableProfile
    patterns: tuple[str, ...]

    def fits(self, text: str) -> bool:
        """Whether `text` could be a line of it."""
        cells = text.split(self.table.delimiter)
        return len(cells) == len(self.patterns) and all(map(re.fullmatch, self.patterns, cells))


@dataclass(frozen=True, slots=True)
class FileKind:
    """What a kind of file needs and what it is known by."""

    aliases: Aliases
    known: tuple[DatasetProfile, ...]
    complete: Callable[[Mapping[str, object]], bool]
    """Whether these roles are enough."""
    expected: str
    rivals: tuple[frozenset[str], ...] = field(default=())
    """Roles of which the told one drops the recognised others."""


def column_mapping(columns: object) -> dict[str, str]:
    """Role → column, for the fields of a dataclass of columns that are not empty.

    Raises:
        InvalidInput: when one column is told for two roles.
    """
    told: dict[str, str] = {}
    for role in fields(columns):  # type: ignore[arg-type]  # any dataclass whose fields are texts
        where = getattr(columns, role.name)
        if where and where in told.values():
            raise InvalidInput.one(role.name, where, "a column of its own")
        if where:
            told[role.name] = where
    return told


def recognise(
    sample: Sequence[ByteLine], name: str, wanted: FileKind, told: Mapping[str, str]
) -> TableProfile | JsonLinesProfile:
    """The shape of the file that begins with `sample`.

    Raises:
        InvalidInput: when it is none that is known; shows the columns found and what to do.
    """
    number, text = _first_line(sample, name)
    shape = (
        _json(text, wanted, told)
        or _known(text, wanted, told)
        or _headed(number, text, wanted, told)
        or _numbered(sample, wanted, told)
    )
    if shape:
        return shape
    asked = "".join(f"the columns told ({', '.join(f'{role} {told[role]}' for role in told)}) or " if told else "")
    raise InvalidInput.one(name, _shown_columns(text), asked + wanted.expected)


def _first_line(sample: Sequence[ByteLine], name: str) -> tuple[int, str]:
    for line in sample:
        if not isinstance(line, BadRow) and line[1].strip():
            return line[0], _lenient(line[1])
    bad = next((line for line in sample if isinstance(line, BadRow)), None)
    raise InvalidInput.one(name, Shown(bad.found) if bad else NOTHING, "a first line that can be read")


def _lenient(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _json(text: str, wanted: FileKind, told: Mapping[str, str]) -> JsonLinesProfile | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        keys = tuple(json_lines.object_of(text))
    except ValueError:
        return None
    enough = wanted.complete(json_roles(keys, wanted, told)) and all(key in keys for key in told.values())
    return JsonLinesProfile(told) if enough else None


def json_roles(keys: tuple[str, ...], wanted: FileKind, told: Mapping[str, str]) -> dict[str, str]:
    """Role → key of an object with these keys."""
    by_name = {role: keys[column] for role, column in roles_by_name(keys, wanted.aliases).items()}
    return _prefer({role: key for role, key in told.items() if key in keys}, by_name, wanted)


def _known(text: str, wanted: FileKind, told: Mapping[str, str]) -> TableProfile | None:
    known = next((known.table for known in wanted.known if known.fits(text)), None)
    return known and _with_told(known, wanted, told)


def _headed(number: int, text: str, wanted: FileKind, told: Mapping[str, str]) -> TableProfile | None:
    for delimiter in DELIMITER_NAMES:
        header = tuple(split_line(text, delimiter))
        by_name = roles_by_name(header, wanted.aliases)
        names_told = any(not is_column_number(where) for where in told.values())
        if not names_told and (not by_name or any(map(is_number, header))):
            continue
        table = TableProfile("a table with a header", delimiter, by_name, len(header), header, number)
        if found := _with_told(table, wanted, told):
            return found
    return None


def _numbered(sample: Sequence[ByteLine], wanted: FileKind, told: Mapping[str, str]) -> TableProfile | None:
    if not all(map(is_column_number, told.values())) or not wanted.complete(told):
        return None
    texts = [_lenient(line[1]) for line in sample if not isinstance(line, BadRow) and line[1].strip()]
    widths = {delimiter: [len(split_line(text, delimiter)) for text in texts] for delimiter in DELIMITER_NAMES}
    # a delimiter divides every line alike; one that only happens to occur in titles does not
    for delimiter in sorted(widths, key=lambda delimiter: len(set(widths[delimiter]))):
        table = TableProfile("a table without a header", delimiter, {}, widths[delimiter][0])
        if found := _with_told(table, wanted, told):
            return found
    return None


def _with_told(table: TableProfile, wanted: FileKind, told: Mapping[str, str]) -> TableProfile | None:
    columns = {role: find_column(where, table.header, table.width) for role, where in told.items()}
    there = {role: column for role, column in columns.items() if column is not None}
    together = _prefer(there, table.columns, wanted)
    each_its_own = len(set(there.values())) == len(told)
    return replace(table, columns=together) if each_its_own and wanted.complete(together) else None


def _prefer[T](told: Mapping[str, T], recognised: Mapping[str, T], wanted: FileKind) -> dict[str, T]:
    """The told roles, and the recognised ones that neither share a column with them nor are their rivals."""
    dropped = {role for rivals in wanted.rivals if rivals & told.keys() for role in rivals}
    left = {role: at for role, at in recognised.items() if role not in dropped and at not in told.values()}
    return {**left, **told}


def _shown_columns(text: str) -> Shown:
    delimiter = max(DELIMITER_NAMES, key=lambda delimiter: len(text.split(delimiter)))
    cells = split_line(text, delimiter)
    if any(map(is_number, cells)) or "@" in text or text.lstrip()[:1] in ("{", "["):
        # a first row rather than a header: its cells may be people
        return Shown(f"{len(cells)} columns without known names")
    return Shown(f"the columns {', '.join(cells)}" if len(cells) > 1 else f"one column, {text}")
