"""Reads event files as raw events for `events.parse`, each with its line.

A file with ratings has events of kind `rate` with these values, one with weights or plays kind `play` with these
values, any other kind `view`. The caller's `kind` replaces these three; a cell in a kind column that is not empty wins
over both. Ids are kept unchanged; only integers from JSON become decimal digits. A cell of a rating, weight or time may
be empty: without a rating the event is a `view`, without a weight it counts once, without a time it has none.
"""

from collections.abc import Iterable, Iterator, Mapping

from doublebill.errors import InvalidInput, shown
from doublebill.imports.files.containers import Source
from doublebill.imports.files.lines import TextLine
from doublebill.imports.files.raw_rows import BadRow, RawRow, refused
from doublebill.imports.meaning import cells
from doublebill.imports.meaning.event_profiles import EVENTS, EventColumns, kind_of_roles
from doublebill.imports.meaning.profiled_records import json_records, open_profiled, table_records
from doublebill.imports.meaning.profiles import JsonLinesProfile, TableProfile
from doublebill.times.moments import is_absent
from doublebill.values.event_kinds import DEFAULT_KINDS, EventKinds

RECOGNISED = EventColumns()


def read_events(
    source: Source,
    name: str = "",
    columns: EventColumns = RECOGNISED,
    kind: str = "",
    kinds: EventKinds = DEFAULT_KINDS,
) -> Iterator[RawRow | BadRow]:
    """Yields a row or a bad row for every record of the file, in order; reads lazily.

    Raises:
        InvalidInput: when the file cannot be opened or recognised (before the first row), or is gzip that breaks off
            or is damaged (after the rows before: the caller refuses them too).
    """
    if kind and kind not in kinds:
        raise InvalidInput.of_value("kind", kind, f"one of {kinds.words}")
    profile, lines = open_profiled(source, name, EVENTS, columns)
    if isinstance(profile, JsonLinesProfile):
        yield from _from_json(lines, profile, kind)
    else:
        yield from _from_table(lines, profile, kind)


def _from_table(lines: Iterable[TextLine], profile: TableProfile, kind: str) -> Iterator[RawRow | BadRow]:
    kind = kind or profile.event_kind
    columns = tuple(profile.columns.items())
    for record in table_records(lines, profile):
        if isinstance(record, BadRow):
            yield record
        else:
            number, cells_of_row = record
            found = {role: cells_of_row[column] for role, column in columns}
            yield _row(number, found, kind or kind_of_roles({role: cell for role, cell in found.items() if cell}))


def _from_json(lines: Iterable[TextLine], profile: JsonLinesProfile, kind: str) -> Iterator[RawRow | BadRow]:
    for record in json_records(lines, profile, EVENTS):
        if isinstance(record, BadRow):
            yield record
        else:
            found = {role: value for role, value in record[1].items() if value is not None}
            yield _row(record[0], found, kind or kind_of_roles(found))


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
    if role in found and found[role] != "":
        values["value"] = cells.number(role, found[role])
    if not is_absent(found.get("time")):
        values["timestamp"] = cells.seconds(found["time"])
    if found.get("event_id", "") != "":
        values["event_id"] = cells.opaque_id("event_id", found["event_id"])
    return values


def _without_user(bad: BadRow, user: object) -> BadRow:
    """Hides the value where it repeats the user id, as it does in a wrongly mapped column."""
    return bad.describing(user) if user and bad.quoted == shown(user) else bad
