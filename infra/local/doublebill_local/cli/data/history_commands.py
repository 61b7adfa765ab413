"""The commands about stored histories: `history`."""

from typing import Annotated

from cyclopts import Parameter

from doublebill import schema
from doublebill.edge.clock import now_ms
from doublebill.model.catalog import check_catalog_name
from doublebill.service.catalog import catalog_record
from doublebill.service.recommending.history import UserHistories
from doublebill.service.recommending.history_list import HistoryOptions, history_list
from doublebill_local.cli.options import UNSET, CatalogName, Count, StackOptions
from doublebill_local.cli.waiting import patience
from doublebill_local.display.history_items import show_history


def history(
    catalog: CatalogName,
    user: Annotated[str, Parameter(help="user id")],
    /,
    *,
    n: Count = 50,
    cursor: Annotated[str, UNSET, Parameter(metavar="CURSOR", help="next_cursor of an earlier answer")] = "",
    options: StackOptions = StackOptions(),
) -> None:
    """Lists the newest items of a user's history, as recommendations count them."""
    name = check_catalog_name(catalog)
    request = schema.read(HistoryOptions, {"n": n, "cursor": cursor})
    intake = options.open_home().intake()
    kinds = catalog_record.read(intake.objects, name).kinds
    stored = UserHistories(intake.histories, intake.pseudonyms.of).of(name, user, now_ms(), patience())
    options.answer(history_list(name, stored, kinds, request), show_history)
