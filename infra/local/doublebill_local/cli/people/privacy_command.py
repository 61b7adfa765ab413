"""The command `privacy`: the privacy card of a version."""

from typing import Annotated

from cyclopts import Parameter

from doublebill.model.catalog import check_catalog_name
from doublebill.service.registry.model_list import privacy_of
from doublebill_local.cli.options import CatalogName, StackOptions
from doublebill_local.cli.science.short_versions import whole_version
from doublebill_local.display.users.privacy_cards import show_privacy


def privacy(
    catalog: CatalogName,
    version: Annotated[str, Parameter(name="VERSION", help="a version; by default the champion")] = "",
    /,
    *,
    options: StackOptions = StackOptions(),
) -> None:
    """Shows what was collected for a version, how its users are protected, and what is not covered."""
    name, objects = check_catalog_name(catalog), options.open_home().objects()
    wanted = whole_version(objects, name, version) if version else ""
    options.answer(privacy_of(objects, name, wanted), show_privacy)
