"""The command `items`: reads back the metadata of items, or removes items."""

from typing import Annotated

from cyclopts import Parameter

from doublebill import schema
from doublebill.edge.clock import now_ms
from doublebill.errors import InvalidInput
from doublebill.model.catalog import check_catalog_name
from doublebill.service.registry import item_lookup
from doublebill_local.cli.options import StackOptions
from doublebill_local.display.item_tables import show_items, show_removed_items

REMOVE = "remove"


def items(
    *words: Annotated[str, Parameter(name="[remove] CATALOG ITEM", help="a catalog and the ids of its items")],
    options: StackOptions = StackOptions(),
) -> None:
    """Reads items back, or removes them."""
    removes = len(words) > 1 and words[0] == REMOVE
    name, *item_ids = words[1:] if removes else words or [""]
    catalog = check_catalog_name(name)
    if not item_ids:
        raise InvalidInput.one("ITEM", "missing", "name at least one item of the catalog")
    wanted = schema.read(item_lookup.LookupRequest, {"item_ids": item_ids}).item_ids
    objects = options.open_home().objects()
    if removes:
        options.answer(item_lookup.remove_all(objects, catalog, wanted, now_ms()), show_removed_items)
    else:
        options.answer(item_lookup.look_up(objects, catalog, wanted), show_items)
