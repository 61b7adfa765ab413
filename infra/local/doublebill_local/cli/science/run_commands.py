"""The commands on trainings that happened: `runs` and `run`."""

from typing import Annotated

from cyclopts import Parameter

from doublebill import schema
from doublebill.edge.clock import now_ms
from doublebill.model.catalog import check_catalog_name
from doublebill.service.registry import run_list
from doublebill_local.cli.options import CatalogName, Integer, StackOptions
from doublebill_local.display.run_tables import show_run, show_runs


def runs(
    catalog: CatalogName,
    /,
    *,
    n: Annotated[Integer, Parameter(name="-n", metavar="N", help="number of runs, 1 to 500")] = 50,
    options: StackOptions = StackOptions(),
) -> None:
    """Lists the newest trainings of a catalog."""
    name = check_catalog_name(catalog)
    request = schema.read(run_list.RunListOptions, {"n": n})
    options.answer(run_list.run_list(options.open_home().objects(), name, request, now_ms()), show_runs)


def run(
    catalog: CatalogName,
    run: Annotated[str, Parameter(name="RUN", help="a run as `doublebill runs` lists it, or a version")],
    /,
    *,
    options: StackOptions = StackOptions(),
) -> None:
    """Shows a training: every config that it tried, its data, its measurements and its warnings."""
    name = check_catalog_name(catalog)
    options.answer(run_list.find(options.open_home().objects(), name, run, now_ms()), show_run)
