"""The command `import`: stores files of events and item metadata, or the examples of a corpus."""

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Group, Parameter

from doublebill.edge.clock import now_ms
from doublebill.errors import InvalidInput
from doublebill.imports.meaning.event_profiles import EventColumns
from doublebill.imports.meaning.events_file import read_events
from doublebill.imports.meaning.item_profiles import ItemColumns
from doublebill.imports.meaning.items_file import read_items
from doublebill.model.catalog import check_catalog_name
from doublebill.service.catalog import catalog_record, catalogs
from doublebill.service.ingesting.import_file import Imported, import_items, import_rows
from doublebill_local.cli.corpora import import_corpus
from doublebill_local.cli.options import UNSET, CorpusPath, StackOptions, YesNo, existing_file
from doublebill_local.display.console import counting
from doublebill_local.display.imports import show_import
from doublebill_local.host.home import Home

CATALOG_FILES = Group("Files of a catalog", sort_key=1)
COLUMNS = Group("Columns: a name, or a number from 1", sort_key=2)
CORPUS_FILES = Group("Examples of game content", sort_key=3)


@Parameter(name="*", group=CATALOG_FILES)
@dataclass(frozen=True, kw_only=True)
class CatalogFiles:
    """Options that name the files of a catalog and say how to treat their rows."""

    events: Annotated[
        str, UNSET, Parameter(metavar="FILE", help="CSV, TSV, ::-separated or JSON lines, plain or gzipped")
    ] = ""
    items: Annotated[
        str, UNSET, Parameter(metavar="FILE", help="titles, tags and years of items, in the same formats")
    ] = ""
    kind: Annotated[str, UNSET, Parameter(metavar="KIND", help="kind of every event whose row names none")] = ""
    max_bad: Annotated[float, Parameter(metavar="SHARE", help="share of bad rows that is allowed, 0 to 1")] = 0.05
    exclude_seen: Annotated[
        YesNo | None, Parameter(help="whether recommendations leave out items of the history, from now on")
    ] = None


@Parameter(name="*", group=COLUMNS, show_default=False)
@dataclass(frozen=True, kw_only=True)
class Columns:
    """Options that map columns whose header is not recognised."""

    user: Annotated[str, Parameter(metavar="COLUMN", help="column of the user id")] = ""
    item: Annotated[str, Parameter(metavar="COLUMN", help="column of the item id")] = ""
    weight: Annotated[str, Parameter(metavar="COLUMN", help="column of the weight, such as a play count")] = ""
    rating: Annotated[str, Parameter(metavar="COLUMN", help="column of the rating")] = ""
    time: Annotated[str, Parameter(metavar="COLUMN", help="column of the time")] = ""


@Parameter(name="*", group=CORPUS_FILES, show_default=False)
@dataclass(frozen=True, kw_only=True)
class CorpusFiles:
    """Options that describe examples of game content."""

    corpus: CorpusPath = None
    legend: Annotated[
        str, Parameter(metavar="FILE", help="JSON file: a tile of the examples to a tile of the kind, or its name")
    ] = ""
    licence: Annotated[
        str, Parameter(metavar="TEXT", help="licence of generated content, repeated in every answer")
    ] = ""


def import_(
    *names: Annotated[str, Parameter(name="CATALOG | FILE", help="one catalog; with --corpus, files of examples")],
    files: CatalogFiles = CatalogFiles(),
    columns: Columns = Columns(),
    examples: CorpusFiles = CorpusFiles(),
    options: StackOptions = StackOptions(),
) -> None:
    """Stores files of events or items in a catalog, or examples in a corpus."""
    if examples.corpus is not None:
        if files.events or files.items:
            raise InvalidInput.one("--corpus", "given beside --events or --items", "import the corpus by itself")
        import_corpus(examples.corpus, names, examples.legend, examples.licence, options)
        return
    if len(names) != 1:
        raise InvalidInput.one(
            "CATALOG", f"{len(names)} names are given", "name one catalog, or use --corpus KIND/NAME"
        )
    catalog = check_catalog_name(names[0])
    if not files.events and not files.items:
        raise InvalidInput.one("--events", "missing", "name a file of events, or --items with a file of metadata")
    if not 0 <= files.max_bad <= 1:
        raise InvalidInput.one("--max-bad", f"{files.max_bad} is not a share", "use a number from 0 to 1")
    home = options.open_home()
    imported: dict[str, object] = {"catalog": catalog}
    if files.items:
        imported["items"] = asdict(_import_items(home, catalog, files, columns, options.as_json))
    if files.events:
        imported["events"] = asdict(_import_events(home, catalog, files, columns, options.as_json))
    if files.exclude_seen:
        catalogs.ensure(home.objects(), catalog, files.exclude_seen == "yes")
    options.answer(imported, show_import)


def _import_events(home: Home, catalog: str, files: CatalogFiles, columns: Columns, quiet: bool) -> Imported:
    file = existing_file("--events", files.events)
    mapping = EventColumns(
        user=columns.user, item=columns.item, rating=columns.rating, weight=columns.weight, time=columns.time
    )
    import_id = _import_id(file, f"{mapping} {files.kind}")
    kinds = catalog_record.find(home.objects(), catalog).kinds
    rows = read_events(file, columns=mapping, kind=files.kind, kinds=kinds)
    with counting(f"importing events from {file.name}", quiet) as count:
        return import_rows(home.intake(), catalog, import_id, rows, now_ms(), files.max_bad, count)


def _import_items(home: Home, catalog: str, files: CatalogFiles, columns: Columns, quiet: bool) -> Imported:
    file = existing_file("--items", files.items)
    mapping = ItemColumns(item="" if files.events else columns.item)
    with counting(f"importing items from {file.name}", quiet) as count:
        rows = read_items(file, columns=mapping)
        return import_items(home.objects(), catalog, _import_id(file, ""), rows, now_ms(), files.max_bad, count)


def _import_id(file: Path, reading: str) -> str:
    """Returns an id that is the same for the same content read the same way."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256")
    digest.update(reading.encode())
    return digest.hexdigest()[:32]
