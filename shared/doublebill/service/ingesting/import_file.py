"""Importing a file of events or items: all of it is stored, or nothing.

Bad rows go to `quarantine/<catalog>/<import>.jsonl.gz` with line, field and reason, never with a user id.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import batched

from doublebill.errors import InvalidInput, TooManyBadRows
from doublebill.event_table import EventTable
from doublebill.events import parse
from doublebill.imports.files.raw_rows import BadRow, RawRow, refused
from doublebill.model.items import Item, parse_item
from doublebill.pseudonyms import Pseudonyms
from doublebill.service.catalog import catalog_record, catalogs, event_log
from doublebill.service.catalog.stored_events import StoredEvents
from doublebill.service.ingesting.imported_histories import ImportedHistories
from doublebill.service.ingesting.ingest import Intake
from doublebill.stores.jsonl_gz import pack
from doublebill.stores.objects import Objects

PART_EVENTS = 100_000
"""Events in one object of an import."""

QUARANTINE_LENGTH = 10_000
"""Most bad rows of a file that are kept; all are counted."""

MAX_BAD_SHARE = 0.05
"""Largest share of bad rows in a file that is not refused."""

PROGRESS_ROWS = 10_000

Rows = Iterable[RawRow | BadRow]
OnProgress = Callable[[int], None]
"""Called with the number of rows read so far."""


@dataclass(frozen=True)
class Imported:
    """The outcome of importing a file."""

    import_id: str
    accepted: int
    quarantined: int
    users: int = 0
    items: int = 0
    repeated: bool = False
    """True where the same file was imported before, so that nothing changed."""


@dataclass
class _RowReader:
    """One pass over the rows of a file: counts them and keeps the bad ones."""

    on_progress: OnProgress
    accepted: int = 0
    quarantined: int = 0
    bad: list[BadRow] = field(default_factory=list)
    """The first `QUARANTINE_LENGTH` bad rows."""

    def valid[T](self, rows: Rows, parsed: Callable[[Mapping[str, object]], T]) -> Iterator[T]:
        """Yields the parsed good rows; keeps the bad ones."""
        for number, row in enumerate(rows, 1):
            if number % PROGRESS_ROWS == 0:
                self.on_progress(number)
            if isinstance(row, BadRow):
                self._refuse(row)
                continue
            try:
                one = parsed(row.values)
            except InvalidInput as wrong:
                self._refuse(_bad_row(row, wrong))
                continue
            self.accepted += 1
            yield one

    def _refuse(self, row: BadRow) -> None:
        self.quarantined += 1
        if len(self.bad) < QUARANTINE_LENGTH:
            self.bad.append(row)

    def check(self, max_bad_share: float) -> None:
        """Raises `TooManyBadRows` where the file must be refused."""
        total = self.accepted + self.quarantined
        if not total:
            raise TooManyBadRows("the file has no rows; nothing was stored")
        if self.accepted and self.quarantined <= max_bad_share * total:
            return
        first = "; ".join(f"line {b.line}, {b.field}: {b.problem}; {b.fix}" for b in self.bad[:3])
        allowed = f"more than the {max_bad_share:.0%} allowed; nothing was stored"
        raise TooManyBadRows(f"{self.quarantined} of {total} rows are bad, {allowed}. The first: {first}")


def import_events(
    intake: Intake,
    catalog: str,
    import_id: str,
    rows: Rows,
    now_ms: int,
    max_bad_share: float = MAX_BAD_SHARE,
    on_progress: OnProgress = lambda _: None,
) -> Imported:
    """Stores a file of events. `import_id` is a digest of the file, so importing it again changes nothing.

    Raises:
        TooManyBadRows: when more than `max_bad_share` of the rows are bad; the quarantine has them.
        InvalidInput: when the file itself cannot be read to its end.
    """
    committed = event_log.committed_import(intake.objects, catalog, import_id)
    if committed:
        return replace(_imported(committed), repeated=True)
    reader, imported, items = _RowReader(on_progress), ImportedHistories(), set[str]()
    parts: list[StoredEvents] = []
    pseudonym_of = _remembering(intake.pseudonyms)
    kinds = catalog_record.find(intake.objects, catalog).kinds
    try:
        events = reader.valid(rows, lambda raw: parse(raw, pseudonym_of, kinds=kinds))
        for number, part in enumerate(batched(events, PART_EVENTS)):
            parts.append(event_log.put_part(intake.objects, catalog, import_id, number, EventTable.of(part)))
            imported.note(part)
            items.update(event.item_id for event in part)
        quarantine(intake.objects, catalog, import_id, reader.bad)
        reader.check(max_bad_share)
    except (InvalidInput, TooManyBadRows):
        event_log.drop_import(intake.objects, catalog, import_id)
        raise
    intake.ensure(catalog)
    intake.remember_import(catalog, import_id, imported, kinds, now_ms)
    outcome = Imported(import_id, reader.accepted, reader.quarantined, imported.users, len(items))
    event_log.commit_import(intake.objects, catalog, import_id, asdict(outcome), parts)
    return outcome


def import_items(
    objects: Objects,
    catalog: str,
    import_id: str,
    rows: Rows,
    now_ms: int,
    max_bad_share: float = MAX_BAD_SHARE,
    on_progress: OnProgress = lambda _: None,
) -> Imported:
    """Stores a file of item metadata, which wins over earlier metadata.

    Raises:
        TooManyBadRows, InvalidInput: as `import_events`.
    """
    reader = _RowReader(on_progress)
    items: list[Item] = list(reader.valid(rows, parse_item))
    quarantine(objects, catalog, import_id, reader.bad)
    reader.check(max_bad_share)
    catalogs.put_items(objects, catalog, items, now_ms)
    return Imported(import_id, reader.accepted, reader.quarantined, items=len({item.item_id for item in items}))


def quarantine(objects: Objects, catalog: str, import_id: str, bad: list[BadRow]) -> None:
    """Keeps the bad rows of a file, so that they can be repaired."""
    if bad:
        lines = (json.dumps(row.as_json(), ensure_ascii=False) for row in bad)
        objects.put(f"quarantine/{catalog}/{import_id}.jsonl.gz", pack(lines))


def _remembering(pseudonyms: Pseudonyms) -> Callable[[str], str]:
    """Returns `pseudonyms.of`, computed once per user."""
    computed: dict[str, str] = {}
    return lambda user_id: computed.get(user_id) or computed.setdefault(user_id, pseudonyms.of(user_id))


def _bad_row(row: RawRow, wrong: InvalidInput) -> BadRow:
    """Returns the first complaint with its line; the user id is never repeated."""
    bad = refused(row.line, wrong)
    user_id = row.values.get("user_id")
    repeats = bad.field == "user_id" or (isinstance(user_id, str) and user_id in bad.quoted)
    return bad.describing(user_id) if repeats and bad.quoted else bad


def _imported(counts: Mapping[str, object]) -> Imported:
    return Imported(**counts)  # type: ignore[arg-type]  # the fields that asdict wrote
