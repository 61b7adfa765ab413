"""The command `unmerge`: two users who were merged are two again."""

from typing import Annotated

from cyclopts import Parameter

from doublebill.edge.clock import now_ms
from doublebill.model.catalog import check_catalog_name
from doublebill.service.ingesting.rebuilding.unmerging import unmerge as cancel_merge
from doublebill_local.cli.options import CatalogName, StackOptions
from doublebill_local.display.users.exports import show_unmerged


def unmerge(
    catalog: CatalogName,
    user: Annotated[str, Parameter(name="USER", help="user id that the other one was merged into")],
    merged: Annotated[str, Parameter(name="FROM", help="user id that was merged")],
    /,
    *,
    options: StackOptions = StackOptions(),
) -> None:
    """Cancels the merge of one user into another, and makes the histories of both again from the log."""
    intake = options.open_home().intake()
    options.answer({**cancel_merge(intake, check_catalog_name(catalog), user, merged, now_ms())}, show_unmerged)
