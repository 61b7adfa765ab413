"""The command `compact`: joins the small objects of an event log into blocks."""

from dataclasses import asdict

from doublebill.edge.clock import now_ms
from doublebill.model.catalog import check_catalog_name
from doublebill.service.catalog import catalog_record, compaction
from doublebill_local.cli.options import CatalogName, StackOptions
from doublebill_local.display.console import working
from doublebill_local.display.imports import show_compaction


def compact(catalog: CatalogName, /, *, options: StackOptions = StackOptions()) -> None:
    """Joins the small objects of a catalog's event log into blocks."""
    name, objects = check_catalog_name(catalog), options.open_home().objects()
    catalog_record.read(objects, name)  # which says so where there is no such catalog
    with working(f"compacting {name}", quiet=options.as_json) as tell:
        compacted = compaction.compact(objects, name, now_ms(), tell=tell)
    options.answer(asdict(compacted), show_compaction)
