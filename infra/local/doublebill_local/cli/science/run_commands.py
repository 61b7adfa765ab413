"""The commands on trainings that happened: `runs` and `run`."""

from collections.abc import Sequence
from typing import Annotated, Literal

from cyclopts import Parameter

from doublebill import schema
from doublebill.edge.clock import now_ms
from doublebill.errors import NotFound, ObjectMissing
from doublebill.model.catalog import check_catalog_name
from doublebill.service.registry import model_list, run_list
from doublebill.stores.objects import Objects
from doublebill_local.cli.options import CatalogName, Integer, StackOptions
from doublebill_local.display.run_tables import show_run, show_runs

MADE: Sequence[Literal["champion", "config", "format", "size_bytes"]] = ("champion", "config", "format", "size_bytes")
"""Facts on the version of a run that its record has not."""


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
    objects = options.open_home().objects()
    record = run_list.find(objects, name, run, now_ms())
    seconds = run_list.entry(record)["seconds"]
    options.answer({**record, "seconds": seconds, **_made(objects, name, record.get("version"))}, show_run)


def _made(objects: Objects, catalog: str, version: object) -> dict[str, object]:
    """Returns the config, the format and the size of the version that a run made, while it is there."""
    try:
        card = model_list.model(objects, catalog, version) if isinstance(version, str) else None
    except (NotFound, ObjectMissing):
        card = None
    return {"made": {name: card[name] for name in MADE}} if card else {}
