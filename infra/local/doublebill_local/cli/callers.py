"""The command `callers`: lists the callers of the API, or declares them from a file."""

from typing import Annotated

from cyclopts import Parameter

from doublebill.errors import StoreUnavailable
from doublebill.service.access import caller_registry
from doublebill_local.cli.options import StackOptions, existing_file
from doublebill_local.display.callers import callers_document, show_callers


def callers(
    file: Annotated[str | None, Parameter(help="JSON file whose callers replace all declared ones")] = None,
    /,
    *,
    options: StackOptions = StackOptions(),
) -> None:
    """Lists the declared callers with their rights, or replaces them by those of a file."""
    home = options.open_home()
    objects = home.objects()
    if file is not None:
        caller_registry.replace(objects, home.records(), existing_file("FILE", file, read_once=True).read_bytes())
    stored = caller_registry.stored(objects)
    if stored.entries is None and caller_registry.was_declared(home.records()):
        raise StoreUnavailable(caller_registry.GONE_REASON)
    options.answer(callers_document(stored), show_callers)
