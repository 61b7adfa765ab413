"""The command `prune`: deletes versions, records of runs and batches without a use, and rows that expired."""

from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from doublebill.edge.clock import now_ms
from doublebill.errors import InvalidInput
from doublebill.model.catalog import check_catalog_name
from doublebill.service.catalog import catalog_record
from doublebill.service.registry.pruning import prune as pruning
from doublebill.service.removing.sweep import Sweep, sweep
from doublebill_local.cli.options import UNSET, Flag, Integer, StackOptions
from doublebill_local.display.versions import show_pruned


def prune(
    catalog: Annotated[str, UNSET, Parameter(help="name of the catalog; all where it is left out")] = "",
    /,
    *,
    grace_days: Annotated[
        Integer, Parameter(metavar="DAYS", help="days for which a version that is no longer needed stays, 1 to 3650")
    ] = pruning.GRACE_DAYS,
    dry_run: Annotated[Flag, Parameter(help="delete nothing, and show what would go")] = False,
    options: StackOptions = StackOptions(),
) -> None:
    """Deletes versions, records of runs and batches that are no longer needed, and rows about people that expired."""
    if not 1 <= grace_days <= 3650:
        raise InvalidInput.of_value("--grace-days", grace_days, "a number of days from 1 to 3650")
    home = options.open_home()
    objects, terms = home.objects(), pruning.PruneTerms(grace_days, home.retention_days(), not options.stack)
    if catalog:
        catalog_record.read(objects, check_catalog_name(catalog))
        swept = Sweep([pruning.prune(objects, catalog, now_ms(), terms, dry_run)], (), {})
    else:
        swept = sweep(objects, now_ms(), terms, dry_run)
    pruned = [asdict(one) for one in swept.catalogs]
    options.answer({"dry_run": dry_run, "catalogs": pruned, "packs": list(swept.packs)}, show_pruned)
    swept.check()
