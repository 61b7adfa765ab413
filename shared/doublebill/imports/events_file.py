"""A file of interactions as raw events: mappings for `events.parse`, each with its line.

A rating column gives kind `rate` with its value, a column of weights or plays kind `play` with its value, neither
kind `view`. The caller's `kind` replaces these three; a kind column, where its cell is not empty, names the kind of its
own row. Ids are kept as they stand; only integers from JSON become decimal digits. An empty value is refused, unless
the row names its kind itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, islice

from doublebill.errors import InvalidInput, complaint
from doublebill.events import KIND_WEIGHTS
from doublebill.imports import cells
from doublebill.imports.event_profiles import EVENTS, EventColumns, event_profile, kind_of_roles
from doublebill.imports.json_lines import read_objects
from doublebill.imports.lines import Source, TextLine, decoded, name_of, read_lines
from doublebill.imports.profiles import SAMPLE_LINES, JsonLinesProfile, TableProfile, json_roles
from doublebill.imports.records import read_records
from doublebill.imports.rows import BadRow, RawRow, described, refused

RECOGNISED = EventColumns()


def read_events(
    source: Source, name: str = "", columns: EventColumns = RECOGNISED, kind: str = ""
) -> Iterator[RawRow | BadRow]:
    """A row or a bad row for every record of the file, in order, reading on as they are asked for.

    Raises:
        InvalidInput: when the file cannot be opened or recognised (before the first row), or is gzip that breaks off
            or is damaged (after the rows before: the caller refuses them too).
    """
    if kind and kind not in KIND_WEIGHTS:
        raise InvalidInput.one("kind", kind, "one of " + ", ".join(KIND_WEIGHTS))
    name = name_of(source, name)
    lines = read_lines(source, name)
    sample = list(islice(lines, SAMPLE_LINES))
    shape = event_profile(sample, name, columns)
    texts = decoded(chain(sample, lines))
    yield from (
        _from_json(texts, shape, kind) if isinstance(shape, JsonLinesProfile) else _from_table(texts, shape, kind)
    )


def _from_table(lines: Iterable[TextLine], shape: TableProfile, kind: str) -> Iterator[RawRow | BadRow]:
    kind = kind or shape.kind or kind_of_roles(shape.columns)
    columns = tuple(shape.columns.items())
    for record in read_records(lines, shape.delimiter, shape.width):
        if isinstance(record, BadRow):
            yield record
        elif record[0] != shape.header_line:
            row = record[1]
            yield _row(record[0], {role: row[column] for role, column in columns}, kind)


def _from_json(lines: Iterable[TextLine], shape: JsonLinesProfile, kind: str) -> Iterator[RawRow | BadRow]:
    @lru_cache(maxsize=64)
    def roles_of(keys: tuple[str, ...]) -> dict[str, str]:
        return json_roles(keys, EVENTS, shape.told)

    for line in read_objects(lines):
        if isinstance(line, BadRow):
            yield line
        else:
            by_role = {role: line[1][key] for role, key in roles_of(tuple(line[1])).items()}
            found = {role: value for role, value in by_role.items() if value is not None}
            yield _row(line[0], found, kind or kind_of_roles(found))


def _row(line: int, found: Mapping[str, object], kind: str) -> RawRow | BadRow:
    try:
        return RawRow(line, _values(found, kind))
    except InvalidInput as error:
        return _without_user(refused(line, error), found.get("user"))


def _values(found: Mapping[str, object], kind: str) -> dict[str, object]:
    named = cells.text("kind", found["kind"]).strip().lower() if "kind" in found else ""
    item = found.get("item")
    values: dict[str, object] = {
        "user_id": cells.user_id(found.get("user")),
        "item_id": cells.opaque_id("item_id", found.get("item_else") if item == "" else item),
        "kind": named or kind,
    }
    role = "rating" if "rating" in found else "weight"
    if role in found and (found[role] != "" or not named):
        values["value"] = cells.number(role, found[role])
    if "time" in found:
        values["timestamp"] = cells.seconds(found["time"])
    if found.get("event_id", "") != "":
        values["event_id"] = cells.opaque_id("event_id", found["event_id"])
    return values


def _without_user(bad: BadRow, user: object) -> BadRow:
    """The same, should a column that was told wrongly hold the user's id once more."""
    if user and bad.found == complaint(bad.field, user, "").found:
        return BadRow(bad.line, bad.field, described(user), bad.expected)
    return bad
