"""The commands about stored histories: `history` and `repair`."""

from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from doublebill import schema
from doublebill.edge.clock import now_ms
from doublebill.model.catalog import check_catalog_name
from doublebill.service.catalog import catalog_record, catalogs
from doublebill.service.ingesting.rebuilding.past_history import history_as_of, moment
from doublebill.service.ingesting.rebuilding.rebuild import rebuild
from doublebill.service.recommending.history import History, StoredHistory, UserHistories
from doublebill.service.recommending.history_list import HistoryOptions, history_list
from doublebill_local.cli.options import UNSET, CatalogName, Count, StackOptions
from doublebill_local.cli.waiting import patience
from doublebill_local.display.history_items import show_history, show_repair
from doublebill_local.host.histories_file import set_aside_damage


def history(
    catalog: CatalogName,
    user: Annotated[str, Parameter(help="user id")],
    /,
    *,
    n: Count = 50,
    cursor: Annotated[str, UNSET, Parameter(metavar="CURSOR", help="next_cursor of an earlier answer")] = "",
    as_of: Annotated[str, UNSET, Parameter(metavar="TIME", help="the history as it was then, from the log")] = "",
    options: StackOptions = StackOptions(),
) -> None:
    """Lists the newest items of a user's history, as recommendations count them."""
    name = check_catalog_name(catalog)
    request = schema.read(HistoryOptions, {"n": n, "cursor": cursor})
    intake = options.open_home().intake()
    kinds = catalog_record.read(intake.objects, name).kinds
    if as_of:
        at_ms = moment(as_of, "--as-of")
        past = history_as_of(intake, name, intake.pseudonyms.every(name, user), at_ms)
        stored = History(stored=StoredHistory.of(past, at_ms // 1000))
    else:
        stored = UserHistories(intake.histories, intake.pseudonyms.every).of(name, user, now_ms(), patience())
    options.answer(history_list(name, stored, kinds, request), show_history)


def repair(
    catalog: Annotated[str, UNSET, Parameter(help="name of the catalog; all where it is left out")] = "",
    /,
    *,
    options: StackOptions = StackOptions(),
) -> None:
    """Makes the histories of users again from the log of events."""
    if catalog:
        check_catalog_name(catalog)
    home = options.open_home()
    aside = None if options.stack else set_aside_damage(home.histories_file())
    home.make_histories()
    intake = home.intake()
    names = [catalog] if catalog else catalogs.names(intake.objects)
    repaired = [asdict(rebuild(intake, name, now_ms())) for name in names]
    options.answer({"set_aside": str(aside) if aside else None, "catalogs": repaired}, show_repair)
