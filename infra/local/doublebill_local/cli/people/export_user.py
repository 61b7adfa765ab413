"""The command `export-user`: everything that is stored of one user."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from doublebill.edge.clock import now_ms
from doublebill.model.catalog import check_catalog_name
from doublebill.service.people.export import whole_export
from doublebill_local.cli.options import UNSET, CatalogName, StackOptions
from doublebill_local.cli.people.naming import SupportId, UserId, pseudonyms_of
from doublebill_local.display.users.exports import show_export
from doublebill_local.private_files import write_private


def export_user(
    catalog: CatalogName,
    user: UserId = None,
    /,
    *,
    support_id: SupportId = "",
    file: Annotated[str, UNSET, Parameter(metavar="FILE", help="new file for the export, as JSON")] = "",
    options: StackOptions = StackOptions(),
) -> None:
    """Writes everything that is stored of a user: events, history, merges, batches, versions."""
    name = check_catalog_name(catalog)
    intake = options.open_home().intake()
    whole = whole_export(intake, name, pseudonyms_of(intake, name, user, support_id), now_ms())
    if file:
        write_private("--file", Path(file), json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n")
    options.answer({**whole, "file": file or None}, show_export)
