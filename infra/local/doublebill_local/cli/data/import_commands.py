"""The command `imports`: lists the imports of a catalog, shows the bad rows of one, or removes one."""

from typing import Annotated

from cyclopts import Parameter

from doublebill.edge.clock import now_ms
from doublebill.errors import InvalidInput
from doublebill.model.catalog import check_catalog_name
from doublebill.service.catalog import catalogs
from doublebill.service.catalog.imported import import_records
from doublebill.service.ingesting.bad_rows import read_quarantine
from doublebill.service.removing import import_removal
from doublebill_local.cli.options import StackOptions
from doublebill_local.display.imports import show_bad_rows, show_imports, show_removed_import

USAGE = "use: imports CATALOG, imports bad CATALOG IMPORT, or imports remove CATALOG IMPORT"


def imports(
    *words: Annotated[
        str,
        Parameter(
            name="CATALOG | bad CATALOG IMPORT | remove CATALOG IMPORT",
            help="a catalog, and an import of it: its id, or how that begins",
        ),
    ],
    options: StackOptions = StackOptions(),
) -> None:
    """Lists the imports of a catalog, shows the bad rows of one, or removes one."""
    match words:
        case ("bad", name, beginning):
            objects = options.open_home().objects()
            options.answer(read_quarantine(objects, check_catalog_name(name), beginning), show_bad_rows)
        case ("remove", name, beginning):
            catalog, home = check_catalog_name(name), options.open_home()
            stores = import_removal.ImportStores(home.objects(), home.histories())
            import_id = import_records.resolve(stores.objects, catalog, beginning)
            options.answer(import_removal.remove(stores, catalog, import_id, now_ms()), show_removed_import)
        case (name,):
            catalog, objects = check_catalog_name(name), options.open_home().objects()
            catalogs.settings(objects, catalog)
            options.answer(import_records.listed(objects, catalog), show_imports)
        case _:
            raise InvalidInput.one("CATALOG", f"found {len(words)} words", USAGE)
