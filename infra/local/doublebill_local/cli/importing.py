"""The command `import`: stores files of events and item metadata, or the examples of a corpus."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any

from cyclopts import Group, Parameter

from doublebill.edge.clock import now_ms
from doublebill.errors import InvalidInput, TooManyBadRows
from doublebill.imports.raw_cells.cell_texts import PLAIN_NUMBERS
from doublebill.imports.reading.decide import to_store
from doublebill.imports.reading.file_plan import PlanContext, PlannedEvents, PlannedFile, plan_files, planned_items
from doublebill.imports.reading.file_reading import ColumnReading, FileReading
from doublebill.imports.reading.flags import ReadingFlags
from doublebill.model.catalog import check_catalog_name
from doublebill.service.catalog import catalog_record, catalogs
from doublebill.service.catalog.imported import import_records
from doublebill.service.ingesting.import_file import (
    Imported,
    ImportTerms,
    import_described,
    import_events,
    import_items,
)
from doublebill.service.removing import catalog_removal, import_removal
from doublebill_local.cli.corpora import import_corpus
from doublebill_local.cli.data.reading_options import NO_CELLS, NO_COLUMNS, Cells, Columns, kept_settings, reading_flags
from doublebill_local.cli.data.trial_import import tried
from doublebill_local.cli.next_command import bad_rows_command
from doublebill_local.cli.options import UNSET, CorpusPath, Flag, StackOptions, YesNo, existing_file
from doublebill_local.display.console import counting
from doublebill_local.display.imports import show_import, show_plan
from doublebill_local.host.home import Home

CATALOG_FILES = Group("Files of a catalog", sort_key=1)
CORPUS_FILES = Group("Examples of game content", sort_key=4)


@Parameter(name="*", group=CATALOG_FILES)
@dataclass(frozen=True, kw_only=True)
class CatalogFiles:
    """Options that name the files of a catalog and say how to treat their rows."""

    events: Annotated[
        str, UNSET, Parameter(metavar="FILE", help="a file of events, where it does not tell so itself")
    ] = ""
    items: Annotated[
        str, UNSET, Parameter(metavar="FILE", help="a file of titles, tags, years and attributes of items")
    ] = ""
    dry_run: Annotated[Flag, Parameter(help="show what each column means and store nothing")] = False
    kind: Annotated[str, UNSET, Parameter(metavar="KIND", help="kind of every event whose row names none")] = ""
    max_bad: Annotated[float, Parameter(metavar="SHARE", help="share of bad rows that is allowed, 0 to 1")] = 0.05
    replace: Annotated[
        str, UNSET, Parameter(metavar="IMPORT", help="put the file of events in the place of this earlier import")
    ] = ""
    again: Annotated[Flag, Parameter(help="store events that repeat those of an earlier import")] = False
    exclude_seen: Annotated[
        YesNo | None, Parameter(help="whether recommendations leave out items of the history, from now on")
    ] = None

    @property
    def terms(self) -> ImportTerms:
        """Returns what the options say about the import of files of events."""
        return ImportTerms(self.max_bad, again=self.again)


@Parameter(name="*", group=CORPUS_FILES, show_default=False)
@dataclass(frozen=True, kw_only=True)
class CorpusFiles:
    """Options that describe examples of game content."""

    corpus: CorpusPath = None
    legend: Annotated[
        str,
        Parameter(
            metavar="FILE", help="JSON file: a tile of the examples to a tile of the kind, its name, or properties"
        ),
    ] = ""
    licence: Annotated[
        str, Parameter(metavar="TEXT", help="licence of generated content, repeated in every answer")
    ] = ""


def import_(
    *names: Annotated[
        str, Parameter(name="CATALOG | FILE", help="one catalog and its files; with --corpus, files of examples")
    ],
    files: CatalogFiles = CatalogFiles(),
    columns: Columns = NO_COLUMNS,
    cells: Cells = NO_CELLS,
    examples: CorpusFiles = CorpusFiles(),
    options: StackOptions = StackOptions(),
) -> None:
    """Stores files of events or items in a catalog, or examples in a corpus."""
    if examples.corpus is not None:
        if files.events or files.items:
            raise InvalidInput.one("--corpus", "given beside --events or --items", "import the corpus by itself")
        import_corpus(examples.corpus, names, examples.legend, examples.licence, options)
        return
    if not names:
        raise InvalidInput.one("CATALOG", "0 names are given", "name one catalog, or use --corpus KIND/NAME")
    catalog = check_catalog_name(names[0])
    if not files.events and not files.items and not names[1:]:
        raise InvalidInput.one("FILE", "missing", "name files of events or items after the catalog")
    if not 0 <= files.max_bad <= 1:
        raise InvalidInput.one("--max-bad", f"{files.max_bad} is not a share", "use a number from 0 to 1")
    home = options.open_home()
    record = catalog_record.find(home.objects(), catalog)
    planned = _planned(names[1:], files, reading_flags(columns, cells, files.kind), cells.encoding, record)
    if files.dry_run:
        document = {"catalog": catalog, "dry_run": True, "files": tried(planned, files.max_bad, options.as_json)}
        options.answer(document, show_plan)
        return
    stores = import_removal.ImportStores(home.objects(), home.histories())
    import_removal.finish_replacements(stores, catalog, now_ms())  # of a command that was interrupted
    outcomes = _import_planned(home, catalog, planned, files, options)
    if replaced := import_removal.finish_replacements(stores, catalog, now_ms()):
        outcomes["replaced"] = replaced
    if changes := kept_settings(cells, _kept(planned, reading_flags(columns, cells, files.kind))):
        catalog_record.change(home.objects(), catalog, **changes)
    if files.exclude_seen:
        catalogs.ensure(home.objects(), catalog, files.exclude_seen == "yes")
    options.answer({"catalog": catalog, **outcomes}, show_import)


def _planned(
    names: Sequence[str], files: CatalogFiles, flags: ReadingFlags, encoding: str, record: catalog_record.CatalogRecord
) -> list[PlannedFile]:
    """Returns the plan of all files, items first."""
    for field, kind in [("kind", flags.kind), *(("--kinds", kind) for kind in flags.words.values())]:
        if kind and kind not in record.kinds:
            allowed = f"one of {record.kinds.words}, or add it by: doublebill settings CATALOG --kind {kind}=WEIGHT"
            raise InvalidInput.of_value(field, kind, allowed)
    if record.unrated is not None and not flags.unrated:
        flags = replace(flags, unrated=str(record.unrated))
    context = PlanContext(flags, tuple(record.kinds.by_name), record.reading, encoding)
    planned = []
    if files.items:
        beside_events = bool(files.events or names)
        of_items = replace(flags, subject="items", columns={} if beside_events else flags.columns)
        planned += plan_files([existing_file("--items", files.items)], replace(context, flags=of_items))
    if files.events:
        of_events = replace(context, flags=replace(flags, subject="events"))
        planned += plan_files([existing_file("--events", files.events)], of_events)
    if names:
        planned += plan_files([existing_file("FILE", name) for name in names], context)
    return sorted(planned, key=lambda one: one.reading is None or one.reading.subject == "events")


def _import_planned(
    home: Home, catalog: str, planned: Sequence[PlannedFile], files: CatalogFiles, options: StackOptions
) -> dict[str, object]:
    """Stores planned files; returns the outcome of each."""
    events = PlannedEvents()
    outcomes: list[dict[str, Any]] = []
    together = tuple(_import_id(one) for one in planned) if len(planned) > 1 else ()
    terms = replace(files.terms, together=together)
    if files.replace:
        if not any(one.reading and one.reading.subject == "events" for one in planned):
            raise InvalidInput.one("--replace", "there is no file of events", "leave it out: newer items win")
        terms = replace(terms, replaces=(import_records.resolve(home.objects(), catalog, files.replace),))
    new = not catalog_record.find(home.objects(), catalog).fields
    there = {record.import_id for record in import_records.read_all(home.objects(), catalog)[0]}
    stored: list[str] = []
    for one in planned:
        if one.reading is None:
            outcomes.append(one.document())
            continue
        try:
            imported = _import_file(home, catalog, (one, one.reading, events), terms, options.as_json)
        except (TooManyBadRows, InvalidInput) as wrong:
            _take_back(home, catalog, stored, new)
            if isinstance(wrong, InvalidInput):
                raise _of_file(one.name, wrong) from wrong
            rows = f"The rows: {bad_rows_command(catalog, _import_id(one), options)}"
            raise TooManyBadRows(f"{one.name}: {wrong}. {rows}") from wrong
        if imported.import_id not in there:
            stored.append(imported.import_id)
        if one.reading.subject == "events":
            terms = replace(terms, replaces=())  # the first file of events took the place
        facts = {"file": one.name, "subject": one.reading.subject, "reading": one.reading.document()}
        described = _import_described(home, catalog, (one, one.reading, events), imported)
        stored += [described["described_import"]] if described else []
        outcomes.append({**facts, **asdict(imported), **_bad_rows(catalog, imported, options), **described})
    subjects = [str(outcome.get("subject", "")) for outcome in outcomes]
    if len({*subjects}) < len(subjects) or "" in subjects:
        return {"files": outcomes}
    return dict(zip(subjects, outcomes, strict=True))


def _bad_rows(catalog: str, imported: Imported, options: StackOptions) -> dict[str, Any]:
    """Returns where the bad rows of an import are, and the command that shows them."""
    if not imported.quarantined:
        return {}
    command = bad_rows_command(catalog, imported.import_id, options)
    return {"quarantine": {"key": import_records.quarantine_key(catalog, imported.import_id), "command": command}}


def _take_back(home: Home, catalog: str, import_ids: Sequence[str], new: bool) -> None:
    """Removes what a command has stored before one of its files was refused: all of its files count, or none.

    A catalog that is `new` goes as well.
    """
    stores = import_removal.ImportStores(home.objects(), home.histories())
    for import_id in import_ids:
        import_removal.remove(stores, catalog, import_id, now_ms())
    if new:
        catalog_removal.drop_empty(stores.objects, catalog)


def _of_file(name: str, wrong: InvalidInput) -> InvalidInput:
    """Returns the complaints about a file with its name."""
    complaints = wrong.complaints
    return InvalidInput(
        one if name in str(one) else replace(one, problem=f"{name}: {one.problem}") for one in complaints
    )


def _import_file(
    home: Home, catalog: str, planned: tuple[PlannedFile, FileReading, PlannedEvents], terms: ImportTerms, quiet: bool
) -> Imported:
    one, reading, events = planned
    table, import_id = one.opened(), _import_id(one)
    terms = replace(terms, file=one.path.name, encoding=one.options.encoding)
    with counting(f"importing {reading.subject} from {one.name}", quiet, lambda: table.progress) as count:
        if reading.subject == "items":
            rows = planned_items(table, reading)
            return import_items(home.objects(), catalog, import_id, rows, now_ms(), terms, count)
        blocks = events.blocks(table, reading)
        return import_events(home.intake(), catalog, import_id, blocks, now_ms(), terms, count)


def _import_described(
    home: Home, catalog: str, planned: tuple[PlannedFile, FileReading, PlannedEvents], imported: Imported
) -> dict[str, Any]:
    """Stores the titles and attributes that a file of events has of its items; returns how many items have them now."""
    one, reading, events = planned
    if not reading.describes:
        return {}
    import_id = hashlib.sha256(f"{imported.import_id} items".encode()).hexdigest()[:32]
    if imported.repeated:  # the command that stored the events may have ended before their items
        if any(record.import_id == import_id for record in import_records.read_all(home.objects(), catalog)[0]):
            return {}
        for _ in events.blocks(one.opened(), reading):
            pass
    terms = ImportTerms(file="items of a file of events")  # whose own name may be that of a person
    stored = import_described(home.objects(), catalog, import_id, events.described, now_ms(), terms)
    return {"described_items": stored.accepted, "described_import": import_id} if stored.accepted else {}


def _kept(planned: Sequence[PlannedFile], flags: ReadingFlags) -> dict[str, Any] | None:
    """Returns the flags as the catalog keeps them for the next file of the same columns."""
    for one in planned:
        if one.reading is not None and one.reading.subject == "events":
            return to_store(flags, tuple(column.column for column in one.reading.columns))
    return None


def _import_id(one: PlannedFile) -> str:
    """Returns an id that is the same for the same content read the same way."""
    with one.path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256")
    reading = replace(one.reading, columns=(), notes=()) if one.reading else None
    columns = [_column_facts(column) for column in one.reading.columns] if one.reading else []
    digest.update(f"{one.member} {one.options} {reading} {columns}".encode())
    return digest.hexdigest()[:32]


def _column_facts(one: ColumnReading) -> tuple[object, ...]:
    return (one.column, one.meaning, *([one.numbers] if one.numbers != PLAIN_NUMBERS else []))
