"""Importing a file of events or items: all of it is stored, or nothing.

Events are read in a stream: blocks of columns, behind pseudonyms, become parts of the import. They count when the
record of the import is written, at the very end. Bad rows go to `quarantine/<catalog>/<import>.jsonl.gz`.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from dataclasses import fields as fields_of

from doublebill.errors import Conflict, InvalidInput, TooManyBadRows
from doublebill.event_table import EventTable
from doublebill.imports.files.raw_rows import BadRow, RawRow
from doublebill.model.items import Item, parse_item
from doublebill.service.catalog import catalog_record, catalogs, event_log, removals
from doublebill.service.catalog.imported import event_sketch, import_records
from doublebill.service.catalog.imported.data_report import DataReport
from doublebill.service.ingesting.bad_rows import MAX_BAD_SHARE, BadRows
from doublebill.service.ingesting.earlier_names import Names, join_earlier_names
from doublebill.service.ingesting.file_blocks import (
    EventBlock,
    Pseudonymised,
    Rows,
    good_or_bad,
)
from doublebill.service.ingesting.imported_histories import ImportedHistories
from doublebill.service.ingesting.ingest import Intake
from doublebill.service.ingesting.noted_values import NotedValues
from doublebill.service.ingesting.outside_scale import ScaleCheck
from doublebill.service.ingesting.written_parts import WrittenParts
from doublebill.stores.histories import page_key
from doublebill.stores.job_record import new_id
from doublebill.stores.objects import Objects

PROGRESS_ROWS = 10_000

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
    report: Mapping[str, object] = field(default_factory=dict, compare=False)
    """The facts of `doublebill.service.catalog.imported.data_report`, and `rows`, `bad` (reason → `rows`, `first_line`
    and `fix`), `ignored`, `duplicates`, `users`, `items` and `density`; where there are such rows also `outside_scale`
    (bad rows whose rating is outside of the scale), `unvalued` (kind → events whose cell of a rating or weight is
    blank) and `zeros` (events of the value 0 that are no ratings)."""


@dataclass(frozen=True)
class ImportTerms:
    """The caller's options for an import, beside the file itself."""

    max_bad_share: float = MAX_BAD_SHARE
    file: str = ""
    """The name of the file."""
    encoding: str = ""
    """The encoding that the caller named: rows of another are bad, and do not refuse the file."""
    replaces: tuple[str, ...] = ()
    """Ids of imports that count no more once this one does."""
    together: tuple[str, ...] = ()
    """Ids of the imports of one command, which may have events in common."""
    again: bool = False
    """Whether a file that repeats the events of an earlier one is stored all the same."""


@dataclass
class _Import:
    """One pass over the blocks of a file."""

    parts: WrittenParts
    users: Pseudonymised
    scale: ScaleCheck
    bad: BadRows = field(default_factory=BadRows)
    histories: ImportedHistories = field(default_factory=ImportedHistories)
    data: DataReport = field(default_factory=DataReport)
    sketch: event_sketch.Hashes = field(default_factory=lambda: event_sketch.EMPTY)
    accepted: int = 0
    rows: int = 0
    ignored: int = 0
    noted: NotedValues = field(default_factory=NotedValues)

    def take(self, block: EventBlock) -> None:
        """Takes the events and the bad rows of a block."""
        table = self.users.table(block)
        self.accepted += len(table)
        self.bad.add(block.bad)
        if joined := self.parts.add(table):
            self._note(joined)
        self.ignored += block.ignored
        self.noted.note(block)
        self.rows = self.accepted + self.bad.count + self.ignored

    def finish(self) -> None:
        """Takes the events of the last blocks."""
        self._note(self.parts.finish())

    def _note(self, joined: EventTable) -> None:
        """Takes the events of many blocks: each of their distinct texts is looked at once."""
        self.histories.note(joined)
        self.data.note(joined)
        self.sketch = event_sketch.added(self.sketch, joined)

    def outcome(self, import_id: str) -> Imported:
        """Returns the outcome, when the histories have been made."""
        users, items = self.histories.users, self.histories.items
        report: dict[str, object] = {
            "rows": self.rows,
            "bad": self.bad.by_reason(),
            "ignored": self.ignored,
            **self.noted.to_json(),
            "duplicates": self.accepted - self.histories.distinct,
            "users": users,
            "items": items,
            **({"outside_scale": self.scale.outside} if self.scale.outside else {}),
            "density": self.histories.pairs / (users * items) if users else 0.0,
            **self.data.to_json(),
        }
        return Imported(import_id, self.accepted, self.bad.count, users, items, report=report)


def import_events(
    intake: Intake,
    catalog: str,
    import_id: str,
    blocks: Iterable[EventBlock],
    now_ms: int,
    terms: ImportTerms = ImportTerms(),
    on_progress: OnProgress = lambda _: None,
) -> Imported:
    """Stores a file of events. `import_id` is a digest of the file, so importing it again changes nothing.

    Raises:
        TooManyBadRows: when more than `terms.max_bad_share` of the rows are bad; the quarantine has them.
        InvalidInput: when the file itself cannot be read to its end, or repeats an earlier one.
        NotFound: when an import that it should replace is not there.
        Conflict: when the import or its catalog was removed meanwhile.
    """
    if committed := _committed(intake.objects, catalog, import_id, terms.replaces):
        return replace(_imported(committed), repeated=True)
    settings = catalog_record.find(intake.objects, catalog)
    attempt = new_id(now_ms, secrets.token_hex(4))
    names, parts = Names(intake.pseudonyms, catalog), WrittenParts(intake.objects, catalog, import_id, attempt)
    reading = _Import(parts, Pseudonymised(names.of), ScaleCheck(settings.scale))
    try:
        for block in reading.scale.checked(blocks):
            reading.take(block)
            on_progress(reading.rows)
        reading.finish()
        _check_new(intake.objects, catalog, reading.sketch, terms)
        reading.bad.quarantine(intake.objects, catalog, import_id, now_ms)
        reading.bad.check(reading.accepted, terms.max_bad_share, reading.ignored, terms.encoding)
    except (InvalidInput, TooManyBadRows):
        event_log.drop_parts(intake.objects, (part.key for part in reading.parts.written))
        raise
    catalogs.ensure(intake.objects, catalog)
    join_earlier_names(intake.objects, intake.histories, names, now_ms)
    intake.remember_import(catalog, import_id, reading.histories, settings.kinds, now_ms)
    facts = import_records.facts_of(reading.users.kept_name(terms.file), now_ms, terms.replaces, reading.sketch)
    return _commit(intake, reading, facts)


def _commit(intake: Intake, reading: _Import, facts: Mapping[str, object]) -> Imported:
    """Makes the events count, unless another process was first; takes their pages back where they were removed."""
    parts, imported = reading.parts, reading.outcome(reading.parts.import_id)
    counts = {**asdict(imported), **facts}
    try:
        first = event_log.commit_import(intake.objects, parts.catalog, parts.import_id, counts, parts.written)
    except Conflict:
        page = page_key(parts.import_id)
        intake.histories.remove(parts.catalog, [(user, page) for user in reading.histories.pseudonyms])
        raise
    return imported if first else replace(imported, repeated=True)


def import_items(
    objects: Objects,
    catalog: str,
    import_id: str,
    rows: Rows,
    now_ms: int,
    terms: ImportTerms = ImportTerms(),
    on_progress: OnProgress = lambda _: None,
) -> Imported:
    """Stores a file of item metadata, which wins over earlier metadata.

    Raises:
        TooManyBadRows, InvalidInput: as `import_events`.
    """
    items: list[Item] = []
    bad = BadRows()
    for number, row in enumerate(rows, 1):
        found = row if isinstance(row, BadRow) else good_or_bad(row, parse_item)
        if isinstance(found, BadRow):
            bad.add([found])
        else:
            items.append(found)
        if number % PROGRESS_ROWS == 0:
            on_progress(number)
    bad.quarantine(objects, catalog, import_id, now_ms)
    bad.check(len(items), terms.max_bad_share, encoding=terms.encoding)
    imported = Imported(import_id, len(items), bad.count, items=len({item.item_id for item in items}))
    fields = {**asdict(imported), **import_records.facts_of(terms.file, now_ms)}
    import_records.note_items(objects, catalog, import_id, fields, catalogs.items_key(catalog, items, now_ms))
    catalogs.put_items(objects, catalog, items, now_ms)
    return imported


def import_described(
    objects: Objects, catalog: str, import_id: str, rows: Mapping[str, RawRow], now_ms: int, terms: ImportTerms
) -> Imported:
    """Stores what the events of a file say about their items, of those items that have no metadata yet.

    Raises:
        StoreUnavailable: when the items that are there cannot be read.
    """
    described = catalogs.described_items(objects, catalog) if rows else set()
    new = {item_id: row for item_id, row in rows.items() if item_id not in described}
    found = (good_or_bad(row, parse_item) for row in new.values())
    items = [item for item in found if not isinstance(item, BadRow)]
    imported = Imported(import_id, len(items), 0, items=len(items))
    if items:
        fields = {**asdict(imported), **import_records.facts_of(terms.file, now_ms)}
        import_records.note_items(objects, catalog, import_id, fields, catalogs.items_key(catalog, items, now_ms))
        catalogs.put_items(objects, catalog, items, now_ms)
    return imported


def _check_new(objects: Objects, catalog: str, sketch: event_sketch.Hashes, terms: ImportTerms) -> None:
    """Raises `InvalidInput` where a file mostly has the events of an import that is not to be passed over."""
    if terms.again:
        return
    found = import_records.repeated_by(objects, catalog, sketch, (*terms.replaces, *terms.together))
    if found is None:
        return
    earlier, share = found
    named = f" ({earlier.fields['file']})" if earlier.fields.get("file") else ""
    problem = f"{share:.0%} of the events are those of import {earlier.import_id}{named}; nothing was stored"
    fix = f"use --replace {earlier.import_id} to put this file in its place, or --again to count both"
    raise InvalidInput.one("events", problem, fix)


def _committed(objects: Objects, catalog: str, import_id: str, imports: Sequence[str]) -> Mapping[str, object] | None:
    """Returns the record of a file that counts already, after checking that it can take the place of other imports.

    Raises:
        NotFound: when one is not there.
        InvalidInput: when one has no events, or the file counts already.
    """
    committed = event_log.committed_import(objects, catalog, import_id)
    done = committed.get("replaces") if committed else None
    for replaced in imports:
        if replaced != import_id and not (isinstance(done, Sequence) and replaced in done):
            _check_one(objects, catalog, replaced, import_id if committed else "")
    return committed


def _check_one(objects: Objects, catalog: str, replaced: str, counting: str) -> None:
    """Checks that a file, which counts as the import `counting` already unless that is empty, can replace another."""
    if counting and removals.of_import(objects, catalog, replaced) is not None:
        return  # it gave way to this file before
    if import_records.find(objects, catalog, replaced).kind != "events":
        raise InvalidInput.one(
            "--replace", f"import {replaced} has items and no events", "leave it out: newer items win"
        )
    if counting:
        fix = f"remove the other one: doublebill imports remove {catalog} {replaced}"
        raise InvalidInput.one("--replace", f"the same file counts already, as import {counting}", fix)


def _imported(counts: Mapping[str, object]) -> Imported:
    """Returns the outcome of an import from its record, which has further fields."""
    names = {one.name for one in fields_of(Imported)}
    return Imported(**{name: value for name, value in counts.items() if name in names})  # type: ignore[arg-type]  # as they were stored
