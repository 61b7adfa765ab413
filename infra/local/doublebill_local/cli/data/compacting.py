"""The command `compact`: joins the small objects of an event log, and of metadata, into blocks."""

from dataclasses import asdict

from doublebill.edge.clock import now_ms
from doublebill.model.catalog import check_catalog_name
from doublebill.service.catalog import catalog_record
from doublebill.service.catalog.blocks import compaction
from doublebill.service.catalog.blocks.item_blocks import ITEMS
from doublebill.service.catalog.blocks.log_blocks import LOG
from doublebill_local.cli.options import CatalogName, StackOptions
from doublebill_local.display.console import working
from doublebill_local.display.imports import show_compaction


def compact(catalog: CatalogName, /, *, options: StackOptions = StackOptions()) -> None:
    """Joins the small objects of a catalog's event log, and of its metadata, into blocks."""
    name, objects = check_catalog_name(catalog), options.open_home().objects()
    catalog_record.read(objects, name)  # which says so where there is no such catalog
    with working(f"compacting {name}", quiet=options.as_json) as tell:
        log = compaction.compact(objects, name, now_ms(), LOG, tell=tell)
        metadata = compaction.compact(objects, name, now_ms(), ITEMS, tell=tell)
    options.answer({**asdict(log), "metadata": asdict(metadata)}, show_compaction)
