"""The command `catalogs`: lists the catalogs, or removes one."""

from typing import Annotated

from cyclopts import Parameter

from doublebill.edge.clock import now_ms
from doublebill.errors import InvalidInput
from doublebill.model.catalog import check_catalog_name
from doublebill.service.registry.catalog_list import overview
from doublebill.service.removing import catalog_removal
from doublebill_local.cli.options import Flag, StackOptions
from doublebill_local.display.catalog_tables import show_catalogs, show_removed_catalog


def catalogs(
    *words: Annotated[str, Parameter(name="[remove CATALOG]", help="a catalog to remove")],
    yes: Annotated[Flag, Parameter(help="remove it; otherwise the command only says what would go")] = False,
    options: StackOptions = StackOptions(),
) -> None:
    """Lists the catalogs, or removes one."""
    if not words:
        options.answer(overview(options.open_home().objects()), show_catalogs)
        return
    if len(words) != 2 or words[0] != "remove":
        raise InvalidInput.one("CATALOG", f"{' '.join(words)!r} is not understood", "use: catalogs remove CATALOG")
    catalog, home = check_catalog_name(words[1]), options.open_home()
    contents = catalog_removal.contents(home.objects(), catalog)
    if not yes:
        named = ", ".join(f"{count:,} objects of {folder}" for folder, count in contents["objects"].items())
        problem = f"missing; {catalog} would be removed for good" + (f", with {named}" if named else "")
        raise InvalidInput.one("--yes", problem, "add --yes to remove it")
    stores = catalog_removal.CatalogStores(home.objects(), home.histories(), home.records())
    options.answer(catalog_removal.remove(stores, catalog, now_ms()), show_removed_catalog)
