"""Callers as people see them, and as a document that can be declared again."""

from collections.abc import Mapping, Sequence

import msgspec
from rich.markup import escape
from rich.table import Table

from doublebill.access.callers import Callers
from doublebill_local.display.console import Answer, out, table


def callers_document(callers: Callers) -> Mapping[str, object]:
    """Returns the declared callers in the form of the file that declares them."""
    entries = [] if callers.entries is None else [msgspec.to_builtins(entry) for entry in callers.entries]
    declared = [{name: value for name, value in entry.items() if value is not None} for entry in entries]
    return {"callers": None if callers.entries is None else declared}


def show_callers(document: Answer) -> None:
    """Prints a table of the declared callers with their rights and quotas."""
    if document["callers"] is None:
        out.print("no callers are declared: the account's owner may do everything")
    else:
        out.print(_table(document["callers"]))


def _table(entries: Sequence[Answer]) -> Table:
    callers = table("caller", "identity", "rights", "per day")
    for entry in entries:
        jwt, quota = entry.get("jwt"), entry.get("requests_per_day")
        identity = f"{jwt['claim']} = {jwt['value']}" if jwt else str(entry.get("principal", ""))
        bound = f"\nonly the user in {entry['user_claim']}" if "user_claim" in entry else ""
        rights = "\n".join(f"{' '.join(grant['rights'])}: {grant['catalogs']}" for grant in entry["grants"])
        cells = (entry["name"], identity + bound, rights or "none", f"{quota:,}" if quota else "")
        callers.add_row(*map(escape, cells))
    return callers
