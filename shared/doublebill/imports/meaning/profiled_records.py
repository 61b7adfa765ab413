"""Profiled records: a file opened and recognised, and its records by role."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice

from doublebill.imports.files.containers import Source, name_of
from doublebill.imports.files.delimited import Record, read_records
from doublebill.imports.files.json_lines import read_objects
from doublebill.imports.files.lines import TextLine, decoded, read_lines
from doublebill.imports.files.raw_rows import BadRow
from doublebill.imports.meaning.profiles import (
    SAMPLE_LINES,
    FileKind,
    JsonLinesProfile,
    TableProfile,
    column_mapping,
    json_roles,
    recognise,
)


def open_profiled(
    source: Source, name: str, kind: FileKind, columns: object
) -> tuple[TableProfile | JsonLinesProfile, Iterator[TextLine]]:
    """Returns the profile of a file, with `columns` as mapped by the caller, and all its lines.

    Raises:
        InvalidInput: when the file cannot be opened or no profile fits.
    """
    name = name_of(source, name)
    lines = read_lines(source, name)
    sample = list(islice(lines, SAMPLE_LINES))
    profile = recognise(sample, name, kind, column_mapping(columns))
    latin1 = isinstance(profile, TableProfile) and profile.latin1
    return profile, decoded(chain(sample, lines), "latin-1" if latin1 else "")


def table_records(lines: Iterable[TextLine], profile: TableProfile) -> Iterator[Record]:
    """Yields the cells of every record but the header."""
    for record in read_records(lines, profile.delimiter, profile.width):
        if isinstance(record, BadRow) or record[0] != profile.header_line:
            yield record


def json_records(
    lines: Iterable[TextLine], profile: JsonLinesProfile, kind: FileKind
) -> Iterator[tuple[int, dict[str, object]] | BadRow]:
    """Yields the values of every object by role."""

    @lru_cache(maxsize=64)
    def roles_of(keys: tuple[str, ...]) -> dict[str, str]:
        return json_roles(keys, kind, profile.mapping)

    for line in read_objects(lines):
        if isinstance(line, BadRow):
            yield line
        else:
            number, values = line
            yield number, {role: values[key] for role, key in roles_of(tuple(values)).items()}
